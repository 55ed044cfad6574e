"""The enablement request: what the customer supplies.

Two shapes of the same thing. A :class:`Draft` is what a person has said so far: every field may be missing,
and nothing in it has been judged. A :class:`Request` is a draft that passed every rule with severity
``error``; the rest of the program works with that one only.

Source: "Prerequisites" of the PrivateLink page, and the request file's keys in README.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

Platform = Literal["aws", "azure"]
ConnectionType = Literal["unidirectional", "bidirectional"]
Direction = Literal["to-magento", "from-magento"]
Severity = Literal["error", "warning"]

PLATFORMS: tuple[Platform, ...] = ("aws", "azure")
CONNECTION_TYPES: tuple[ConnectionType, ...] = ("unidirectional", "bidirectional")
DIRECTIONS: tuple[Direction, ...] = ("to-magento", "from-magento")


def platform_of(text: str | None) -> Platform | None:
    """The platform that a draft names, or None."""
    return next((one for one in PLATFORMS if one == text), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what a person supplied.

    ``code`` is stable and kebab-case, ``field`` a dotted path as in the request file (``services.0.port``,
    empty for the file as a whole), ``message`` what is wrong, ``remedy`` who must do what about it. ``resource`` is the
    id of the cloud's resource that it was seen on, empty for none.
    """

    code: str
    field: str
    severity: Severity
    message: str
    remedy: str
    resource: str = ""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DraftProject(_Part):
    """``[project]``: the Magento Commerce Cloud project and environment."""

    id: str | None = None
    plan: str | None = None
    environment: str | None = None
    region: str | None = None
    cluster: str | None = None


class DraftCloud(_Part):
    """``[cloud]``: the customer's account (AWS) or subscription (Azure), region and VPC or VNet. ``tenant`` is
    where a person signs in on Azure.
    """

    platform: str | None = None
    account: str | None = None
    region: str | None = None
    network: str | None = None
    subnets: tuple[str, ...] = ()
    profile: str | None = None
    tenant: str | None = None


class DraftConnection(_Part):
    """``[connection]``: one or both directions, and the customer's own endpoint service."""

    type: str | None = None
    service_name: str | None = None


class DraftService(_Part):
    """One ``[[services]]``: a service and the port that it speaks on."""

    name: str | None = None
    protocol: str | None = None
    port: int | None = None
    direction: str | None = None
    targets: tuple[str, ...] = ()
    target_port: int | None = None


class Draft(_Part):
    """Everything said so far. The JSON Schema of the request file is this model's."""

    project: DraftProject = DraftProject()
    cloud: DraftCloud = DraftCloud()
    connection: DraftConnection = DraftConnection()
    services: tuple[DraftService, ...] = ()


def differing(one: Draft, other: Draft) -> tuple[str, ...]:
    """The dotted paths of the fields of which two drafts do not say the same, in the order of the request file."""
    said, also = _said(one), _said(other)
    return tuple(path for path in dict.fromkeys((*said, *also)) if said.get(path) != also.get(path))


def _said(draft: Draft) -> dict[str, object]:
    parts = {"project": draft.project, "cloud": draft.cloud, "connection": draft.connection}
    parts |= {f"services.{number}": one for number, one in enumerate(draft.services)}
    return {f"{part}.{name}": value for part, one in parts.items() for name, value in one if value != ()}


@dataclass(frozen=True, slots=True)
class Service:
    """A service that crosses the connection. Ports are 1–65535; ``target_port`` is where targets listen."""

    name: str
    protocol: str
    port: int
    direction: Direction
    targets: tuple[str, ...]
    target_port: int


@dataclass(frozen=True, slots=True)
class Request:
    """A complete request: every rule with severity ``error`` holds for it.

    ``service_name`` is the customer's own endpoint service (bidirectional only); None until it is known.
    ``subnets`` empty means one per zone of the network. ``cluster`` is the Magento cluster's id (Azure), None
    where it is not known.
    """

    project_id: str
    plan: str
    environment: str
    magento_region: str
    platform: Platform
    account: str
    region: str
    network: str
    subnets: tuple[str, ...]
    profile: str | None
    type: ConnectionType
    service_name: str | None
    services: tuple[Service, ...]
    cluster: str | None = None

    @property
    def bidirectional(self) -> bool:
        """Whether Magento also connects to the customer."""
        return self.type == "bidirectional"

    def heading(self, direction: Direction) -> tuple[Service, ...]:
        """The services that go in one direction, in the order of the request."""
        return tuple(service for service in self.services if service.direction == direction)
