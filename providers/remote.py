"""The port and the counterpart, answered by a worker's child: every verb is one call over the pipe."""

from __future__ import annotations

from collections.abc import Mapping

from core.cloud import (
    Account,
    Cloud,
    Connected,
    Counterpart,
    Identity,
    Message,
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
from providers.worker import Worker


class RemoteCloud:
    """The port, answered by a worker's child."""

    def __init__(self, worker: Worker, platform: Platform, region: str) -> None:
        self._worker = worker
        self._platform = platform
        self._region = region

    @property
    def platform(self) -> Platform:
        """See :class:`core.cloud.Cloud`."""
        return self._platform

    @property
    def region(self) -> str:
        """See :class:`core.cloud.Cloud`."""
        return self._region

    def identity(self) -> Identity:
        """See :class:`core.cloud.Cloud`."""
        answer: Identity = self._worker.call("cloud", "identity")
        return answer

    def accounts(self) -> tuple[Account, ...]:
        """See :class:`core.cloud.Choosing`; none where the child's cloud has no choice."""
        if self._platform != "azure":
            return ()
        answer: tuple[Account, ...] = self._worker.call("cloud", "accounts")
        return answer

    def elsewhere(self, region: str, account: str | None) -> RemoteCloud:
        """See :class:`core.cloud.Choosing`. This one is in the other place from then on, too."""
        self._worker.call("cloud", "elsewhere", region, account)
        return RemoteCloud(self._worker, self._platform, region)

    def regions(self) -> tuple[Region, ...]:
        """See :class:`core.cloud.Cloud`."""
        answer: tuple[Region, ...] = self._worker.call("cloud", "regions")
        return answer

    def networks(self) -> tuple[NetworkChoice, ...]:
        """See :class:`core.cloud.Cloud`."""
        answer: tuple[NetworkChoice, ...] = self._worker.call("cloud", "networks")
        return answer

    def inventory(
        self, network_id: str | None, detail: Detail = "setup", on_progress: OnProgress | None = None
    ) -> Inventory:
        """See :class:`core.cloud.Cloud`."""
        answer: Inventory = self._worker.call(
            "cloud", "inventory", network_id, detail, on_progress=on_progress
        )
        return answer

    def vendor_service(self, service_name: str) -> VendorService:
        """See :class:`core.cloud.Cloud`."""
        answer: VendorService = self._worker.call("cloud", "vendor_service", service_name)
        return answer

    def run_on(self, machine: str, script: str) -> str:
        """See :class:`core.cloud.Remote`."""
        answer: str = self._worker.call("cloud", "run_on", machine, script)
        return answer

    def measured(self, service_id: str) -> Mapping[str, float]:
        """See :class:`core.cloud.Measuring`; nothing where the child's cloud tells all in its inventory."""
        if self._platform != "azure":
            return {}
        answer: Mapping[str, float] = self._worker.call("cloud", "measured", service_id)
        return answer

    def probed(self, balancer_id: str) -> Mapping[tuple[str, int], float]:
        """As :meth:`measured`."""
        if self._platform != "azure":
            return {}
        answer: Mapping[tuple[str, int], float] = self._worker.call("cloud", "probed", balancer_id)
        return answer

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        """See :class:`core.cloud.Cloud`."""
        answer: Outcome = self._worker.call("cloud", "apply", change, enablement, token)
        return answer

    def carry_out(
        self,
        change: Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> Outcome:
        """See :class:`core.cloud.Resumable`; where the child's cloud is none, this is :meth:`apply`."""
        asked = (change, enablement, token, continuation)
        answer: Outcome = self._worker.call("cloud", "carry_out", *asked, on_progress=on_operation)
        return answer

    def find(self, change: Change, enablement: str) -> Outcome | None:
        """See :class:`core.cloud.Cloud`."""
        answer: Outcome | None = self._worker.call("cloud", "find", change, enablement)
        return answer

    def observe(self, watch: Watch) -> Observation:
        """See :class:`core.cloud.Cloud`."""
        answer: Observation = self._worker.call("cloud", "observe", watch)
        return answer

    def accept(self, connection: Connection) -> None:
        """See :class:`core.cloud.Cloud`."""
        self._worker.call("cloud", "accept", connection)

    def reject(self, connection: Connection) -> None:
        """See :class:`core.cloud.Cloud`."""
        self._worker.call("cloud", "reject", connection)

    def probe(self, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]) -> ProbeReport:
        """See :class:`core.cloud.Cloud`."""
        answer: ProbeReport = self._worker.call("cloud", "probe", targets, inside)
        return answer


class RemoteCounterpart:
    """The rehearsal's other party, in the child."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def file(self, ticket: str) -> str:
        """See :class:`core.cloud.Counterpart`."""
        answer: str = self._worker.call("counterpart", "file", ticket)
        return answer

    def inbox(self) -> tuple[Message, ...]:
        """See :class:`core.cloud.Counterpart`."""
        answer: tuple[Message, ...] = self._worker.call("counterpart", "inbox")
        return answer

    def run(self, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
        """See :class:`core.cloud.Counterpart`."""
        answer: str = self._worker.call("counterpart", "run", commands, targets)
        return answer

    def play(self, move: str) -> None:
        """See :class:`core.cloud.Counterpart`."""
        self._worker.call("counterpart", "play", move)


def connect(worker: Worker) -> Connected:
    """Wait for the child and return its cloud. Raises CloudError where it could not connect."""
    (platform, region), rehearses, environment, practice = worker.ready()
    cloud: Cloud = RemoteCloud(worker, platform, region)
    counterpart: Counterpart | None = RemoteCounterpart(worker) if rehearses else None
    return Connected(cloud, counterpart, environment, practice)
