"""Azure Monitor, as far as private link services are measured."""

from __future__ import annotations

from collections.abc import Mapping

from providers.sandbox.azure.estate import Estate, Json, Resource, bad

NAT_PORTS = "PLSNatPortsUsage"


def metrics(estate: Estate, resource: Resource, query: Mapping[str, str]) -> Json:
    """``Metrics_List``: a private link service's use of NAT ports, as :attr:`.estate.Estate.nat_ports` says it.

    Raises Refusal ``BadRequest`` for another metric, or without a time span that has both ends.
    """
    wanted = query.get("metricnames", "")
    if resource.kind != "privateLinkServices" or wanted != NAT_PORTS:
        raise bad("BadRequest", f"Failed to find metric configuration for provider, metric: {wanted}.")
    begin, slash, end = query.get("timespan", "").partition("/")
    if not (begin and slash and end):
        raise bad("BadRequest", "Detected invalid time interval input: the time span needs both ends.")
    value = estate.nat_ports.get(resource.id.lower(), 0.0)
    return {
        "timespan": query["timespan"],
        "interval": query.get("interval", "PT1M"),
        "value": [
            {
                "id": f"{resource.id}/providers/Microsoft.Insights/metrics/{NAT_PORTS}",
                "type": "Microsoft.Insights/metrics",
                "name": {"value": NAT_PORTS, "localizedValue": "Nat Ports Usage"},
                "unit": "Percent",
                "timeseries": [
                    {
                        "metadatavalues": [],
                        # A moment in which nothing was measured has no figure.
                        "data": [{"timeStamp": begin}, {"timeStamp": end, "average": value}],
                    }
                ],
                "errorCode": "Success",
            }
        ],
        "namespace": "Microsoft.Network/privateLinkServices",
        "resourceregion": resource.location,
    }
