"""Where targets are: in which subnet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import ip_address, ip_network

from core.network.model import Inventory, Subnet, Target, TargetGroup

Locate = Callable[[str, str], str]
"""(network id, address) → the id of the subnet whose range holds it, or nothing."""


def place(inventory: Inventory) -> tuple[TargetGroup, ...]:
    """The inventory's target groups, each target with its subnet as far as that was seen: an instance's own,
    an address's by the ranges of its target group's network. What has one already keeps it.
    """
    instances = {one.id: one.subnet_id for one in inventory.instances}
    locate = locator(inventory.subnets)

    def placed(group: TargetGroup, target: Target) -> Target:
        if target.subnet_id:
            return target
        at = instances.get(target.id) or locate(group.network_id, target.id)
        return replace(target, subnet_id=at) if at else target

    return tuple(
        replace(group, targets=tuple(placed(group, target) for target in group.targets))
        for group in inventory.target_groups
    )


def locator(subnets: Iterable[Subnet]) -> Locate:
    """What finds the subnet of an address. As many steps as there are lengths of prefixes, not subnets."""
    ranges: dict[tuple[str, int, int, int], str] = {}
    lengths: dict[tuple[str, int], set[int]] = {}
    for subnet in subnets:
        for cidr in (subnet.cidr, subnet.ipv6_cidr):
            try:
                held = ip_network(cidr, strict=False)
            except ValueError:
                continue  # Not told, or not a range: nothing is in it.
            bits = held.prefixlen
            ranges[subnet.network_id, held.version, bits, int(held.network_address)] = subnet.id
            lengths.setdefault((subnet.network_id, held.version), set()).add(bits)

    def locate(network_id: str, address: str) -> str:
        try:
            told = ip_address(address)
        except ValueError:
            return ""  # An instance's id, or a name.
        for bits in sorted(lengths.get((network_id, told.version), ()), reverse=True):
            rest = told.max_prefixlen - bits
            held = ranges.get((network_id, told.version, bits, int(told) >> rest << rest))
            if held:
                return held
        return ""

    return locate
