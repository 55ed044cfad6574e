"""Whether network security groups let Magento's traffic and the load balancer's probes reach the targets.

Source: "Network security groups": the rule of least priority that fits decides; "Azure Load Balancer health
probes": a probe comes from 168.63.129.16, which the tag ``AzureLoadBalancer`` stands for.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from core.network.model import SecurityGroup
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.ground import Ground, problem
from core.setup.ports import Port

PROBER = "168.63.129.16"
_TAGS = {"*": True, "AzureLoadBalancer": False, "VirtualNetwork": True, "Internet": False}
"""What covers a private address; a tag that is not here covers none."""


def blocked(ground: Ground, ports: tuple[Port, ...], nat: str) -> tuple[Problem, ...]:
    """A warning for each target that a group keeps the probe or the traffic from. ``nat`` is the CIDR that the
    private link service's addresses come from.
    """
    machines = {row.interface_id.lower(): row for row in ground.inventory.instances if row.interface_id}
    found: dict[str, Problem] = {}
    for port in ports:
        for place in port.places:
            machine = machines.get((place.instance or "").lower())
            for id in machine.security_group_ids if machine else ():
                group = next((one for one in ground.inventory.security_groups if same_id(one.id, id)), None)
                for source, what in ((PROBER, "the load balancer's probe"), (_first(nat), "the traffic")):
                    if group and source and not admits(group, port.target_port, source, place.address or ""):
                        one = _problem(port, place.target, group, what, nat)
                        found[one.message] = one
    return tuple(found.values())


def _first(cidr: str) -> str:
    try:
        return str(ip_network(cidr, strict=False)[4])
    except (ValueError, IndexError):
        return ""


def _problem(port: Port, target: str, group: SecurityGroup, what: str, nat: str) -> Problem:
    source = "the tag AzureLoadBalancer" if what != "the traffic" else nat
    return problem(
        "target-blocked",
        f"{port.field}.targets",
        f"Network security group {group.name} keeps {what} from {target} on port {port.target_port}.",
        f"The customer's network admin allows TCP {port.target_port} from {source} before the connection is "
        "verified (az network nsg rule create).",
        "warning",
    )


def admits(group: SecurityGroup, port: int, source: str, target: str) -> bool:
    """Whether a group lets TCP in: its first rule that fits decides. One whose rules were not told does."""
    inbound = sorted((rule for rule in group.rules if rule.direction == "in"), key=lambda rule: rule.priority)
    for rule in inbound:
        if (
            rule.protocol in ("tcp", "all")
            and rule.from_port <= port <= rule.to_port
            and _covers(rule.peer, source)
            and (not rule.local or not target or _covers(rule.local, target))
        ):
            return rule.allow
    return not inbound


def _covers(peer: str, address: str) -> bool:
    if address == PROBER and peer in _TAGS:
        return peer in ("*", "AzureLoadBalancer")
    if peer in _TAGS:
        return _TAGS[peer]
    try:
        return ip_address(address) in ip_network(peer, strict=False)
    except ValueError:
        return False
