"""What filters let through: security groups and network ACLs (AWS), network security groups (Azure).

One question for all of them: of the addresses of a peer, which does an ordered list of rules let through to a
port? A security group of AWS is such a list without refusals, in any order.

Sources: "Security group rules" and "Network ACLs" (Amazon VPC); "Network security groups", "Azure Load Balancer
health probes" and "Virtual network service tags" (Azure).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal

from core.network.model import Rule, Subnet

Passage = Literal["open", "partly", "closed", "unknown"]
"""Whether all, some or none of a peer's addresses come through; ``unknown`` where a rule names something (a
prefix list, a service tag) whose addresses are not known and that would decide.
"""

PROBER = "168.63.129.16"
"""Where Azure's health probes come from, which the service tag ``AzureLoadBalancer`` stands for."""

EPHEMERAL = (1024, 65535)
"""The ports that answers go back to. A network ACL keeps no state: it has to let them through on its own."""

MANY = 16
"""A rule over more ports than this says nothing of which are meant."""

Leg = tuple[Subnet, Literal["in", "out"], tuple[int, int], Subnet]
"""A network ACL that traffic passes: whose subnet's, which way, to which ports, and the other side's subnet."""


def acl_legs(one: Subnet, other: Subnet, ports: tuple[int, int]) -> tuple[Leg, ...]:
    """What TCP from subnet ``one`` to ``ports`` in ``other`` passes, there and back; inside one subnet nothing."""
    if one.id == other.id:
        return ()
    return (
        (one, "out", ports, other),
        (other, "in", ports, one),
        (other, "out", EPHEMERAL, one),
        (one, "in", EPHEMERAL, other),
    )


_Net = IPv4Network | IPv6Network
_TAGS = {"*": True, "VirtualNetwork": True, "AzureLoadBalancer": False, "Internet": False}
"""Whether a service tag covers a private address. Of one that is not here it is not known."""


def passage(
    rules: Iterable[Rule],
    direction: Literal["in", "out"],
    ports: tuple[int, int],
    peer: str,
    *,
    member_of: Collection[str] = (),
    local: str = "",
) -> Passage:
    """Whether TCP of ``peer`` (an address or CIDR) passes an ordered list of rules to every one of ``ports``.

    ``ports`` are the first and the last, inclusive. ``member_of`` are the security groups that the peer is in,
    ``local`` the own side's address. What no rule decides is refused. Raises ValueError for a peer that is no
    address.
    """
    ordered = [
        rule
        for rule in sorted(rules, key=lambda rule: rule.priority)
        if rule.direction == direction and rule.protocol in ("tcp", "all") and _meets(rule.local, local)
    ]
    edges = {ports[0], *(edge for rule in ordered for edge in (rule.from_port, rule.to_port + 1))}
    network, groups = ip_network(peer, strict=False), frozenset(member_of)
    found = {_at(ordered, port, network, groups) for port in edges if ports[0] <= port <= ports[1]}
    if len(found) == 1:
        return found.pop()
    return "partly" if "partly" in found or found >= {"open", "closed"} else "unknown"


def _at(ordered: Iterable[Rule], port: int, peer: _Net, groups: frozenset[str]) -> Passage:
    """One port: of the addresses that are left, each rule decides those that it covers."""
    left, decided, doubtful = [peer], set[bool](), set[bool]()
    for rule in ordered:
        if left and rule.from_port <= port <= rule.to_port:
            covered = _covered(rule.peer, peer, groups)
            if covered is None:
                doubtful.add(rule.allow)
                continue
            rest = [part for one in left for part in _without(one, covered)]
            if rest != left:
                decided.add(rule.allow)
                left = rest
    if left:
        decided.add(False)
    if len(decided) == 2:
        return "partly"
    allowed = decided == {True}
    if (not allowed) in doubtful:
        return "unknown"
    return "open" if allowed else "closed"


def _covered(named: str, peer: _Net, groups: frozenset[str]) -> tuple[_Net, ...] | None:
    """What a rule's peer covers; None where nobody here knows."""
    if str(peer.network_address) == PROBER and named in _TAGS:
        return (peer,) if named in ("*", "AzureLoadBalancer") else ()
    if named in _TAGS:
        return (peer,) if _TAGS[named] else ()
    if named.startswith("sg-"):
        return (peer,) if named in groups else ()
    try:
        return (ip_network(named, strict=False),)
    except ValueError:
        return None


def _without(one: _Net, covered: tuple[_Net, ...]) -> tuple[_Net, ...]:
    """What is left of a network without what is covered; that is one network, or none."""
    for net in covered:
        if one.version == net.version and one.overlaps(net):
            # Of two that overlap, one lies in the other.
            return () if net.prefixlen <= one.prefixlen else tuple(_excluded(one, net))
    return (one,)


def _excluded(one: _Net, net: _Net) -> Iterator[_Net]:
    if isinstance(one, IPv4Network) and isinstance(net, IPv4Network):  # noqa: SIM114 - each of one kind
        yield from one.address_exclude(net)
    elif isinstance(one, IPv6Network) and isinstance(net, IPv6Network):
        yield from one.address_exclude(net)


def _meets(local: str, address: str) -> bool:
    """Whether a rule is about the own side's address; one that names none is about all."""
    if not local or not address or local in _TAGS:
        return _TAGS.get(local, True)
    try:
        return ip_address(address) in ip_network(local, strict=False)
    except ValueError:
        return True
