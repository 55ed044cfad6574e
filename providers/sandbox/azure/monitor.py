"""Azure Monitor, as far as private link services and the load balancers behind them are measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from providers.sandbox.azure import reach
from providers.sandbox.azure.estate import Estate, Json, Resource, bad

NAT_PORTS = "PLSNatPortsUsage"
PROBED = "DipAvailability"

Series = tuple[Mapping[str, str], float]
"""The dimensions of one series, and its figure."""


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    unit: str
    series: Callable[[Estate, Resource], Iterator[Series]]


def _nat_ports(estate: Estate, service: Resource) -> Iterator[Series]:
    yield {}, estate.nat_ports.get(service.id.lower(), 0.0)


def _probed(estate: Estate, balancer: Resource) -> Iterator[Series]:
    for address, port, up in reach.probes(estate, balancer):
        yield {"BackendIPAddress": address, "BackendPort": str(port)}, 100.0 if up else 0.0


_KINDS: Mapping[tuple[str, str], _Kind] = {
    ("privateLinkServices", NAT_PORTS): _Kind("Nat Ports Usage", "Percent", _nat_ports),
    ("loadBalancers", PROBED): _Kind("Health Probe Status", "Count", _probed),
}


def metrics(estate: Estate, resource: Resource, query: Mapping[str, str]) -> Json:
    """``Metrics_List``: a private link service's use of NAT ports, as :attr:`.estate.Estate.nat_ports` says it, or
    what a load balancer's probes find, each member a series where the filter parts them by address and port.

    Raises Refusal ``BadRequest`` for another metric, or without a time span that has both ends.
    """
    wanted = query.get("metricnames", "")
    kind = _KINDS.get((resource.kind, wanted))
    if kind is None:
        raise bad("BadRequest", f"Failed to find metric configuration for provider, metric: {wanted}.")
    begin, slash, end = query.get("timespan", "").partition("/")
    if not (begin and slash and end):
        raise bad("BadRequest", "Detected invalid time interval input: the time span needs both ends.")
    parted = query.get("$filter", "")
    return {
        "timespan": query["timespan"],
        "interval": query.get("interval", "PT1M"),
        "value": [
            {
                "id": f"{resource.id}/providers/Microsoft.Insights/metrics/{wanted}",
                "type": "Microsoft.Insights/metrics",
                "name": {"value": wanted, "localizedValue": kind.title},
                "unit": kind.unit,
                "timeseries": [
                    {
                        "metadatavalues": [
                            {"name": {"value": name.lower(), "localizedValue": name.lower()}, "value": value}
                            for name, value in dimensions.items()
                            if f"{name} eq '*'" in parted
                        ],
                        # A moment in which nothing was measured has no figure.
                        "data": [{"timeStamp": begin, "average": value}, {"timeStamp": end}],
                    }
                    for dimensions, value in kind.series(estate, resource)
                ],
                "errorCode": "Success",
            }
        ],
        "namespace": f"Microsoft.Network/{resource.kind}",
        "resourceregion": resource.location,
    }
