"""Magento's side of a rehearsal: steps 3, 5 and 7a of the enablement, by the same API as another account.

By itself after a delay, or when told to. What a Support agent would write into the ticket comes by
:meth:`SandboxVendor.inbox`; what Magento's terminal would show by :meth:`SandboxVendor.run`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.cloud import CloudError, Message, ProbeTarget
from core.network.model import Connection
from providers.aws.session import Clients
from providers.aws.vendor import AwsVendor
from providers.sandbox import curl, ticket, world
from providers.sandbox.datapath import DataPath
from providers.sandbox.ticket import Ticket
from providers.sandbox.world import World

TICKETLESS_PORTS = (80, 443, 2222, 3306, 5432, 5672, 6379, 8080, 8443, 9200)
"""The ports into Magento that are open where no ticket says which."""
FIRST_TICKET = 200041
POLL_SECONDS = 0.5
SHORTEST_POLL = 0.05
MOVES = ("allow", "approve", "reject", "connect")


@dataclass(frozen=True, slots=True)
class Pace:
    """How Magento acts: by itself (``auto``) ``delay`` seconds after it could, and without a ticket."""

    auto: bool = True
    delay: float = 2.0
    ticketless: bool = False


class SandboxVendor:
    """Magento's people; answers :class:`core.cloud.Counterpart`. Thread-safe."""

    def __init__(
        self,
        clients: Clients,
        seeded: World,
        data_path: DataPath,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pace = pace
        self._clients = clients
        self._world = seeded
        self._data_path = data_path
        self._clock = clock
        self._moves = AwsVendor(clients)
        self._lock = threading.RLock()
        self._tickets: list[Ticket] = []
        self._allowed: list[Ticket] = []
        self._seen: dict[str, float] = {}
        self._told: list[Message] = []
        self._tries = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sandbox-magento", daemon=True)

    def start(self) -> None:
        """Begin to act. Without tickets the customer's account is allowed before this returns."""
        if self.pace.ticketless:
            ground = self._data_path.ground
            self._tickets.append(Ticket("", ground.customer, TICKETLESS_PORTS, (), bidirectional=True))
            if self.pace.auto:
                self._allow()
        self._thread.start()

    def stop(self) -> None:
        """Act no more, and wait for what is under way."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    # core.cloud.Counterpart

    def file(self, text: str) -> str:
        """Hand in a ticket: Magento reads account, ports and service names in it, and step 3 can begin."""
        with self._lock:
            number = str(FIRST_TICKET + len([one for one in self._tickets if one.number]))
            ground = self._data_path.ground
            filed = ticket.read(text, number, ground.vendor, ground.customer)
            self._tickets.append(filed)
            self._seen[f"ticket {number}"] = self._clock()
            return number

    def inbox(self) -> tuple[Message, ...]:
        """What was written into the tickets so far, oldest first."""
        with self._lock:
            return tuple(self._told)

    def run(self, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
        """What Magento's terminal shows for ``curl -v telnet://…`` to each target, made from real
        connections through the data path. ``commands`` are what a person would paste there.
        """
        return curl.session(self._data_path, commands, targets)

    def play(self, move: str) -> None:
        """Make one of :data:`MOVES` now, for everything it can be made for.

        Raises CloudError ``invalid`` for an unknown move or one that there is nothing to make it for.
        """
        acts: dict[str, Callable[[], bool]] = {
            "allow": self._allow,
            "approve": lambda: self._decide(self._moves.approve, "approved"),
            "reject": lambda: self._decide(self._moves.decline, "rejected"),
            "connect": lambda: self._connect(self._wanted(), again=True),
        }
        if move not in acts:
            raise CloudError(
                "invalid", f"Magento has no move {move!r}.", f"Choose one of {', '.join(MOVES)}."
            )
        with self._lock:
            if not acts[move]():
                raise CloudError(
                    "invalid",
                    f"Magento has nothing to {move} now.",
                    "Make the customer's step before it first: file the ticket to allow, create the "
                    "endpoint to approve or reject, allow Magento's principal on a service to connect.",
                )

    # The moves

    def _allow(self) -> bool:
        """Step 3 for every ticket that waits for it."""
        waiting = [one for one in self._tickets if one not in self._allowed]
        for one in waiting:
            self._allow_one(one)
        return bool(waiting)

    def _allow_one(self, filed: Ticket) -> None:
        with self._clients.asking("elasticloadbalancing:CreateListener"):
            for port in filed.ports:
                world.open_port(self._clients, self._world, port)
        self._moves.allow(self._world.service_id, filed.account)
        self._allowed.append(filed)
        seeded = self._world
        ports = ", ".join(str(port) for port in filed.ports) or "none"
        self._tell(
            f"PrivateLink access is enabled for AWS account {filed.account} in {seeded.region}.",
            "",
            f"Service name: {seeded.service_name}",
            f"Region: {seeded.region}",
            f"Ports opened on our side: {ports}",
            "",
            "Please create an interface endpoint to this service in your VPC, without private DNS, and let "
            "us know when the request is in. We will then approve it.",
        )

    def _decide(
        self, act: Callable[[Connection], None], word: str, only: Iterable[str] | None = None
    ) -> bool:
        """Step 5, for the customers' requests that wait for it."""
        accounts = {one.account for one in self._allowed}
        decided = []
        for connection in self._moves.requests(self._world.service_id):
            waits = connection.state == "pending-acceptance" and connection.owner in accounts
            if waits and (only is None or connection.endpoint_id in only):
                act(connection)
                decided.append(connection.endpoint_id)
        if decided:
            self._tell(f"We have {word} the connection request {', '.join(decided)}.")
        return bool(decided)

    def _connect(self, names: Iterable[str], *, again: bool = False) -> bool:
        """Step 7a, for the customers' services that Magento is to connect to."""
        made = False
        for name in names:
            if self._own_endpoints(name, live=again):
                continue
            self._tries += 1
            endpoint = self._moves.connect(name, self._world.magento_vpc, f"magento-{self._tries}")
            self._tell(
                f"We have requested a connection to your endpoint service in {self._world.region}.",
                f"Please accept the request {endpoint} from account {self._data_path.ground.vendor}.",
            )
            made = True
        return made

    def _own_endpoints(self, name: str, *, live: bool) -> bool:
        with self._clients.asking("ec2:DescribeVpcEndpoints"):
            found = self._clients.ec2.describe_vpc_endpoints(
                Filters=[{"Name": "service-name", "Values": [name]}]
            )
        dead = ("rejected", "failed", "expired") if live else ()
        return any(str(one.get("State", "")).lower() not in dead for one in found["VpcEndpoints"])

    def _wanted(self) -> list[str]:
        """The services that tickets ask to connect to and that show themselves."""
        accounts = {one.account for one in self._allowed if one.bidirectional}
        named = {name for one in self._allowed for name in one.service_names}
        open_ended = {one.account for one in self._allowed if one.bidirectional and not one.service_names}
        if not accounts:
            return []
        with self._clients.asking("ec2:DescribeVpcEndpointServices"):
            shown = self._clients.ec2.describe_vpc_endpoint_services(
                Filters=[{"Name": "owner", "Values": sorted(accounts)}]
            )["ServiceDetails"]
        return [
            detail.get("ServiceName", "")
            for detail in shown
            if detail.get("ServiceName") in named or detail.get("Owner") in open_ended
        ]

    def _tell(self, *lines: str) -> None:
        text = "\n".join(["Hello,", "", *lines, "", "Kind regards,", "Magento Support"])
        self._told.append(Message(text))

    # By itself

    def _watch(self) -> None:
        while not self._ending.wait(max(SHORTEST_POLL, min(POLL_SECONDS, self.pace.delay / 4))):
            if not self.pace.auto:
                continue
            try:
                with self._lock:
                    self._act()
            except CloudError as error:
                self._complain(error)

    def _act(self) -> None:
        for filed in list(self._tickets):
            if filed not in self._allowed and self._is_due(f"ticket {filed.number}"):
                self._allow_one(filed)
        if not self._allowed:
            return
        requests = self._moves.requests(self._world.service_id)
        pending = [one.endpoint_id for one in requests if one.state == "pending-acceptance"]
        if due := [endpoint for endpoint in pending if self._is_due(endpoint)]:
            self._decide(self._moves.approve, "approved", due)
        approved = {one.owner for one in requests if one.state == "available"}
        if all(one.account in approved for one in self._allowed if one.ports):
            self._connect([name for name in self._wanted() if self._is_due(name)])

    def _is_due(self, key: str) -> bool:
        """Whether something was first seen at least the delay ago."""
        return self._clock() - self._seen.setdefault(key, self._clock()) >= self.pace.delay

    def _complain(self, error: CloudError) -> None:
        """Say once in the ticket what Magento could not do."""
        with self._lock:
            if str(error) not in self._seen:
                self._seen[str(error)] = self._clock()
                self._tell("We could not go on:", error.message, error.remedy)
