"""Magento's side of a rehearsal: steps 3, 5 and 7a of the enablement, by the same API as another account.

By itself after a delay, or when told to. What a Support agent would write into the ticket comes by
:meth:`SandboxVendor.inbox`; what Magento's terminal would show by :meth:`SandboxVendor.run`. What differs
from cloud to cloud is behind :class:`Backstage`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from core.cloud import CloudError, Message, ProbeTarget, Vendor
from core.handoff.proof import UNNAMED
from core.network.model import Connection
from core.request.model import Platform
from core.walkthrough.moves import BREAK
from providers.sandbox import curl, ticket
from providers.sandbox.datapath import DataPath
from providers.sandbox.ticket import Ticket

TICKETLESS_PORTS = (80, 443, 2222, 3306, 5432, 5672, 6379, 8080, 8443, 9200)
"""The ports into Magento that are open where no ticket says which."""
FIRST_TICKET = 200041
POLL_SECONDS = 0.5
SHORTEST_POLL = 0.05
OTHER_REGIONS: Mapping[Platform, tuple[str, str]] = {
    "aws": ("eu-west-1", "us-east-1"),
    "azure": ("northeurope", "eastus2"),
}
"""Regions that a wrong reply names: the first that is not the customer's."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How Magento acts: by itself (``auto``) ``delay`` seconds after it could, and without a ticket."""

    auto: bool = True
    delay: float = 2.0
    ticketless: bool = False


class Intruder(Protocol):
    """A stranger to whom somebody of the customer's opens a service. Both verbs may raise CloudError."""

    def ask(self, service: str) -> None:
        """Be let see a service, and request a connection to it."""

    def leave(self, service: str) -> None:
        """Be let see it no more."""


class Backstage(Protocol):
    """What Magento's people have in one cloud. Every verb may raise CloudError."""

    @property
    def platform(self) -> Platform:
        """Which cloud this is."""

    @property
    def region(self) -> str:
        """Where Magento's service is."""

    @property
    def account(self) -> str:
        """Magento's own account or subscription."""

    @property
    def customer(self) -> str:
        """The account or subscription of the customer who is nobody else in a ticket."""

    @property
    def service(self) -> str:
        """The id of Magento's service."""

    @property
    def network(self) -> str:
        """The network that Magento connects from."""

    @property
    def moves(self) -> Vendor:
        """Magento's moves."""

    @property
    def intruder(self) -> Intruder:
        """Somebody who has no business here."""

    def open_port(self, port: int) -> None:
        """Let a port into Magento. Idempotent."""

    def details(self, filed: Ticket) -> tuple[str, ...]:
        """What the customer is told once its account is allowed: the lines between greeting and close."""

    def asked(self, endpoint: str) -> tuple[str, ...]:
        """What the customer is told once Magento has requested a connection."""

    def has_endpoint(self, name: str, *, live: bool) -> bool:
        """Whether Magento has an endpoint to a service; ``live``: one that is not dead."""

    def address(self) -> str:
        """Where Magento's latest endpoint answers, in a cloud that tells nobody else; empty where there is
        none, or where the endpoint has a name that everybody knows.
        """

    def shown(self, accounts: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """The services of these accounts that show themselves to Magento, by owner: (owner, name)."""


class SandboxVendor:
    """Magento's people; answers :class:`core.cloud.Counterpart`. Thread-safe."""

    def __init__(
        self,
        backstage: Backstage,
        data_path: DataPath,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pace = pace
        self.spoil: Callable[[str], object] | None = None
        self._backstage = backstage
        self._data_path = data_path
        self._clock = clock
        self._moves = backstage.moves
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
            known = self._backstage
            closed = ticket.FORBIDDEN[known.platform]
            ports = tuple(port for port in TICKETLESS_PORTS if port not in closed)
            self._tickets.append(Ticket("", known.customer, ports, (), bidirectional=True))
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
            known = self._backstage
            filed = ticket.read(text, number, known.account, known.customer, known.platform)
            self._tickets.append(filed)
            self._seen[f"ticket {number}"] = self._clock()
            return number

    def inbox(self) -> tuple[Message, ...]:
        """What was written into the tickets so far, oldest first."""
        with self._lock:
            return tuple(self._told)

    def run(self, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
        """What Magento's terminal shows for ``curl -v telnet://…`` to each target, made from real
        connections through the data path. ``commands`` are what a person would paste there. For a host that
        only Magento knows its people fill in the address.
        """
        address = self._backstage.address() if any(one.host == UNNAMED for one in targets) else ""
        known = (replace(one, host=address) if address and one.host == UNNAMED else one for one in targets)
        return curl.session(self._data_path, commands, tuple(known))

    def play(self, move: str) -> None:
        """Make one of :data:`core.walkthrough.moves.MOVES` now, for everything it can be made for.

        ``break NAME`` brings a fault about, after the one before is mended (:mod:`.faults`); ``break`` and a blank
        only mends. What has to be asked about besides it does not tell: such a fault is for ``POST /break``
        (:mod:`.datapath`).

        Raises CloudError ``invalid`` for an unknown move or one that there is nothing to make it for.
        """
        if move.startswith(BREAK) and self.spoil is not None:
            self.spoil(move.removeprefix(BREAK))
            return
        acts: dict[str, Callable[[], bool]] = {
            "allow": self._allow,
            "approve": lambda: self._decide(self._moves.approve, "approved"),
            "reject": lambda: self._decide(self._moves.decline, "rejected"),
            "connect": lambda: self._connect(self._wanted(), again=True),
            "elsewhere": lambda: self._allow(elsewhere=True),
            "correct": self._correct,
            "silent": self._be_silent,
            "stranger": lambda: self._intrude(self._backstage.intruder.ask),
            "close": lambda: self._intrude(self._backstage.intruder.leave),
        }
        if move not in acts:
            raise CloudError("invalid", f"Magento has no move {move!r}.", f"Choose one of {', '.join(acts)}.")
        with self._lock:
            if not acts[move]():
                raise CloudError(
                    "invalid",
                    f"Magento has nothing to {move} now.",
                    "Make the customer's step before it first: file the ticket to allow, create the "
                    "endpoint to approve or reject, allow Magento's principal on a service to connect.",
                )

    def open_port(self, port: int) -> None:
        """Let a port into Magento that no ticket asked for."""
        with self._lock:
            self._backstage.open_port(port)

    # The moves

    def _allow(self, *, elsewhere: bool = False) -> bool:
        """Step 3 for every ticket that waits for it; ``elsewhere``: told of a service in another region."""
        waiting = [one for one in self._tickets if one not in self._allowed]
        for one in waiting:
            self._allow_one(one, elsewhere=elsewhere)
        return bool(waiting)

    def _allow_one(self, filed: Ticket, *, elsewhere: bool = False) -> None:
        for port in filed.ports:
            self._backstage.open_port(port)
        self._moves.allow(self._backstage.service, filed.account)
        self._allowed.append(filed)
        told = self._backstage.details(filed)
        if elsewhere:
            region = self._backstage.region
            other = next(one for one in OTHER_REGIONS[self._backstage.platform] if one != region)
            told = tuple(line.replace(region, other) for line in told)
        self._tell(*told)

    def _correct(self) -> bool:
        """Tell everybody who was allowed the details once more, as they are."""
        for filed in self._allowed:
            self._tell("We are sorry: our last answer was wrong.", "", *self._backstage.details(filed))
        return bool(self._allowed)

    def _be_silent(self) -> bool:
        """Make no more moves but those that are asked for."""
        self.pace = replace(self.pace, auto=False)
        return True

    def _intrude(self, act: Callable[[str], None]) -> bool:
        """Have the stranger act on every customer's service that Magento is to connect to."""
        names = self._wanted()
        for name in names:
            act(name)
        return bool(names)

    def _decide(
        self, act: Callable[[Connection], None], word: str, only: Iterable[str] | None = None
    ) -> bool:
        """Step 5, for the customers' requests that wait for it."""
        accounts = {one.account for one in self._allowed}
        decided = []
        for connection in self._moves.requests(self._backstage.service):
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
            if self._backstage.has_endpoint(name, live=again):
                continue
            self._tries += 1
            endpoint = self._moves.connect(name, self._backstage.network, f"magento-{self._tries}")
            self._tell(*self._backstage.asked(endpoint))
            made = True
        return made

    def _wanted(self) -> list[str]:
        """The services that tickets ask to connect to and that show themselves."""
        accounts = frozenset(one.account for one in self._allowed if one.bidirectional)
        named = {name.lower() for one in self._allowed for name in one.service_names}
        open_ended = {one.account for one in self._allowed if one.bidirectional and not one.service_names}
        shown = self._backstage.shown(accounts) if accounts else ()
        return [name for owner, name in shown if name.lower() in named or owner in open_ended]

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
        requests = self._moves.requests(self._backstage.service)
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
