"""The customer's account on AWS: :class:`core.cloud.Cloud` over one set of clients."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from core.cloud import (
    Identity,
    NetworkChoice,
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
from providers.aws import changes, find, inventory, lookups, observe, read, run_command, vendor
from providers.aws.session import Clients
from providers.loopback import local_place


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AwsCloud:
    """One account in one region; answers :class:`core.cloud.Cloud`, which says what each verb does.

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

    @property
    def platform(self) -> Platform:
        """``aws``."""
        return "aws"

    @property
    def region(self) -> str:
        """The region that every verb looks at."""
        return self._clients.region

    def identity(self) -> Identity:
        """``sts:GetCallerIdentity``, which every valid credential may call."""
        with self._clients.asking("sts:GetCallerIdentity"):
            answer = self._clients.sts.get_caller_identity()
        local = local_place(self._clients.sts.meta.endpoint_url)
        return Identity(answer.get("Account", ""), answer.get("Arn", ""), self._clients.source, local)

    def regions(self) -> tuple[Region, ...]:
        """``DescribeRegions``: those enabled for the account."""
        with self._clients.asking("ec2:DescribeRegions"):
            answer = self._clients.ec2.describe_regions()
        names = sorted(item.get("RegionName", "") for item in answer["Regions"])
        return tuple(Region(name, self._clients.titles.get(name, "")) for name in names)

    def networks(self) -> tuple[NetworkChoice, ...]:
        """The VPCs of the region, named ones first: two calls side by side."""
        with ThreadPoolExecutor(1) as pool:
            subnets = pool.submit(lookups.subnets, self._clients)
            vpcs = lookups.vpcs(self._clients)
            found = subnets.result()
        choices = (read.choice(item, found) for item in vpcs)
        return tuple(sorted(choices, key=lambda item: (item.is_default, not item.name, item.name, item.id)))

    def inventory(
        self, network_id: str | None, detail: Detail = "setup", on_progress: OnProgress | None = None
    ) -> Inventory:
        """See :func:`providers.aws.inventory.inventory`."""
        return inventory.inventory(self._clients, network_id, detail, self._now, on_progress)

    def vendor_service(self, service_name: str) -> VendorService:
        """``DescribeVpcEndpointServices`` for this one name."""
        wire = lookups.service_detail(self._clients, service_name)
        return observe.vendor_service(self._clients, wire, self._remembered)

    def run_on(self, machine: str, script: str) -> str:
        """See :func:`providers.aws.run_command.run_on`."""
        return run_command.run_on(self._clients, machine, script)

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        """See :func:`providers.aws.changes.apply`."""
        return changes.apply(self._clients, change, enablement, token)

    def find(self, change: Change, enablement: str) -> Outcome | None:
        """See :func:`providers.aws.find.find`."""
        return find.find(self._clients, change, enablement)

    def observe(self, watch: Watch) -> Observation:
        """See :func:`providers.aws.observe.observe`."""
        return observe.observe(self._clients, watch, self._remembered, self._now)

    def accept(self, connection: Connection) -> None:
        """``AcceptVpcEndpointConnections``."""
        vendor.accept(self._clients, connection)

    def reject(self, connection: Connection) -> None:
        """``RejectVpcEndpointConnections``."""
        vendor.reject(self._clients, connection)

    def probe(self, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]) -> ProbeReport:
        """See :func:`providers.probe.probe`."""
        return probe.probe(targets, inside, resolve=self._resolve)
