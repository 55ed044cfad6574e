"""What a plan is made of: changes, each one call to the cloud, with what it needs first.

A change names its resource by a ``key`` that is unique in the enablement (``load-balancer``,
``listener/3306``). A spec that needs an id which only another change will make holds a :class:`Ref` to that
change's key; :func:`resolve` puts the ids in once they are known.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from core.network.model import Connection, Tags

Action = Literal["create", "adopt", "change", "leave", "delete"]
Kind = Literal[
    "load-balancer",
    "cross-zone",
    "target-group",
    "targets",
    "listener",
    "endpoint-service",
    "principal",
    "security-group",
    "ingress",
    "endpoint",
    "subnet-policy",
    "registration",
]


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of the resource that the change with this key makes or adopts."""

    key: str


Id = str | Ref


@dataclass(frozen=True, slots=True)
class LoadBalancerSpec:
    """An internal network load balancer over these subnets."""

    name: str
    subnets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrossZoneSpec:
    """Cross-zone load balancing on: without it (an NLB's default) a zone without targets answers nothing."""

    load_balancer: Id


@dataclass(frozen=True, slots=True)
class TargetGroupSpec:
    """A target group. ``target_type`` is ``ip`` or ``instance``; ``port`` is where the targets listen."""

    name: str
    network: str
    protocol: str
    port: int
    target_type: Literal["ip", "instance"]


@dataclass(frozen=True, slots=True)
class TargetsSpec:
    """Targets to register: addresses or instance ids, as the group's type says.

    ``outside`` are those of them that are no address of the network: they must be registered with
    ``AvailabilityZone=all`` (elbv2 ``TargetDescription``).
    """

    target_group: Id
    targets: tuple[str, ...]
    port: int
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListenerSpec:
    """A listener that forwards ``port`` to a target group."""

    load_balancer: Id
    protocol: str
    port: int
    target_group: Id


@dataclass(frozen=True, slots=True)
class EndpointServiceSpec:
    """An endpoint service in front of a load balancer; every connection to it needs acceptance."""

    name: str
    load_balancer: Id


@dataclass(frozen=True, slots=True)
class PrincipalSpec:
    """Principals to add to (``create``, ``change``) or take from (``delete``) an endpoint service."""

    service: Id
    principals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecurityGroupSpec:
    """A security group for an interface endpoint."""

    name: str
    description: str
    network: str


@dataclass(frozen=True, slots=True)
class IngressSpec:
    """Inbound TCP rules: each port from each CIDR."""

    security_group: Id
    ports: tuple[int, ...]
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndpointSpec:
    """An interface endpoint to the vendor's service: the connection request. Never with private DNS."""

    name: str
    network: str
    service_name: str
    subnets: tuple[str, ...]
    security_groups: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class TagSpec:
    """Only the enablement's tag, with the value :data:`ADOPTED`, on a resource that was not made here.

    With action ``adopt`` the tag is put on, with action ``change`` and ``present`` False it is taken off.
    The change's kind is the resource's; nothing else of the resource is touched.
    """

    resource: Id
    present: bool = True


@dataclass(frozen=True, slots=True)
class RejectSpec:
    """Connections to reject before their endpoint service can be deleted.

    A service with live connections cannot be deleted (``ec2:DeleteVpcEndpointServiceConfigurations``). The
    executor rejects them one by one; a cloud gets the deletion without this spec.
    """

    connections: tuple[Connection, ...]


@dataclass(frozen=True, slots=True)
class PortRule:
    """A rule of a Standard load balancer: TCP ``port`` of the frontend to ``target_port`` of the pool."""

    port: int
    target_port: int


@dataclass(frozen=True, slots=True)
class StandardBalancerSpec:
    """Azure: an internal Standard load balancer with one frontend in ``subnet``, one NIC-based pool, and a
    probe and a rule for each port. ``group`` is the resource group's name, ``region`` the location.
    """

    name: str
    group: str
    region: str
    subnet: str
    rules: tuple[PortRule, ...]


@dataclass(frozen=True, slots=True)
class PoolMemberSpec:
    """Azure: a network interface's first IP configuration joins the load balancer's pool.

    The interface is the customer's: the plan names it as the change that it is, and undo takes it out again.
    """

    load_balancer: Id
    interface: str


@dataclass(frozen=True, slots=True)
class SubnetPolicySpec:
    """Azure: ``privateLinkServiceNetworkPolicies`` of the NAT subnet, which a private link service needs off."""

    subnet: str
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationSpec:
    """Azure: a resource provider (``Microsoft.Network``) that the subscription is registered for."""

    subscription: str
    namespace: str


@dataclass(frozen=True, slots=True)
class PrivateLinkServiceSpec:
    """Azure: a private link service at the load balancer's frontend, its NAT addresses from ``subnet``.

    Visible to the subscriptions in ``visibility`` only; nobody is approved automatically.
    """

    name: str
    group: str
    region: str
    load_balancer: Id
    subnet: str
    visibility: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrivateEndpointSpec:
    """Azure: a private endpoint with a manual connection to ``service`` (alias or resource id).

    ``message`` (at most 140 characters) goes to the service's owner. Never a private DNS zone.
    """

    name: str
    group: str
    region: str
    subnet: str
    service: str
    message: str


Spec = (
    StandardBalancerSpec
    | PoolMemberSpec
    | SubnetPolicySpec
    | RegistrationSpec
    | PrivateLinkServiceSpec
    | PrivateEndpointSpec
    | LoadBalancerSpec
    | CrossZoneSpec
    | TargetGroupSpec
    | TargetsSpec
    | ListenerSpec
    | EndpointServiceSpec
    | PrincipalSpec
    | SecurityGroupSpec
    | IngressSpec
    | EndpointSpec
    | TagSpec
    | RejectSpec
)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan.

    ``id`` is the resource's id where it exists. ``needs`` are the keys that must be done first. ``command``
    is the equivalent command of the cloud's own CLI (empty for ``leave``). ``reason`` says in words why.
    ``cost`` says what leaving the resource standing costs, in words; empty where it costs nothing.
    ``spec`` is None for ``leave``, for a ``delete`` that needs no more than the id, and for an ``adopt`` that
    makes no call (one with a :class:`TagSpec` puts the tag on). ``state`` is the resource's state in the
    inventory, where it exists and has one.
    """

    key: str
    action: Action
    kind: Kind
    name: str
    spec: Spec | None = None
    id: str | None = None
    needs: tuple[str, ...] = ()
    command: str = ""
    reason: str = ""
    cost: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What applying a change gave: the resource's id, and its state where the cloud told one."""

    id: str
    state: str = ""


TAG_PREFIX = "privatelink:"
ADOPTED = "adopted"
"""The value of the enablement's tag on what it writes to without having made it."""


def tag_key(enablement: str) -> str:
    """The tag that marks a resource as this enablement's. Its value is the change's key.

    One key per enablement, so that two enablements can share an adopted load balancer.
    """
    return f"{TAG_PREFIX}{enablement}"


def other_enablements(tags: Tags, enablement: str) -> tuple[str, ...]:
    """The ids of the other enablements whose tag is on a resource, sorted."""
    found = (key.removeprefix(TAG_PREFIX) for key in tags if key.startswith(TAG_PREFIX))
    return tuple(sorted(one for one in found if one and one != enablement))


def tags(enablement: str, key: str, name: str) -> Tags:
    """The tags that every resource gets at creation."""
    return {tag_key(enablement): key, "Name": name}


S = TypeVar("S", bound=Spec)


def resolve(spec: S, ids: Mapping[str, str]) -> S:
    """The spec with every :class:`Ref` replaced by the id of its key. Raises KeyError where none is known."""

    def known(value: object) -> object:
        if isinstance(value, Ref):
            return ids[value.key]
        if isinstance(value, tuple):
            return tuple(known(item) for item in value)
        return value

    # The union's members share no field types, so only the dataclass itself can say what fits.
    values: dict[str, Any] = {item.name: known(getattr(spec, item.name)) for item in dataclasses.fields(spec)}
    return type(spec)(**values)
