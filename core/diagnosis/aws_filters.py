"""Hops through AWS's filters: security groups, and network ACLs both ways.

Sources: "Security group rules"; "Network ACLs": stateless, so an answer has to be let through on its own, to the
client's ephemeral ports; traffic inside one subnet passes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from core.diagnosis.case import Case
from core.diagnosis.model import Certainty, Evidence
from core.diagnosis.walk import Walk, listed, seen
from core.export.advice import aws, both, let_pass
from core.network.filters import EPHEMERAL, Passage, acl_legs, passage
from core.network.model import NetworkAcl, SecurityGroup, Subnet


@dataclass(frozen=True, slots=True)
class Blocked:
    """A filter that keeps traffic out: of which addresses, on which ports, and what would let them in."""

    message: str
    command: str
    evidence: tuple[Evidence, ...]
    passage: Passage


def through_groups(
    case: Case, ids: Iterable[str], ports: Iterable[int], peers: Iterable[str], member_of: Iterable[str] = ()
) -> tuple[tuple[Blocked, ...], tuple[str, ...]]:
    """What security groups keep out of these ports from these peers, each once for all that it holds for, and which
    groups could not be read.
    """
    groups = [group for id in ids if (group := case.index.security_group(id)) is not None]
    unread = tuple(id for id in ids if case.index.security_group(id) is None)
    if not groups:
        return (), unread
    rules = tuple(rule for group in groups for rule in group.rules)
    kept: dict[tuple[int, Passage], set[str]] = {}
    for port in ports:
        for peer in peers:
            how = passage(rules, "in", (port, port), peer, member_of=tuple(member_of))
            if how != "open":
                kept.setdefault((port, how), set()).add(peer)
    alike: dict[tuple[tuple[str, ...], Passage], list[int]] = {}
    for (port, how), out in kept.items():
        alike.setdefault((tuple(sorted(out)), how), []).append(port)
    told = (_closed(case.region, groups, ports, out, how) for (out, how), ports in alike.items())
    return tuple(told), unread


_HOW = {
    "closed": "does not let {peers} in on {ports}",
    "partly": "lets only a part of {peers} in on {ports}",
    "unknown": "lets a prefix list in on {ports}, and whether {peers} is in it is not known",
}


def _closed(
    region: str, groups: list[SecurityGroup], ports: list[int], peers: tuple[str, ...], how: Passage
) -> Blocked:
    first = groups[0]
    inbound = [
        f"{rule.protocol} {rule.from_port}-{rule.to_port} from {rule.peer}"
        for group in groups
        for rule in group.rules
        if rule.direction == "in"
    ]
    names = ", ".join(group.id for group in groups)
    return Blocked(
        f"Security group {names} {_HOW[how].format(peers=', '.join(peers), ports=listed(tuple(ports)))}.",
        aws(region, "ec2 authorize-security-group-ingress", group_id=first.id, **_admitting(ports, peers)),
        seen(first.id, IpPermissions=inbound),
        how,
    )


def _admitting(ports: list[int], peers: tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    """The options that let these peers in on these ports, all in one call."""
    if len(ports) == len(peers) == 1:
        return {"protocol": "tcp", "port": str(ports[0]), "cidr": peers[0]}
    ranges = ",".join(f"{{CidrIp={peer}}}" for peer in peers)
    return {
        "ip_permissions": tuple(
            f"IpProtocol=tcp,FromPort={port},ToPort={port},IpRanges=[{ranges}]" for port in ports
        )
    }


@dataclass(slots=True)
class _Reach:
    """Where a network ACL stops the same: the subnets that it guards, and the addresses on the other side."""

    acl: NetworkAcl
    subnets: set[str] = field(default_factory=set)
    peers: set[str] = field(default_factory=set)


def through_acls(case: Case, ways: Iterable[tuple[Subnet, Subnet, int]]) -> tuple[Blocked, ...]:
    """What network ACLs keep from going from a subnet to a port in another one, and back: each ACL once for all the
    ways that it stops in the same manner.
    """
    found: dict[tuple[str, str, tuple[int, int], Passage], _Reach] = {}
    for one, other, port in ways:
        for subnet, direction, ports, peer in acl_legs(one, other, (port, port)):
            acl = case.index.network_acl(subnet.acl_id)
            how = passage(acl.rules, direction, ports, peer.cidr) if acl is not None else "open"
            if acl is not None and how != "open":
                flag = "ingress" if direction == "in" else "egress"
                reach = found.setdefault((acl.id, flag, ports, how), _Reach(acl))
                reach.subnets.add(subnet.id)
                reach.peers.add(peer.cidr)
    numbers = {(id, flag): _free_numbers(reach.acl, flag) for (id, flag, _, _), reach in found.items()}
    return tuple(
        _stopped(case.region, reach, flag, ports, how, numbers[id, flag])
        for (id, flag, ports, how), reach in found.items()
    )


def _stopped(
    region: str, reach: _Reach, flag: str, ports: tuple[int, int], how: Passage, numbers: Iterator[int]
) -> Blocked:
    acl, subnets, peers = reach.acl, sorted(reach.subnets), sorted(reach.peers)
    wanted = "TCP " + (str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}")
    way = f"{'to' if flag == 'egress' else 'from'} {', '.join(peers)}"
    answers = "" if ports != EPHEMERAL else ": answers cannot come back"
    rules = [
        f"{rule.priority} {'allow' if rule.allow else 'deny'} {rule.protocol} "
        f"{rule.from_port}-{rule.to_port} {rule.peer}"
        for rule in acl.rules
        if (rule.direction == "out") == (flag == "egress")
    ]
    return Blocked(
        f"Network ACL {acl.id} of subnet {', '.join(subnets)} stops {'some of ' if how == 'partly' else ''}"
        f"{wanted} {way}{answers}.",
        both(
            *(
                let_pass(region, acl.id, number, ports, peer, egress=flag == "egress")
                for peer, number in zip(peers, numbers, strict=False)
            )
        ),
        seen(acl.id, Entries=rules),
        how,
    )


def _free_numbers(acl: NetworkAcl, flag: str) -> Iterator[int]:
    """Rule numbers before all that stand, where there are some: the least number that fits decides."""
    taken = {rule.priority for rule in acl.rules if (rule.direction == "out") == (flag == "egress")}
    least = min(taken, default=100)
    yield from range(least - 1, 0, -1)
    yield from (number for number in count(1) if number not in taken)


_CERTAINTY: Mapping[Passage, Certainty] = {"closed": "certain", "partly": "likely"}


def blocked(
    case: Case, here: Walk, key: str, title: str, code: str, found: Iterable[Blocked], fix: str
) -> None:
    """A hop where filters keep something out, with a cause for each."""
    distinct = tuple(dict.fromkeys(found))
    facts = tuple(dict.fromkeys(one for stop in distinct for one in stop.evidence))
    only_unknown = all(stop.passage == "unknown" for stop in distinct)
    add = here.unknown if only_unknown else here.fault
    add(key, title, distinct[0].message, *facts)
    for stop in distinct:
        certainty = _CERTAINTY.get(stop.passage, "possible")
        here.cause(code, stop.message, fix, stop.command, *stop.evidence, certainty=certainty)
