"""Where things are: which subnets to use, and in which zone a target sits."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from core.network.model import Instance, Subnet, TargetGroup
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.ground import Ground, problem

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

ROUTABLE = tuple(
    ipaddress.ip_network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""What an address target may be beyond the network's CIDRs (elbv2 "Register targets": RFC 1918, RFC 6598)."""

ELB_FREE = 8
"""Free addresses that a load balancer asks of each of its subnets (elbv2 ``InvalidSubnet``)."""

EVERYWHERE = "*"
"""The zone of a target outside the network: registered with ``all``, every zone of the NLB sends to it."""


def zone_of(subnet: Subnet) -> str:
    """The subnet's zone, by the id that is the same in every account where there is one."""
    return subnet.zone_id or subnet.zone


def one_per_zone(subnets: Iterable[Subnet]) -> tuple[Subnet, ...]:
    """One subnet a zone: private before public, most free addresses first, then the id that sorts first."""
    best: dict[str, Subnet] = {}
    for subnet in sorted(subnets, key=lambda row: (row.public, -row.free_addresses, row.id)):
        best.setdefault(zone_of(subnet), subnet)
    return tuple(best[zone] for zone in sorted(best))


def candidates(ground: Ground) -> tuple[Subnet, ...]:
    """The subnets that may be used: the chosen ones, else all of the network."""
    rows = [row for row in ground.inventory.subnets if same_id(row.network_id, ground.network.id)]
    chosen = {one.lower() for one in ground.request.subnets}
    return tuple(row for row in rows if row.id.lower() in chosen) if chosen else tuple(rows)


def subnet_problems(ground: Ground) -> tuple[Problem, ...]:
    """What is wrong with the chosen subnets, or with the network where none is chosen."""
    network = ground.network
    known = {row.id.lower(): row for row in ground.inventory.subnets}
    default = "one in each of its zones" if ground.request.platform == "aws" else "the one with the most room"
    found = []
    for index, chosen in enumerate(ground.request.subnets):
        row = known.get(chosen.lower())
        if row is None or not same_id(row.network_id, network.id):
            where = "not in this account and region" if row is None else f"in {row.network_id}"
            found.append(
                problem(
                    "subnet-not-in-network",
                    f"cloud.subnets.{index}",
                    f"Subnet {chosen} is {where}, not in {network.id}.",
                    f"The customer chooses a subnet of {network.id}, or none for {default}.",
                )
            )
    if not found and not candidates(ground):
        found.append(
            problem(
                "no-subnets",
                "cloud.network",
                f"{network.id} has no subnets.",
                "The customer's network admin makes a subnet in the network (on AWS in at least one zone).",
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Place:
    """A target of the request: what it was called, its address and instance (Azure: network interface), and
    its zone as far as known.
    """

    target: str
    address: str | None
    instance: str | None
    zone: str | None

    @property
    def outside(self) -> bool:
        """Whether the target is an address that the network does not hold."""
        return self.zone == EVERYWHERE

    @property
    def names(self) -> frozenset[str]:
        """Every id under which a target group can hold it."""
        return frozenset(name for name in (self.address, self.instance) if name)

    def in_type(self, target_type: str) -> str | None:
        """The id that a target group of this type takes, or None where it is not known."""
        return self.instance if target_type == "instance" else self.address


def holds(group: TargetGroup, place: Place, port: int) -> bool:
    """Whether the target is registered in the group on that port, and not on its way out."""
    return any(
        row.id in place.names and row.port == port and row.health != "draining" for row in group.targets
    )


def address_of(text: str) -> Address | None:
    """The address that the text is, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _within(address: Address, cidrs: Iterable[str]) -> bool:
    nets = (ipaddress.ip_network(cidr, strict=False) for cidr in cidrs)
    return any(address in net for net in nets)


def _zone_at(ground: Ground, address: Address) -> str | None:
    for row in ground.inventory.subnets:
        if row.network_id == ground.network.id and row.cidr and _within(address, (row.cidr,)):
            return zone_of(row)
    return None


def _instance_zone(ground: Ground, instance: Instance) -> str | None:
    for row in ground.inventory.subnets:
        if row.id == instance.subnet_id:
            return zone_of(row)
    return instance.zone or None


def locate(ground: Ground, target: str, field: str) -> tuple[Place | None, tuple[Problem, ...]]:
    """Find a target of the request in the inventory; what is wrong with it comes with it."""
    if target.startswith("i-"):
        return _locate_instance(ground, target, field)
    address = address_of(target)
    if address is None:
        return None, (
            problem(
                "target-unknown",
                field,
                f"{target} is neither an instance id nor an address.",
                "The customer names the target by its instance id (i-...) or its private address.",
            ),
        )
    rows = [row for row in ground.inventory.instances if row.network_id == ground.network.id]
    instance = next((row.id for row in rows if row.address and row.address == target), None)
    if _within(address, ground.network.cidrs):
        return Place(target, target, instance, _zone_at(ground, address)), ()
    if not _within(address, map(str, ROUTABLE)):
        return None, (
            problem(
                "target-public",
                field,
                f"{target} is not a private address: a load balancer cannot send to it.",
                "The customer names the target by its private address.",
            ),
        )
    return Place(target, target, None, EVERYWHERE), (
        problem(
            "target-outside",
            field,
            f"{target} is not an address of {ground.network.id} ({', '.join(ground.network.cidrs)}).",
            "The customer makes sure that the network routes to it (peering, Transit Gateway, VPN).",
            "warning",
        ),
    )


def _locate_instance(ground: Ground, target: str, field: str) -> tuple[Place | None, tuple[Problem, ...]]:
    row = next((one for one in ground.inventory.instances if one.id == target), None)
    if row is None:
        return None, (
            problem(
                "target-unknown",
                field,
                f"Instance {target} is not in {ground.network.id}, as far as this account shows.",
                "The customer corrects the instance id, or names the target by its private address.",
            ),
        )
    if row.network_id != ground.network.id:
        return None, (
            problem(
                "target-not-in-network",
                field,
                f"Instance {target} is in {row.network_id}, not in {ground.network.id}.",
                "The customer names an instance of the network, or the instance's private address.",
            ),
        )
    stopped: tuple[Problem, ...] = ()
    if row.state != "running":
        stopped = (
            problem(
                "target-not-running",
                field,
                f"Instance {target} is {row.state}.",
                "The customer starts it before the connection is verified.",
                "warning",
            ),
        )
    return Place(target, row.address or None, target, _instance_zone(ground, row)), stopped
