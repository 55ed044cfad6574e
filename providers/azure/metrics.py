"""What Azure Monitor measures of a private link service and of the load balancer behind it.

Source: "Supported metrics for Microsoft.Network/privateLinkServices" and "… for Microsoft.Network/loadBalancers";
Metrics - List (REST, 2023-10-01).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from azure.core.rest import HttpRequest
from pydantic import BaseModel, Field

from providers.azure.session import Clients

API = "2023-10-01"
READ = "Microsoft.Insights/metrics/read"
NAT_PORTS = "PLSNatPortsUsage"
"""Percent of a NAT address's ports that are in use, one series an address."""
PROBED = "DipAvailability"
"""Health Probe Status: percent of the probes that a member of a pool answered."""
_MEMBER = ("BackendIPAddress", "BackendPort")
"""The dimensions that part it by member."""


def measured(clients: Clients, service_id: str, now: datetime) -> Mapping[str, float]:
    """The highest use of NAT ports in the last hour; nothing where nothing was measured."""
    query = _Query(NAT_PORTS, "PT5M", ("PrivateLinkServiceIPAddress",), timedelta(hours=1))
    values = [value for series in _read(clients, service_id, query, now) for value in series.averages]
    return {NAT_PORTS: max(values)} if values else {}


def probed(clients: Clients, balancer_id: str, now: datetime) -> Mapping[tuple[str, int], float]:
    """What the probe found last of each member, by its address and port: percent of the last minute that was told;
    the lowest where several rules lead to one port.
    """
    query = _Query(PROBED, "PT1M", _MEMBER, timedelta(minutes=10))
    found: dict[tuple[str, int], float] = {}
    for series in _read(clients, balancer_id, query, now):
        address, port = (series.of(name) for name in _MEMBER)
        if series.averages and address and port.isdecimal():
            member = (address, int(port))
            found[member] = min(series.averages[-1], found.get(member, 100.0))
    return found


@dataclass(frozen=True, slots=True)
class _Query:
    metric: str
    interval: str
    parted_by: tuple[str, ...]
    span: timedelta


class _Name(BaseModel, frozen=True):
    value: str


class _Value(BaseModel, frozen=True):
    name: _Name
    value: str


class _Point(BaseModel, frozen=True):
    average: float | None = None


class _Series(BaseModel, frozen=True):
    metadata_values: tuple[_Value, ...] = Field((), alias="metadatavalues")
    data: tuple[_Point, ...] = ()

    @property
    def averages(self) -> tuple[float, ...]:
        """The figures in the order of time; a moment in which nothing was measured has none."""
        return tuple(point.average for point in self.data if point.average is not None)

    def of(self, dimension: str) -> str:
        """Which of a dimension's values it is about. Azure spells the dimension as it likes."""
        name = dimension.lower()
        return next((one.value for one in self.metadata_values if one.name.value.lower() == name), "")


class _Metric(BaseModel, frozen=True):
    timeseries: tuple[_Series, ...] = ()


class _Answer(BaseModel, frozen=True):
    value: tuple[_Metric, ...]


def _read(clients: Clients, resource: str, query: _Query, now: datetime) -> Iterator[_Series]:
    begin, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (now - query.span, now))
    request = HttpRequest(
        "GET",
        f"{resource}/providers/Microsoft.Insights/metrics",
        params={
            "api-version": API,
            "metricnames": query.metric,
            "aggregation": "Average",
            "interval": query.interval,
            "timespan": f"{begin}/{end}",
            "$filter": " and ".join(f"{one} eq '*'" for one in query.parted_by),
        },
    )
    with clients.asking(READ):
        answer = clients.network.send_request(request)
        answer.raise_for_status()
        for metric in _Answer.model_validate(answer.json()).value:
            yield from metric.timeseries
