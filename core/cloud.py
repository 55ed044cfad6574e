"""The port: what a cloud must answer for the rest of the program, and the errors it answers with.

Implementations are synchronous and thread-safe, hold no global state, print nothing and never exit. Every
failure is a :class:`CloudError`. Arguments and answers are plain frozen data that can be pickled, because
the screen talks to its cloud in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from core.network.model import Connection, Detail, Inventory, Observation, VendorService
from core.request.model import ConnectionType, Draft, Platform
from core.secrecy import hide
from core.setup.change import Change, Outcome

ErrorCode = Literal[
    "no-credentials",
    "credentials-expired",
    "access-denied",
    "wrong-region",
    "service-not-visible",
    "not-found",
    "already-exists",
    "in-use",
    "quota-exceeded",
    "invalid",
    "throttled",
    "unreachable",
    "unavailable",
    "unsupported",
    "not-installed",
    "unexpected",
]

RETRYABLE: frozenset[ErrorCode] = frozenset({"throttled", "unreachable", "unavailable"})
"""Failures that the same call may not meet the next time."""


class CloudError(Exception):
    """A failure of a cloud: what happened (``message``), who must do what (``remedy``), and the call it was.

    ``operation`` is the API's own name (``ec2:CreateVpcEndpoint``); for ``access-denied`` it is the
    permission to ask for. ``detail`` keeps the SDK's own words. ``after`` are the seconds that the cloud wants
    to be left alone (``Retry-After``), 0 where it does not say. The SDK's exception is the ``__cause__``. What looks
    like a secret in the words is hidden: an answer may repeat the request.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        remedy: str,
        *,
        operation: str = "",
        detail: str = "",
        after: float = 0.0,
    ) -> None:
        message, remedy, detail = hide(message), hide(remedy), hide(detail)
        super().__init__(code, message, remedy)
        self.code: ErrorCode = code
        self.message = message
        self.remedy = remedy
        self.operation = operation
        self.detail = detail
        self.after = after

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.message, self.remedy, self.operation, self.detail, self.after)


def _rebuild(
    code: ErrorCode, message: str, remedy: str, operation: str, detail: str, after: float
) -> CloudError:
    return CloudError(code, message, remedy, operation=operation, detail=detail, after=after)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the program is to the cloud. ``principal`` is the ARN or object id, ``source`` where the
    credentials came from in words (``profile prod``, ``environment``). ``local`` is the ``host:port`` where
    this machine itself answers in the cloud's place (an emulator, a tunnel); empty for the cloud's own address.
    """

    account: str
    principal: str
    source: str
    local: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a sign-in reaches, by its id and its name (Azure: a subscription)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SignInCode:
    """What a person has to do to sign in: open ``url`` and enter ``code`` before ``until``."""

    url: str
    code: str
    until: datetime


OnCode = Callable[[SignInCode], None]
SignInWay = Literal["device-code", "browser"]
"""The ways in which a person signs in: with a code on another page, or in the browser of this machine."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region that the account can use."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """A network to choose from: enough to recognise it by."""

    id: str
    name: str
    cidrs: tuple[str, ...]
    is_default: bool
    zones: int
    subnets: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a collection is: ``done`` of ``total`` parts, the part that was just read and its count."""

    done: int
    total: int
    what: str
    count: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """What one look is to show. ``network_id`` and ``vendor_services`` find the own endpoints; services and
    load balancers go by id. Empty means: do not ask.
    """

    network_id: str
    vendor_services: tuple[str, ...] = ()
    service_ids: tuple[str, ...] = ()
    service_names: tuple[str, ...] = ()
    load_balancer_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """One thing to prove: that ``host`` answers on ``port``. ``tls`` asks for a handshake too."""

    service: str
    host: str
    port: int
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One stage of a probe: ``resolve``, ``connect``, ``tls`` or ``bytes``, whether it held, and the words."""

    stage: Literal["resolve", "connect", "tls", "bytes"]
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe saw. ``addresses`` are what the name resolved to; ``seconds`` how long connecting took.

    ``ok`` means: resolved to private addresses only and connected. A TLS name mismatch is told in its hop
    but does not make a probe fail (the endpoint's name is never in the service's certificate).
    """

    target: ProbeTarget
    ok: bool
    addresses: tuple[str, ...]
    hops: tuple[Hop, ...]
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """Probes made from one place. ``place`` says where in words (``this machine, 10.0.1.5``); ``inside``
    whether that place is in the customer's network, as far as its addresses tell: a machine elsewhere, in a
    network of the same addresses, counts as inside too.
    """

    place: str
    inside: bool
    results: tuple[ProbeResult, ...]


class Cloud(Protocol):
    """A customer's account in one region of one cloud. Every verb raises :class:`CloudError`."""

    @property
    def platform(self) -> Platform:
        """Which cloud this is."""

    @property
    def region(self) -> str:
        """The region that every verb looks at."""

    def identity(self) -> Identity:
        """Who the program is (AWS: ``sts:GetCallerIdentity``)."""

    def regions(self) -> tuple[Region, ...]:
        """The regions that the account can use, by name."""

    def networks(self) -> tuple[NetworkChoice, ...]:
        """The networks of the region to choose from."""

    def inventory(
        self, network_id: str | None, detail: Detail = "setup", on_progress: OnProgress | None = None
    ) -> Inventory:
        """Collect one network, or the whole region where ``network_id`` is None, as far as ``detail`` asks.

        What may not be read becomes a gap; raises only where nothing could be read at all.
        """

    def vendor_service(self, service_name: str) -> VendorService:
        """Look the vendor's service up. Raises ``service-not-visible`` where it does not show itself."""

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        """Make one change whose refs are resolved. ``token`` is the idempotency token of this intent.

        Idempotent as far as the cloud is: what exists already with this name and settings is no error.
        Raises ``unsupported`` for a kind that this cloud has not.
        """

    def find(self, change: Change, enablement: str) -> Outcome | None:
        """The resource that carries this enablement's tag with this change's key, or None.

        Asked where an earlier call's answer was lost.
        """

    def observe(self, watch: Watch) -> Observation:
        """One look at the watched resources, in as few calls as the API allows. Failures become gaps."""

    def accept(self, connection: Connection) -> None:
        """Accept an incoming connection."""

    def reject(self, connection: Connection) -> None:
        """Reject an incoming connection."""

    def probe(self, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]) -> ProbeReport:
        """Try the targets from this machine. ``inside`` are the network's CIDRs."""


@runtime_checkable
class Choosing(Protocol):
    """A cloud whose sign-in reaches several accounts (Azure)."""

    def accounts(self) -> tuple[Account, ...]:
        """The accounts that the sign-in reaches, by name. Raises CloudError."""

    def elsewhere(self, region: str, account: str | None) -> Cloud:
        """The same sign-in in another region or account; None: the account stays."""


@runtime_checkable
class Measuring(Protocol):
    """A cloud whose figures of a service take a call for each service: only a diagnosis asks (Azure)."""

    def measured(self, service_id: str) -> Mapping[str, float]:
        """The highest figures of an own service in the last hour, by the cloud's own name. Raises CloudError."""

    def probed(self, balancer_id: str) -> Mapping[tuple[str, int], float]:
        """What the health probe of a load balancer found last: percent of its probes that were answered, by a
        member's private address and port. A member that nothing was told of is not in it. Raises CloudError.
        """


@runtime_checkable
class Spread(Protocol):
    """A cloud that knows in which regions an account has anything, without looking at each (Azure)."""

    def used_regions(self) -> tuple[str, ...]:
        """The regions that hold something that an audit reads, by name. Raises CloudError."""


@runtime_checkable
class Remote(Protocol):
    """A cloud that runs a script on one of the account's machines by an agent there."""

    def run_on(self, machine: str, script: str) -> str:
        """Run lines of a POSIX shell on a machine (by its id) and wait, for some minutes at the most; answers what
        they printed, whether they failed or not. Raises CloudError.
        """


OnOperation = Callable[[str], None]
"""Told the continuation token of a long-running operation as soon as the cloud has taken it; may be called in
another thread.
"""


@runtime_checkable
class Resumable(Protocol):
    """A cloud whose changes are operations that go on by themselves and can be waited for again (Azure)."""

    def carry_out(
        self,
        change: Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> Outcome:
        """As :meth:`Cloud.apply`; where ``continuation`` names an operation that an earlier run began for this
        change, that one is waited for first, and nothing is begun that it has done. A change without a spec
        is only waited for.
        """


def carry_out(
    cloud: Cloud,
    change: Change,
    enablement: str,
    token: str,
    continuation: str | None,
    on_operation: OnOperation,
) -> Outcome:
    """Make one change, resumably where the cloud can."""
    if isinstance(cloud, Resumable):
        return cloud.carry_out(change, enablement, token, continuation, on_operation)
    return cloud.apply(change, enablement, token)


class Vendor(Protocol):
    """Magento's moves, on the same adapters: for the sandbox, and for a real infrastructure team."""

    def allow(self, service_id: str, account: str) -> None:
        """Step 3: let a customer's account see and use the vendor's service."""

    def requests(self, service_id: str) -> tuple[Connection, ...]:
        """The connections of the vendor's service."""

    def approve(self, connection: Connection) -> None:
        """Step 5."""

    def decline(self, connection: Connection) -> None:
        """Step 5, the other way."""

    def connect(self, service_name: str, network_id: str, token: str) -> str:
        """Step 7a: request a connection to the customer's endpoint service; returns the endpoint's id."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something the other party wrote into the ticket."""

    text: str


class Counterpart(Protocol):
    """The other party of a rehearsal: what a ticket system and Magento's people are in real life."""

    def file(self, ticket: str) -> str:
        """Hand in the ticket; returns its number."""

    def inbox(self) -> tuple[Message, ...]:
        """What has been written into the ticket so far."""

    def run(self, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
        """Let Magento's side run the probe commands; returns what their terminal showed."""

    def play(self, move: str) -> None:
        """Make a move now (``allow``, ``approve``, ``reject``, ``connect``, …) instead of after a delay."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A cloud to work with. In a rehearsal only: ``counterpart``, the other party; ``environment``, what other
    programs need to reach the same cloud; ``practice``, for each connection type a request that fits it.
    """

    cloud: Cloud
    counterpart: Counterpart | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    practice: Mapping[ConnectionType, Draft] = field(default_factory=dict)
