"""What a diagnosis starts from: the inventory and what else is known of the two connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core.cloud import ProbeResult
from core.network.index import Index
from core.network.model import Connection, Endpoint, EndpointService, Inventory, VendorService
from core.request.identifiers import same_id
from core.request.model import Direction
from core.request.offer import Offer


@dataclass(frozen=True)
class Case:
    """One enablement's connections, or those of one endpoint or service that somebody asks about.

    ``service_names`` are those of Magento's services; ``visible`` maps each that was looked up to what it shows,
    None where it does not show itself. ``endpoints`` are the own endpoints to them, ``service`` is the own one
    that Magento connects to. ``ports`` are what has to get through each way. ``clients`` are the subnets that
    connections to Magento come from; empty means: those of the network. ``probes`` are what probes showed, each
    way. ``vendors`` are Magento's accounts or subscriptions, in lower case. ``measured`` are the highest figures of
    the own service in the last hour by the cloud's own name, as far as they were read (Azure). ``probed`` is what the
    probe of its load balancer found last, in percent, by a member's address and port, as far as it was told (Azure).
    """

    inventory: Inventory
    offer: Offer
    ports: Mapping[Direction, tuple[int, ...]]
    service_names: tuple[str, ...] = ()
    visible: Mapping[str, VendorService | None] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    service: EndpointService | None = None
    named_service: str = ""
    vendors: frozenset[str] = frozenset()
    clients: tuple[str, ...] = ()
    probes: Mapping[Direction, tuple[ProbeResult, ...]] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    probed: Mapping[tuple[str, int], float] = field(default_factory=dict)

    @cached_property
    def index(self) -> Index:
        """The inventory by ids."""
        return Index(self.inventory)

    @property
    def region(self) -> str:
        """Where it was looked."""
        return self.inventory.region

    def endpoint_to(self, service_name: str) -> Endpoint | None:
        """The own endpoint to one of Magento's services: one that leads somewhere before one that ended."""
        found = [one for one in self.endpoints if same_id(one.service_name, service_name)]
        return min(
            found,
            key=lambda one: one.state not in ("available", "pending", "pending-acceptance"),
            default=None,
        )

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Magento's connections to the own service, those that stand first."""
        if self.service is None:
            return ()
        mine = [one for one in self.index.connections_of(self.service) if one.owner.lower() in self.vendors]
        return tuple(
            sorted(mine, key=lambda one: one.state not in ("available", "pending-acceptance", "pending"))
        )

    def unread(self, what: str) -> str:
        """Why a part of the inventory was not read, in words; empty where it was."""
        return next((f"{gap.message} [{gap.code}]" for gap in self.inventory.gaps if gap.what == what), "")
