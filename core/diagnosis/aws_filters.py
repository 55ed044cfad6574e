"""Hops through AWS's filters: security groups, and network ACLs both ways.

Sources: "Security group rules"; "Network ACLs": stateless, so an answer has to be let through on its own, to the
client's ephemeral ports; traffic inside one subnet passes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.diagnosis.case import Case
from core.diagnosis.model import Certainty, Evidence
from core.diagnosis.walk import Walk, seen
from core.export.advice import aws
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
    """What security groups keep out of these ports from these peers, and which groups could not be read."""
    groups = [group for id in ids if (group := case.index.security_group(id)) is not None]
    unread = tuple(id for id in ids if case.index.security_group(id) is None)
    if not groups:
        return (), unread
    rules = tuple(rule for group in groups for rule in group.rules)
    found = []
    for port in ports:
        for peer in peers:
            how = passage(rules, "in", (port, port), peer, member_of=tuple(member_of))
            if how != "open":
                found.append(_closed(case.region, groups, port, peer, how))
    return tuple(found), unread


_HOW = {
    "closed": "does not let {peer} in on TCP {port}",
    "partly": "lets only a part of {peer} in on TCP {port}",
    "unknown": "lets a prefix list in on TCP {port}, and whether {peer} is in it is not known",
}


def _closed(region: str, groups: list[SecurityGroup], port: int, peer: str, how: Passage) -> Blocked:
    first = groups[0]
    inbound = [
        f"{rule.protocol} {rule.from_port}-{rule.to_port} from {rule.peer}"
        for group in groups
        for rule in group.rules
        if rule.direction == "in"
    ]
    names = ", ".join(group.id for group in groups)
    return Blocked(
        f"Security group {names} {_HOW[how].format(peer=peer, port=port)}.",
        aws(
            region,
            "ec2 authorize-security-group-ingress",
            group_id=first.id,
            protocol="tcp",
            port=str(port),
            cidr=peer,
        ),
        seen(first.id, IpPermissions=inbound),
        how,
    )


def through_acls(case: Case, one: Subnet, other: Subnet, port: int) -> tuple[Blocked, ...]:
    """What network ACLs keep from going from subnet ``one`` to ``port`` in subnet ``other``, and back."""
    found = []
    for subnet, direction, ports, peer in acl_legs(one, other, (port, port)):
        acl = case.index.network_acl(subnet.acl_id)
        if acl is None:
            continue
        how = passage(acl.rules, direction, ports, peer.cidr)
        if how != "open":
            flag = "ingress" if direction == "in" else "egress"
            found.append(_stopped(case.region, acl, subnet, flag, ports, peer, how))
    return tuple(found)


def _stopped(
    region: str,
    acl: NetworkAcl,
    subnet: Subnet,
    flag: str,
    ports: tuple[int, int],
    peer: Subnet,
    how: Passage,
) -> Blocked:
    wanted = "TCP " + (str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}")
    way = f"to {peer.cidr}" if flag == "egress" else f"from {peer.cidr}"
    answers = "" if ports != EPHEMERAL else ": answers cannot come back"
    rules = [
        f"{rule.priority} {'allow' if rule.allow else 'deny'} {rule.protocol} "
        f"{rule.from_port}-{rule.to_port} {rule.peer}"
        for rule in acl.rules
        if (rule.direction == "out") == (flag == "egress")
    ]
    return Blocked(
        f"Network ACL {acl.id} of subnet {subnet.id} stops {'some of ' if how == 'partly' else ''}"
        f"{wanted} {way}{answers}.",
        aws(
            region,
            "ec2 create-network-acl-entry",
            network_acl_id=acl.id,
            ingress=flag == "ingress",
            egress=flag == "egress",
            rule_number=str(_free_number(acl)),
            protocol="tcp",
            port_range=f"From={ports[0]},To={ports[1]}",
            cidr_block=peer.cidr,
            rule_action="allow",
        ),
        seen(acl.id, Entries=rules),
        how,
    )


def _free_number(acl: NetworkAcl) -> int:
    """A rule number before all that stand: the least number that fits decides."""
    least = min((rule.priority for rule in acl.rules), default=100)
    return max(1, least - 1)


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
