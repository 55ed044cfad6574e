"""A change as steps in the Azure portal.

Sources: "Quickstart: Create an internal load balancer", "Create a Private Link service by using the Azure
portal", "Disable network policies for Azure Private Link service source IP" and "Create a private endpoint by
using the Azure portal", "Azure resource providers and types".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.export.guides import Console, Guide, Scene, escaped, listed
from core.request.identifiers import id_part, subnet_network
from core.setup.change import (
    Id,
    Kind,
    PoolMemberSpec,
    PrincipalSpec,
    PrivateEndpointSpec,
    PrivateLinkServiceSpec,
    RegistrationSpec,
    RejectSpec,
    StandardBalancerSpec,
    SubnetPolicySpec,
)
from core.text import visible

PORTALS: Mapping[str, str] = {
    "usgov": "https://portal.azure.us",
    "usdod": "https://portal.azure.us",
    "china": "https://portal.azure.cn",
}
"""The portal by the beginning of a region's name, where it is not the public one."""

LISTS: Mapping[Kind, str] = {
    "load-balancer": "loadBalancers",
    "endpoint-service": "privateLinkServices",
    "endpoint": "privateEndpoints",
}
"""Resource types whose list the portal shows."""

WORDS: Mapping[Kind, str] = {
    "load-balancer": "load balancer",
    "endpoint-service": "private link service",
    "endpoint": "private endpoint",
}

IDLE = 4
"""Minutes without traffic before a connection is dropped: a private link service drops it then anyway."""


def _portal(scene: Scene) -> str:
    region = scene.region.lower()
    return next(
        (one for start, one in PORTALS.items() if region.startswith(start)), "https://portal.azure.com"
    )


def _create(scene: Scene, item: str) -> str:
    return f"{_portal(scene)}/#create/{item}"


def _open(scene: Scene, kind: Kind, value: Id | None) -> str:
    """The page of a resource, or the list of its kind where its id is not known yet."""
    if isinstance(value, str) and value.startswith("/"):
        return f"{_portal(scene)}/#@/resource{escaped(value)}"
    return f"{_portal(scene)}/#browse/Microsoft.Network%2F{LISTS[kind]}"


def _basics(scene: Scene, group: str, subnet: str, name: str, region: str) -> str:
    subscription = id_part(subnet, "subscriptions")
    inside = f"subscription {visible(subscription)}, " if subscription else ""
    return f"Basics: {inside}resource group {visible(group)}, name {visible(name)}, region {visible(region)}."


def _subnet(id: str) -> str:
    """A subnet as the portal lists it: network and name."""
    network, name = id_part(id, "virtualNetworks"), id_part(id, "subnets")
    if not (network and name):
        return visible(id)
    return f"network {visible(network)}, subnet {visible(name)}"


def _load_balancer(scene: Scene) -> Guide:
    spec = scene.spec(StandardBalancerSpec)
    rules = tuple(
        f"Inbound rules: rule tcp-{rule.port}, TCP, port {rule.port}, backend port {rule.target_port}, "
        f"health probe tcp-{rule.target_port} (TCP {rule.target_port}), idle timeout {IDLE} minutes, TCP reset on."
        for rule in spec.rules
    )
    if scene.change.action == "change":
        return Guide(
            _open(scene, "load-balancer", scene.change.id),
            (
                "Settings, Load balancing rules: add those of the following that are not there; keep the others.",
                *rules,
                "Save.",
            ),
        )
    return Guide(
        _create(scene, "Microsoft.LoadBalancer-ARM"),
        (
            _basics(scene, spec.group, spec.subnet, spec.name, spec.region),
            "SKU: Standard. Type: Internal. Tier: Regional.",
            f"Frontend IP configuration: name frontend, {_subnet(spec.subnet)}, dynamic assignment.",
            "Backend pools: name pool, configured by NIC (not by IP address).",
            *rules,
            scene.tags,
            "Review + create, Create.",
        ),
    )


def _pool_member(scene: Scene) -> Guide:
    spec = scene.spec(PoolMemberSpec)
    name = visible(id_part(spec.interface, "networkInterfaces") or spec.interface)
    last = (
        f"In the pool: remove the IP configuration of network interface {name}, and save."
        if scene.deletes
        else f"In the pool: Add, the first IP configuration of network interface {name}, and save."
    )
    return Guide(
        _open(scene, "load-balancer", spec.load_balancer),
        (
            f"Choose the load balancer {scene.called(spec.load_balancer)}.",
            "Settings, Backend pools: open the pool of network interfaces.",
            last,
        ),
    )


def _subnet_policy(scene: Scene) -> Guide:
    spec = scene.spec(SubnetPolicySpec)
    network = subnet_network(spec.subnet) or ""
    word = "Enabled" if spec.enabled else "Disabled"
    steps = [
        f"Private link service network policies of {_subnet(spec.subnet)}: {word}.",
        "The portal has no switch for it. Open Cloud Shell (>_ at the top) and run the command.",
    ]
    if not spec.enabled:
        steps.append("Or go on: making the private link service in the portal turns them off by itself.")
    address = f"{_portal(scene)}/#@/resource{escaped(network)}" if network else _portal(scene)
    return Guide(address, tuple(steps))


def _registration(scene: Scene) -> Guide:
    spec = scene.spec(RegistrationSpec)
    subscription, namespace = visible(spec.subscription), visible(spec.namespace)
    return Guide(
        f"{_portal(scene)}/#@/resource/subscriptions/{escaped(spec.subscription)}/resourceproviders",
        (
            f"Settings, Resource providers of subscription {subscription}: choose {namespace}.",
            "Register, and wait until its status is Registered.",
        ),
    )


def _service(scene: Scene) -> Guide:
    spec = scene.spec(PrivateLinkServiceSpec)
    if scene.change.action == "change":
        return Guide(
            _open(scene, "endpoint-service", scene.change.id),
            (
                f"Choose the private link service {scene.id}.",
                "Under Settings, where its access security is: take every subscription off automatic approval.",
                "Leave who can see it as it is, and save.",
            ),
        )
    access = (
        f"Access security: Restricted by subscription; add {listed(spec.visibility)}. Auto-approve: No."
        if spec.visibility
        else "Access security: Role-based access control only; nobody is approved automatically. "
        "Magento's subscription is added when the ticket names it."
    )
    return Guide(
        _create(scene, "Microsoft.PrivateLinkservice"),
        (
            _basics(scene, spec.group, spec.subnet, spec.name, spec.region),
            f"Outbound settings: load balancer {scene.called(spec.load_balancer)} and its frontend IP.",
            f"Source NAT: {_subnet(spec.subnet)}. TCP proxy V2: No. Private IP: dynamic.",
            access,
            scene.tags,
            "Review + create, Create. Keep its resource ID (Properties): the ticket needs it.",
        ),
    )


def _visibility(scene: Scene) -> Guide:
    spec = scene.spec(PrincipalSpec)
    steps: tuple[str, ...] = (
        f"Choose the private link service {scene.called(spec.service)}.",
        "Under Settings, open its access security (who can see it).",
    )
    last = (
        f"Take {listed(spec.principals)} off the list, and save."
        if scene.deletes
        else f"Restricted by subscription: add {listed(spec.principals)}. Keep those that are there. "
        "Auto-approve: No. Save."
    )
    return Guide(_open(scene, "endpoint-service", spec.service), (*steps, last))


def _endpoint(scene: Scene) -> Guide:
    spec = scene.spec(PrivateEndpointSpec)
    return Guide(
        _open(scene, "endpoint", None),
        (
            "Create.",
            _basics(scene, spec.group, spec.subnet, spec.name, spec.region),
            "Resource: Connect to an Azure resource by resource ID or alias.",
            f"Resource ID or alias: {visible(spec.service)}.",
            f"Request message: {visible(spec.message)}",
            f"Networking: {_subnet(spec.subnet)}, dynamic address. DNS: no private DNS zone.",
            scene.tags,
            "Review + create, Create. That is the connection request: it is pending until Magento approves it.",
        ),
    )


def _tag(scene: Scene) -> Guide:
    return Guide(_open(scene, scene.change.kind, scene.change.id), (f"Open {scene.id}, Tags.", scene.tag))


def _delete(scene: Scene) -> Guide:
    kind, spec = scene.change.kind, scene.change.spec
    if kind not in WORDS:
        raise ValueError(f"deleting {kind} takes a spec")
    first: tuple[str, ...] = ()
    if isinstance(spec, RejectSpec) and spec.connections:
        names = listed(one.name or one.endpoint_id for one in spec.connections)
        first = (f"Settings, Private endpoint connections: select {names}, then Remove.",)
    return Guide(
        _open(scene, kind, scene.change.id),
        (f"Choose the {WORDS[kind]} {scene.id}.", *first, "Delete; confirm, and wait until it is gone."),
    )


KINDS: Mapping[Kind, Callable[[Scene], Guide]] = {
    "load-balancer": _load_balancer,
    "targets": _pool_member,
    "subnet-policy": _subnet_policy,
    "registration": _registration,
    "endpoint-service": _service,
    "principal": _visibility,
    "endpoint": _endpoint,
}

CONSOLE = Console(KINDS, _tag, _delete)
"""The Azure portal."""
