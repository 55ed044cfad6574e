"""What Azure Monitor measures of a private link service.

Source: "Supported metrics for Microsoft.Network/privateLinkServices"; Metrics - List (REST, 2023-10-01).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from azure.core.rest import HttpRequest

from providers.azure.session import Clients

API = "2023-10-01"
READ = "Microsoft.Insights/metrics/read"
NAT_PORTS = "PLSNatPortsUsage"
"""Percent of a NAT address's ports that are in use, one series an address."""


def measured(clients: Clients, service_id: str, now: datetime) -> Mapping[str, float]:
    """The highest use of NAT ports in the last hour; nothing where nothing was measured."""
    begin, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (now - timedelta(hours=1), now))
    request = HttpRequest(
        "GET",
        f"{service_id}/providers/Microsoft.Insights/metrics",
        params={
            "api-version": API,
            "metricnames": NAT_PORTS,
            "aggregation": "Average",
            "interval": "PT5M",
            "timespan": f"{begin}/{end}",
            "$filter": "PrivateLinkServiceIPAddress eq '*'",
        },
    )
    with clients.asking(READ):
        answer = clients.network.send_request(request)
        answer.raise_for_status()
        values = tuple(_averages(answer.json()))
    return {NAT_PORTS: max(values)} if values else {}


def _averages(
    told: Mapping[str, list[Mapping[str, list[Mapping[str, list[Mapping[str, float]]]]]]],
) -> Iterator[float]:
    for metric in told["value"]:
        for series in metric["timeseries"]:
            for point in series["data"]:
                if "average" in point:
                    yield float(point["average"])
