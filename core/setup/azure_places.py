"""Where things are on Azure: the subnet to use, and which network interface a target is.

A private link service needs a load balancer whose pool holds network interfaces, so every target has to be one
("What is Azure Private Link service", limitations).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from core.network.model import Instance, Inventory, LoadBalancer, Subnet, TargetGroup
from core.request.identifiers import id_part, same_id
from core.request.model import Problem
from core.setup.base import balancer_of
from core.setup.ground import Ground, problem
from core.setup.places import Place, address_of, candidates
from core.setup.plan import Plan

NAME = 80
"""Longest name of a load balancer, private link service or private endpoint (ARM naming rules,
``Microsoft.Network``).
"""

RESERVED = frozenset(
    {
        "gatewaysubnet",
        "azurebastionsubnet",
        "azurefirewallsubnet",
        "azurefirewallmanagementsubnet",
        "routeserversubnet",
    }
)
"""Subnets that Azure keeps for its own services, in lower case."""

IDLE = frozenset({"stopped", "stopping", "deallocated", "deallocating"})
SCALE_SET = "/virtualmachinescalesets/"


def azure_name(enablement: str, suffix: str) -> str:
    """``<enablement>-<suffix>`` as a resource may be called: letters, digits, ``-_.``, at most 80.

    Where the enablement's id does not fit, a short hash keeps two of them apart: a PUT to a taken name changes
    the resource that has it.
    """
    clean = re.sub(r"[^A-Za-z0-9]+", "-", enablement).strip("-") or "privatelink"
    room = NAME - len(suffix) - 1
    if clean == enablement and len(clean) <= room:
        return f"{clean}-{suffix}"
    mark = hashlib.sha256(enablement.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{clean[: room - 7].rstrip('-')}-{mark}-{suffix}"


def group_of(id: str) -> str:
    """The resource group in a resource id."""
    return id_part(id, "resourceGroups")


def usable(ground: Ground) -> tuple[Subnet, ...]:
    """The subnets to choose from: the chosen ones, else all that Azure does not keep for itself."""
    return tuple(row for row in candidates(ground) if row.name.lower() not in RESERVED)


def roomiest(ground: Ground, *first: Callable[[Subnet], bool]) -> Subnet | None:
    """The subnet to use: what each of ``first`` prefers, then most free addresses, then the id."""
    rows = usable(ground)
    return min(
        rows,
        key=lambda row: (*(not wanted(row) for wanted in first), -row.free_addresses, row.id),
        default=None,
    )


def no_room(ground: Ground, subnet: Subnet | None) -> tuple[Problem, ...]:
    """The problem that no subnet can be used, or that the one to use is full."""
    field = "cloud.subnets" if ground.request.subnets else "cloud.network"
    if subnet is None:
        return (
            problem(
                "no-subnets",
                field,
                f"No subnet of {ground.network.id} can be used: Azure keeps them for its own services.",
                "The customer chooses or makes another subnet of the VNet.",
            ),
        )
    if subnet.free_addresses > 0:
        return ()
    return (
        problem(
            "subnet-full",
            field,
            f"Subnet {subnet.name} has no free address.",
            "The customer chooses another subnet of the VNet, or frees addresses.",
        ),
    )


def locate(ground: Ground, target: str, field: str) -> tuple[Place | None, tuple[Problem, ...]]:
    """Find the network interface of a target: an address, a virtual machine's id or an interface's own.

    ``Place.instance`` of the answer is the interface's id.
    """
    rows = [row for row in ground.inventory.instances if _is(row, target)]
    here = [row for row in rows if same_id(row.network_id, ground.network.id)]
    if not here:
        return None, (_not_here(ground, target, field, rows),)
    interfaces = {row.interface_id.lower(): row for row in here if row.interface_id}
    if not interfaces:
        return None, (_without_interface(ground, target, field),)
    if len(interfaces) > 1:
        listed = ", ".join(sorted(row.address or row.interface_id for row in interfaces.values()))
        return None, (
            problem(
                "target-ambiguous",
                field,
                f"{target} has several network interfaces in the VNet: {listed}.",
                "The customer names the target by the private address of the one that answers.",
            ),
        )
    (row,) = interfaces.values()
    idle: tuple[Problem, ...] = ()
    if row.state.lower() in IDLE:
        idle = (
            problem(
                "target-not-running",
                field,
                f"{row.name or target} is {row.state}.",
                "The customer starts it before the connection is verified.",
                "warning",
            ),
        )
    return Place(target, row.address or None, row.interface_id, None), idle


def _is(row: Instance, target: str) -> bool:
    return row.address == target or same_id(row.id, target) or same_id(row.interface_id, target)


def _not_here(ground: Ground, target: str, field: str, elsewhere: list[Instance]) -> Problem:
    if elsewhere and address_of(target) is None:
        return problem(
            "target-not-in-network",
            field,
            f"{target} is in {elsewhere[0].network_id}, not in {ground.network.id}.",
            "The customer names a machine of the VNet.",
        )
    if address_of(target) is None:
        return problem(
            "target-unknown",
            field,
            f"{target} is not in {ground.network.id}, as far as this subscription shows.",
            "The customer corrects the id, or names the target by its private address.",
        )
    return _without_interface(ground, target, field)


def _without_interface(ground: Ground, target: str, field: str) -> Problem:
    return problem(
        "target-without-interface",
        field,
        f"{target} belongs to no network interface of {ground.network.id}: a private link service needs a "
        "load balancer whose pool holds network interfaces, not addresses.",
        "The customer names a virtual machine of the VNet, for example one that forwards to what answers.",
    )


def by_address(pool: TargetGroup) -> bool:
    """Whether a pool holds addresses instead of network interfaces."""
    return pool.target_type.lower() == "ip"


def pools_of(inventory: Inventory, balancer: LoadBalancer) -> tuple[TargetGroup, ...]:
    """The pools of a load balancer."""
    root = balancer_of(balancer.id)
    return tuple(
        row
        for row in inventory.target_groups
        if balancer_of(row.id) == root or any(balancer_of(one) == root for one in row.load_balancer_ids)
    )


def holds(inventory: Inventory, pool: TargetGroup, place: Place) -> bool:
    """Whether a target's network interface is in a pool."""
    return in_pool(inventory, pool, place.instance or "", place.address or "")


def in_pool(inventory: Inventory, pool: TargetGroup, interface: str, address: str) -> bool:
    """Whether a network interface is in a pool, under whatever id the pool has it."""
    machines = {row.id.lower() for row in inventory.instances if same_id(row.interface_id, interface)}
    known = {interface.lower(), address, *machines} - {""}
    held = [row.id.lower() for row in pool.targets]
    return any(one in known or one.startswith(f"{interface.lower()}/") for one in held)


def member_key(interface: str) -> str:
    """The key of a pool membership: the interface's group and name, which no other interface has."""
    return f"targets/{group_of(interface).lower()}/{id_part(interface, 'networkInterfaces').lower()}"


def warn_few(subnet: Subnet | None, needed: int) -> Plan:
    """A warning where a subnet has fewer free addresses than will be taken from it."""
    if subnet is None or not 0 < subnet.free_addresses < needed:
        return Plan()
    return Plan(
        problems=(
            problem(
                "subnet-nearly-full",
                "cloud.subnets",
                f"Subnet {subnet.name} has {subnet.free_addresses} free addresses; up to {needed} are taken.",
                "The customer chooses another subnet, or frees addresses.",
                "warning",
            ),
        )
    )


def names(places: Iterable[Place]) -> str:
    """Targets in a row, as the request named them."""
    return ", ".join(place.target for place in places)
