"""A draft in the spelling that the rules compare: trimmed, in one case, unreadable values left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.request.model import (
    CONNECTION_TYPES,
    DIRECTIONS,
    PLATFORMS,
    ConnectionType,
    Direction,
    Draft,
    DraftService,
    Platform,
    Problem,
)
from core.request.offer import Offer
from core.text import hidden


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service. ``path`` is its place in the request (``services.0``); None is missing or unreadable."""

    path: str
    name: str | None
    protocol: str | None
    port: int | None
    direction: Direction | None
    targets: tuple[tuple[str, str], ...]
    target_port: int | None
    draft: DraftService


@dataclass(frozen=True, slots=True)
class Facts:
    """What a draft says, and the offer it is judged by.

    Words with fixed choices and ids whose case does not matter are in lower case, the Magento region and
    protocols in upper. ``platform``, ``type`` and a service's ``direction`` are None unless they are one of
    the known words. ``subnets`` and ``targets`` are pairs of path and text.
    """

    draft: Draft
    offer: Offer
    project_id: str | None
    plan: str | None
    environment: str | None
    magento_region: str | None
    platform: Platform | None
    account: str | None
    region: str | None
    network: str | None
    subnets: tuple[tuple[str, str], ...]
    profile: str | None
    type: ConnectionType | None
    service_name: str | None
    services: tuple[ServiceFacts, ...]
    cluster: str | None = None

    def heading(self, direction: Direction) -> tuple[ServiceFacts, ...]:
        """The services that go in one direction, in the order of the draft."""
        return tuple(service for service in self.services if service.direction == direction)


Rule = Callable[[Facts], Iterator[Problem]]
"""A rule about the request as a whole."""

CLOUD_NAMES: dict[Platform, str] = {"aws": "AWS", "azure": "Azure"}
ACCOUNT_NAMES: dict[Platform, str] = {"aws": "account", "azure": "subscription"}
SERVICE_NAMES: dict[Platform, str] = {"aws": "endpoint service", "azure": "private link service"}


def is_blank(value: object) -> bool:
    """Whether a field was left out, or holds blanks only."""
    return value is None or (isinstance(value, str) and not value.strip())


def said(value: str | None) -> str | None:
    """A value without the blanks around it; None where nothing is left or something in it can't be seen."""
    trimmed = value.strip() if value else ""
    return trimmed if trimmed and hidden(trimmed) is None else None


def texts(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every text of a draft with its path, as it was given."""
    for section in ("project", "cloud", "connection"):
        for name, value in getattr(draft, section):
            yield from _texts(f"{section}.{name}", value)
    for index, service in enumerate(draft.services):
        for name, value in service:
            yield from _texts(f"services.{index}.{name}", value)


def _texts(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        yield from ((f"{path}.{index}", text) for index, text in enumerate(value))


def facts(draft: Draft, offer: Offer) -> Facts:
    """The facts of a draft. Judges nothing."""
    cloud = draft.cloud
    platform = next((one for one in PLATFORMS if one == _lower(cloud.platform)), None)
    ids = _lower if platform == "aws" else said
    return Facts(
        draft=draft,
        offer=offer,
        project_id=said(draft.project.id),
        plan=_lower(draft.project.plan),
        environment=_lower(draft.project.environment),
        magento_region=_upper(draft.project.region),
        platform=platform,
        account=_lower(cloud.account),
        region=_lower(cloud.region),
        network=ids(cloud.network),
        subnets=tuple(
            (f"cloud.subnets.{index}", subnet)
            for index, given in enumerate(cloud.subnets)
            if (subnet := ids(given))
        ),
        profile=said(cloud.profile),
        type=next((one for one in CONNECTION_TYPES if one == _lower(draft.connection.type)), None),
        service_name=ids(draft.connection.service_name),
        services=tuple(_service(index, service) for index, service in enumerate(draft.services)),
        cluster=said(draft.project.cluster),
    )


def _service(index: int, service: DraftService) -> ServiceFacts:
    path = f"services.{index}"
    return ServiceFacts(
        path=path,
        name=said(service.name),
        protocol=_upper(service.protocol),
        port=service.port,
        direction=next((one for one in DIRECTIONS if one == _lower(service.direction)), None),
        targets=tuple(
            (f"{path}.targets.{place}", target)
            for place, given in enumerate(service.targets)
            if (target := _lower(given))
        ),
        target_port=service.target_port,
        draft=service,
    )


def _lower(value: str | None) -> str | None:
    trimmed = said(value)
    return trimmed.lower() if trimmed else None


def _upper(value: str | None) -> str | None:
    trimmed = said(value)
    return trimmed.upper() if trimmed else None
