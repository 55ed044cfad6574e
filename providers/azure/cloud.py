"""The customer's subscription on Azure: :class:`core.cloud.Cloud` over one set of clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from core.cloud import (
    Account,
    Identity,
    NetworkChoice,
    OnOperation,
    OnProgress,
    ProbeReport,
    ProbeTarget,
    Region,
    Watch,
)
from core.network.model import Connection, Detail, Inventory, Observation, VendorService
from core.request.model import Platform
from core.setup.change import Change, Outcome
from providers import probe
from providers.azure import (
    changes,
    find,
    ids,
    inventory,
    lookups,
    metrics,
    observe,
    operations,
    read,
    read_ground,
    run_command,
    vendor,
)
from providers.azure.session import Clients, connect, repeated


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AzureCloud:
    """One subscription in one location; answers :class:`core.cloud.Cloud`, which says what each verb does.

    ``resolve`` says where a probed name leads (default: this machine's resolver), ``now`` is the clock.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        resolve: probe.Resolver | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._clients = clients
        self._resolve = resolve or probe.system_resolver
        self._now = now
        self._remembered = observe.Remembered()
        self._spell = ids.Spelling()

    @property
    def platform(self) -> Platform:
        """``azure``."""
        return "azure"

    @property
    def region(self) -> str:
        """The location that every verb looks at."""
        return self._clients.location

    def identity(self) -> Identity:
        """``Subscriptions_Get``: the sign-in works and sees the subscription."""
        with self._clients.asking("Microsoft.Resources/subscriptions/read"):
            seen = self._clients.subscriptions.subscriptions.get(self._clients.subscription)
        account = (seen.subscription_id or self._clients.subscription).lower()
        return Identity(account, self._clients.principal, self._clients.source, self._clients.local)

    def accounts(self) -> tuple[Account, ...]:
        """``Subscriptions_List``: those that can be used."""
        with self._clients.asking("Microsoft.Resources/subscriptions/read"):
            seen = list(self._clients.subscriptions.subscriptions.list())
        usable = (one for one in seen if read.said(one.state) not in ("disabled", "deleted"))
        found = (Account((one.subscription_id or "").lower(), one.display_name or "") for one in usable)
        return tuple(sorted(found, key=lambda one: (one.name, one.id)))

    def elsewhere(self, region: str, account: str | None) -> AzureCloud:
        """See :class:`core.cloud.Choosing`."""
        own = self._clients
        clients = connect(region, account or own.subscription, own.environ, own.session)
        return AzureCloud(clients, resolve=self._resolve, now=self._now)

    def regions(self) -> tuple[Region, ...]:
        """``Subscriptions_ListLocations``: the physical ones."""
        with self._clients.asking("Microsoft.Resources/subscriptions/locations/read"):
            seen = list(self._clients.subscriptions.subscriptions.list_locations(self._clients.subscription))
        real = (
            item for item in seen if not item.metadata or read.said(item.metadata.region_type) != "logical"
        )
        return tuple(
            sorted(
                (Region(item.name or "", item.display_name or "") for item in real), key=lambda one: one.name
            )
        )

    def used_regions(self) -> tuple[str, ...]:
        """See :func:`providers.azure.lookups.locations`."""
        return lookups.locations(self._clients)

    def networks(self) -> tuple[NetworkChoice, ...]:
        """The VNets of the location: one list."""
        wires = lookups.networks(self._clients)
        self._spell.learn(item.id for item in wires)
        found = (read_ground.choice(item, self._spell) for item in wires)
        return tuple(sorted(found, key=lambda one: (one.name, one.id)))

    def inventory(
        self, network_id: str | None, detail: Detail = "setup", on_progress: OnProgress | None = None
    ) -> Inventory:
        """See :func:`providers.azure.inventory.inventory`."""
        return inventory.inventory(self._clients, network_id, detail, self._spell, self._now, on_progress)

    def vendor_service(self, service_name: str) -> VendorService:
        """See :func:`providers.azure.lookups.vendor_service`."""
        return lookups.vendor_service(self._clients, service_name)

    def run_on(self, machine: str, script: str) -> str:
        """See :func:`providers.azure.run_command.run_on`."""
        return run_command.run_on(self._clients, machine, script)

    def measured(self, service_id: str) -> Mapping[str, float]:
        """See :func:`providers.azure.metrics.measured`."""
        return metrics.measured(self._clients, service_id, self._now())

    def probed(self, balancer_id: str) -> Mapping[tuple[str, int], float]:
        """See :func:`providers.azure.metrics.probed`."""
        return metrics.probed(self._clients, balancer_id, self._now())

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        """See :func:`providers.azure.changes.apply`. ``token`` is not needed: a PUT is idempotent by name."""
        with repeated():
            return changes.apply(self._clients, change, enablement)

    def carry_out(
        self,
        change: Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> Outcome:
        """See :class:`core.cloud.Resumable`."""
        if continuation:
            operations.wait_for(self._clients, continuation)
        if change.spec is None and change.action in ("create", "change"):
            found = find.find(self._clients, change, enablement)
            return found or Outcome(change.id or "")
        with repeated():
            return changes.apply(self._clients, change, enablement, on_operation)

    def find(self, change: Change, enablement: str) -> Outcome | None:
        """See :func:`providers.azure.find.find`."""
        return find.find(self._clients, change, enablement)

    def observe(self, watch: Watch) -> Observation:
        """See :func:`providers.azure.observe.observe`."""
        return observe.observe(self._clients, watch, self._remembered, self._spell, self._now)

    def accept(self, connection: Connection) -> None:
        """Approve a connection; see :func:`providers.azure.vendor.decide`."""
        vendor.decide(self._clients, connection, "Approved")

    def reject(self, connection: Connection) -> None:
        """Reject a connection; see :func:`providers.azure.vendor.decide`."""
        vendor.decide(self._clients, connection, "Rejected")

    def probe(self, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]) -> ProbeReport:
        """See :func:`providers.probe.probe`."""
        return probe.probe(targets, inside, resolve=self._resolve)
