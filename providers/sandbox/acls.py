"""Network ACLs on the sandbox's way: stateless, so that the answers have to be let through too.

Source: "Control subnet traffic with network access control lists": the entry of least number that fits decides;
traffic inside one subnet passes none.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from providers.sandbox.moto_base import ec2_of

EPHEMERAL = (32768, 60999)
"""The ports that the sandbox's machines connect from: Linux's own range. What lets both ends through counts as
letting all of it through.
"""
_TCP = ("-1", "6", "tcp")


def lets_through(
    account: str, region: str, one: Any, source: str, other: Any, target: str, port: int
) -> bool:
    """Whether the ACLs of subnets ``one`` and ``other`` (of one account) let TCP go from the address ``source`` to
    ``port`` of ``target``, and its answers back.
    """
    if one.id == other.id:
        return True
    there = ((one, True, target), (other, False, source))
    back = ((other, True, source), (one, False, target))
    return all(
        _passes(account, region, subnet, out, peer, number)
        for legs, ports in ((there, (port,)), (back, EPHEMERAL))
        for subnet, out, peer in legs
        for number in ports
    )


def _passes(account: str, region: str, subnet: Any, out: bool, peer: str, port: int) -> bool:
    for entry in _entries(account, region, subnet.id, out):
        whole = str(entry.protocol) == "-1" or entry.port_range_from is None
        if (
            str(entry.protocol) in _TCP
            and entry.cidr_block
            and ipaddress.ip_address(peer) in ipaddress.ip_network(entry.cidr_block, strict=False)
            and (whole or int(entry.port_range_from) <= port <= int(entry.port_range_to))
        ):
            return bool(entry.rule_action == "allow")
    return False


def _entries(account: str, region: str, subnet: str, out: bool) -> list[Any]:
    """The entries for one way of a subnet's ACL, in their order."""
    for acl in ec2_of(account, region).network_acls.values():
        if any(one.subnet_id == subnet for one in acl.associations):
            entries = [entry for entry in acl.network_acl_entries if _egress(entry) is out]
            return sorted(entries, key=lambda entry: int(entry.rule_number))
    return []


def _egress(entry: Any) -> bool:
    """Moto keeps what it was given: a truth value, or the wire's word."""
    return str(entry.egress).lower() == "true"
