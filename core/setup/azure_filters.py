"""Whether network security groups let Magento's traffic and the load balancer's probes reach the targets.

Source: "Network security groups": the rule of least priority that fits decides; "Azure Load Balancer health
probes": a probe comes from 168.63.129.16, which the tag ``AzureLoadBalancer`` stands for.
"""

from __future__ import annotations

from ipaddress import ip_network

from core.network.filters import PROBER, passage
from core.network.model import SecurityGroup
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.ground import Ground, problem
from core.setup.ports import Port


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
    """Whether a group lets TCP in, as far as its rules tell. One whose rules were not told does."""
    told = any(rule.direction == "in" for rule in group.rules)
    return not told or passage(group.rules, "in", (port, port), source, local=target) in ("open", "unknown")
