"""What the emulated Azure holds: subscriptions in tenants, and resources in their groups.

Everything here is plain data under one lock. What ARM says in JSON is a ``dict`` of the same shape here.
"""

from __future__ import annotations

import ipaddress
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from providers.sandbox.shell import Shell

Json = dict[str, Any]
"""A JSON object as ARM sends and takes it."""

NAMESPACE = "Microsoft.Network"
RESERVED = 4
"""Azure keeps the first four addresses of a subnet, and the last."""

_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/Microsoft\.Network/"
    r"(?P<kind>[^/]+)/(?P<name>[^/]+)(?:/(?P<collection>[^/]+)/(?P<child>[^/]+))?",
    re.IGNORECASE,
)


class Refusal(Exception):
    """ARM says no: an HTTP status, ``{"error": {"code", "message"}}``, and headers."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    @property
    def body(self) -> Json:
        """The error as ARM words it."""
        return {"error": {"code": self.code, "message": self.message, "details": []}}


def bad(code: str, message: str) -> Refusal:
    """A 400."""
    return Refusal(400, code, message)


@dataclass(slots=True)
class Timing:
    """How long things take, in seconds; may be changed while the emulator runs.

    ``operation`` is a long-running operation's duration, ``retry_after`` what ARM asks to wait between looks
    at one, ``approval`` an approved connection's way through ``Updating``, ``registration`` a resource
    provider's way to ``Registered``, ``sign_in`` how long the person with the device code takes (None: until told).
    """

    operation: float = 1.0
    retry_after: float = 0.2
    approval: float = 0.0
    registration: float = 0.5
    sign_in: float | None = 1.0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription and the tenant that it belongs to."""

    id: str
    tenant: str
    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """A resource id of Microsoft.Network in its parts; ``collection`` and ``child`` of a part of a resource."""

    subscription: str
    group: str
    kind: str
    name: str
    collection: str = ""
    child: str = ""

    @property
    def parent(self) -> str:
        """The id of the resource itself."""
        head = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        return f"{head}/providers/{NAMESPACE}/{self.kind}/{self.name}"


def parse(id: str) -> Name | None:
    """Read a resource id; None for what is no id of Microsoft.Network."""
    found = _ID.fullmatch(id)
    return Name(**found.groupdict(default="")) if found else None


@dataclass(slots=True)
class Group:
    """A resource group."""

    id: str
    name: str
    location: str
    tags: dict[str, str]
    state: str = "Succeeded"


@dataclass(slots=True)
class Resource:
    """A resource: ``properties`` as it was written, with the ids and addresses that Azure gave it.

    ``kind`` is the type without its namespace (``virtualNetworks``), ``state`` the provisioning state,
    ``busy`` the operation under way.
    """

    id: str
    kind: str
    subscription: str
    group: str
    name: str
    location: str
    tags: dict[str, str]
    properties: Json
    guid: str
    sku: Json | None = None
    state: str = "Succeeded"
    busy: str = ""
    etag: str = field(default_factory=lambda: f'W/"{uuid.uuid4()}"')

    def touch(self) -> None:
        """Give it a new etag."""
        self.etag = f'W/"{uuid.uuid4()}"'

    def part(self, collection: str, name: str) -> Json | None:
        """One of its parts (a subnet, a rule) by name."""
        for one in self.parts(collection):
            if str(one.get("name", "")).lower() == name.lower():
                return one
        return None

    def parts(self, collection: str) -> list[Json]:
        """Its parts of one kind."""
        wanted = collection.lower()
        for key, value in self.properties.items():
            if key.lower() == wanted and isinstance(value, list):
                return value
        return []


@dataclass(slots=True)
class Link:
    """A private endpoint's connection to a private link service.

    ``requested`` is what the endpoint names (alias or id). ``removed``: the service's owner deleted it, or
    the service is gone; only the endpoint still shows it. ``settled`` is when an update is through.
    """

    service: str
    endpoint: str
    name: str
    number: int
    requested: str
    manual: bool
    status: str
    description: str
    actions: str = "None"
    removed: bool = False
    settled: float = 0.0
    etag: str = field(default_factory=lambda: f'W/"{uuid.uuid4()}"')


@dataclass(slots=True)
class Estate:
    """All of it. Hold ``lock`` while reading or changing anything."""

    region: str
    subscriptions: tuple[Subscription, ...]
    timing: Timing = field(default_factory=Timing)
    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(default_factory=threading.RLock)
    groups: dict[str, Group] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    registered: dict[str, float] = field(default_factory=dict)
    """When the registration of Microsoft.Network is through, by subscription; missing: not registered."""
    shell: Shell | None = None
    """What runs scripts on the customer's machines, once the data path stands."""
    made: int = 0
    nat_ports: dict[str, float] = field(default_factory=dict)
    """Percent of its NAT ports that a private link service uses, by its id in lower case; missing: none."""

    def tenant_of(self, subscription: str) -> str | None:
        """The tenant of a subscription, or None where there is no such subscription."""
        wanted = subscription.lower()
        return next((one.tenant for one in self.subscriptions if one.id == wanted), None)

    def registration(self, subscription: str) -> str:
        """The registration state of Microsoft.Network."""
        ready = self.registered.get(subscription.lower())
        if ready is None:
            return "NotRegistered"
        return "Registered" if self.clock() >= ready else "Registering"

    def find(self, id: str) -> Resource | None:
        """The resource with this id; case does not matter."""
        return self.resources.get(id.lower())

    def find_part(self, id: str) -> tuple[Resource, Json] | None:
        """The resource and its part (a subnet, a frontend) that an id names."""
        name = parse(id)
        if name is None or not name.child:
            return None
        resource = self.find(name.parent)
        part = resource.part(name.collection, name.child) if resource else None
        return (resource, part) if resource and part else None

    def of_kind(self, kind: str, subscription: str | None = None) -> Iterator[Resource]:
        """The resources of a kind, oldest first."""
        wanted = kind.lower()
        for one in list(self.resources.values()):
            if one.kind.lower() == wanted and subscription in (None, one.subscription):
                yield one

    def number(self) -> int:
        """A number that was never given before."""
        self.made += 1
        return self.made

    # Addresses

    def addresses(self, subnet: str) -> set[str]:
        """The addresses of a subnet that are taken."""
        return {address for _, address in self.occupants(subnet)}

    def occupants(self, subnet: str) -> list[tuple[str, str]]:
        """Who sits in a subnet: ids of IP configurations with their addresses."""
        wanted = subnet.lower()
        found = []
        for kind, collection in (
            ("networkInterfaces", "ipConfigurations"),
            ("loadBalancers", "frontendIPConfigurations"),
        ):
            for resource in self.of_kind(kind):
                for part in resource.parts(collection):
                    inner = part["properties"]
                    if str((inner.get("subnet") or {}).get("id", "")).lower() == wanted:
                        found.append((part["id"], inner.get("privateIPAddress", "")))
        return found

    def allocate(self, subnet: str, wanted: str | None, taken: Iterable[str] = ()) -> str:
        """An address of a subnet: the one that is wanted, or the first free one.

        Raises Refusal: ``PrivateIPAddressNotInSubnet``, ``PrivateIPAddressInUse``, ``SubnetIsFull``.
        """
        found = self.find_part(subnet)
        if found is None:
            raise bad("InvalidResourceReference", f"Resource {subnet} was not found.")
        network = ipaddress.ip_network(prefixes(found[1])[0])
        used = self.addresses(subnet) | set(taken)
        if wanted:
            if ipaddress.ip_address(wanted) not in network:
                words = f"Private static IP address {wanted} does not belong to the range of subnet prefix."
                raise bad("PrivateIPAddressNotInSubnet", f"{words} Subnet: {subnet}")
            if wanted in used:
                words = f"IP configuration address {wanted} is already allocated in subnet {subnet}."
                raise bad("PrivateIPAddressInUse", words)
            return wanted
        for offset in range(RESERVED, network.num_addresses - 1):
            address = str(network.network_address + offset)
            if address not in used:
                return address
        raise bad("SubnetIsFull", f"Subnet {subnet} does not have enough capacity for 1 IP addresses.")


def prefixes(subnet: Json) -> Sequence[str]:
    """A subnet's CIDRs, from either of the two fields that may hold them."""
    inner = subnet["properties"]
    return inner.get("addressPrefixes") or [inner["addressPrefix"]]


def new_guid() -> str:
    """A GUID as Azure writes them."""
    return str(uuid.uuid4())


def referenced(holder: Json | None, key: str) -> str:
    """The id of ``{key: {"id": …}}``, or empty."""
    return str(((holder or {}).get(key) or {}).get("id") or "")
