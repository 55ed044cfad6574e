"""What the sandbox's customer looks like: the shop that it is by itself, or the shape of a customer's request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.request.model import (
    CONNECTION_TYPES,
    ConnectionType,
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
    Request,
    Service,
)

SHOP: Mapping[str, tuple[int, ...]] = {"shop-db": (3306,), "shop-oms": (443, 8080), "shop-sftp": (2222,)}
"""The shop's servers and the ports that they answer on."""
MAX_ZONES = 3
MAX_HOSTS = 60
"""Servers at the most; further targets of a request are played by the same ones."""
TAKEN = frozenset({"10.0", "10.30", "172.31"})
"""First halves of addresses that other networks of the sandbox have: Magento's, the shop's second, and the default."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True)
class Shape:
    """The customer's network: its name, the first half of its addresses (a /16), in how many zones it has private
    subnets (AWS only), its servers with their ports. ``request`` is what it was made of, and ``played`` which server
    plays which of its targets.
    """

    name: str = "shop-prod"
    half: str = "10.20"
    zones: int = MAX_ZONES
    hosts: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: dict(SHOP))
    request: Request | None = None
    played: Mapping[str, str] = field(default_factory=dict)

    @property
    def cidr(self) -> str:
        """All of its addresses."""
        return f"{self.half}.0.0/16"


PLAIN = Shape()
"""The shop that the sandbox has by itself."""


def shape_of(request: Request) -> Shape:
    """The shape that a request tells of. What it does not tell is as in :data:`PLAIN`."""
    hosts: dict[str, tuple[int, ...]] = {}
    played: dict[str, str] = {}
    for service in request.heading("from-magento"):
        for target in service.targets:
            if target not in played:
                full = len(hosts) == MAX_HOSTS
                number = len(played) % MAX_HOSTS
                played[target] = list(hosts)[number] if full else _host_name(service.name, number + 1)
            name = played[target]
            hosts[name] = tuple(sorted({*hosts.get(name, ()), service.target_port}))
    return Shape(
        name=_network_name(request),
        half=next((half for half in map(_half, played) if half), PLAIN.half),
        zones=min(len(request.subnets), MAX_ZONES) or MAX_ZONES,
        hosts=hosts or PLAIN.hosts,
        request=request,
        played=played,
    )


def played_request(shape: Shape, cloud: DraftCloud, server: Callable[[str, bool], str]) -> Draft | None:
    """The shape's request as it is in the sandbox; None where it is of none. ``cloud`` is the sandbox's; ``server``
    answers for a server's name its address, where told so, or its id.
    """
    request = shape.request
    if request is None:
        return None

    def moved(service: Service) -> DraftService:
        targets = (
            server(shape.played[one], _is_address(one)) for one in service.targets if one in shape.played
        )
        return DraftService(
            name=service.name,
            protocol=service.protocol,
            port=service.port,
            direction=service.direction,
            targets=tuple(dict.fromkeys(targets)),
            target_port=service.target_port if service.target_port != service.port else None,
        )

    return Draft(
        project=DraftProject(
            id=request.project_id,
            plan=request.plan,
            environment=request.environment,
            region=request.magento_region,
            cluster=request.cluster,
        ),
        cloud=cloud,
        connection=DraftConnection(type=request.type),
        services=tuple(moved(one) for one in request.services),
    )


def by_type(own: Draft | None, plain: Callable[[ConnectionType], Draft]) -> Mapping[ConnectionType, Draft]:
    """The requests to practise with: the ``own`` one where there is one, else a plain one of each type."""
    return {
        kind: own or plain(kind) for kind in CONNECTION_TYPES if own is None or own.connection.type == kind
    }


def _host_name(service: str, number: int) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", service.lower()).strip("-")[:30].strip("-")
    return f"{slug or 'server'}-{number}"


def _network_name(request: Request) -> str:
    """The VNet's own name, which its id ends with; a VPC's id tells none."""
    name = request.network.rpartition("/")[2]
    return name if request.platform == "azure" and _NAME.fullmatch(name) else PLAIN.name


def _is_address(target: str) -> bool:
    try:
        ipaddress.IPv4Address(target)
    except ValueError:
        return False
    return True


def _half(target: str) -> str:
    """The first half of an address; empty for what is none, and where another network has it."""
    half = target.rpartition(".")[0].rpartition(".")[0] if _is_address(target) else ""
    return "" if half in TAKEN else half
