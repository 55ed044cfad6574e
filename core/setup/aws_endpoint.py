"""The connection request on AWS: an interface endpoint with its security group for each vendor service.

Which endpoint is left, adopted or made anew is :mod:`core.setup.endpoints`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import replace

from core.network.filters import passage
from core.network.model import Endpoint, Rule, SecurityGroup, VendorService
from core.request.model import Problem
from core.setup.change import Change, EndpointSpec, IngressSpec, SecurityGroupSpec
from core.setup.endpoints import Ways, endpoints
from core.setup.ground import Ground, id_of, make, problem, stand
from core.setup.places import candidates, one_per_zone, zone_of
from core.setup.plan import Plan, merge, pending

DEAD = frozenset({"rejected", "failed", "expired"})
"""States that an interface endpoint does not leave again: it has to be made anew."""


def plan_endpoints(ground: Ground, vendor: tuple[VendorService, ...]) -> Plan:
    """Plan an endpoint for each vendor service that the story names and that shows itself."""
    return endpoints(ground, vendor, WAYS)


def _cost(zones: int) -> str:
    each = "its zone" if zones == 1 else f"each of its {zones} zones"
    return f"AWS bills you for it by the hour in {each} and by the data that it handles, for as long as it stands."


def ingress_ports(ground: Ground) -> tuple[int, ...]:
    """The ports that clients in the network use towards Magento."""
    return tuple(sorted({service.port for service in ground.request.heading("to-magento")}))


def client_cidrs(ground: Ground) -> tuple[str, ...]:
    """The network's IPv4 CIDRs: an endpoint made here has IPv4 addresses only."""
    return tuple(row for row in ground.network.cidrs if ipaddress.ip_network(row, strict=False).version == 4)


def admits(rules: Iterable[Rule], port: int, cidr: str) -> bool:
    """Whether inbound rules let TCP on a port in from every address of a CIDR."""
    return passage(rules, "in", (port, port), cidr) == "open"


def _own(ground: Ground, row: Endpoint, number: int) -> Plan:
    groups = [one for one in ground.inventory.security_groups if one.id in row.security_group_ids]
    group = ground.ours(f"security-group/{number}", groups)
    guard = _guard(ground, group, number) if group is not None else Plan()
    change = stand(
        ground, f"endpoint/{number}", "endpoint", row, row.name or row.id, state=row.state,
        cost=_cost(len(row.subnet_ids)),
    )  # fmt: skip
    return merge((guard, Plan((change,))))


def _adopted(ground: Ground, row: Endpoint, key: str) -> Plan:
    cost = _cost(len(row.subnet_ids))
    change = stand(ground, key, "endpoint", row, row.name or row.id, state=row.state, cost=cost)
    by_id = {one.id: one for one in ground.inventory.security_groups}
    if any(one not in by_id for one in row.security_group_ids):
        return Plan((change,))
    rules = [rule for one in row.security_group_ids for rule in by_id[one].rules]
    closed = [
        port
        for port in ingress_ports(ground)
        if not all(admits(rules, port, cidr) for cidr in client_cidrs(ground))
    ]
    if not closed:
        return Plan((change,))
    listed = ", ".join(map(str, closed))
    shut = problem(
        "endpoint-port-closed",
        "services",
        f"The security groups of {row.id} do not admit port {listed} from the whole network.",
        "The customer's network admin adds an inbound rule where clients need it; the endpoint is not ours.",
        "warning",
    )
    return Plan((change,), (shut,))


def _new(ground: Ground, vendor: VendorService, number: int, gone: tuple[Change, ...]) -> Plan:
    rows = candidates(ground)
    offered = frozenset(vendor.zone_ids)
    shared = [row for row in rows if not offered or zone_of(row) in offered]
    subnets = one_per_zone(shared)
    if not subnets:
        return Plan(problems=(_no_zone(ground, vendor),))
    key = f"endpoint/{number}"
    group = ground.ours(f"security-group/{number}", _groups_here(ground))
    guard = _guard(ground, group, number)
    name = f"{ground.enablement}-endpoint-{number}"
    first = guard.changes[0]
    spec = EndpointSpec(
        name, ground.network.id, vendor.service_name, tuple(row.id for row in subnets), (id_of(first),)
    )
    zones = ", ".join(zone_of(row) for row in subnets)
    skipped = ", ".join(sorted({zone_of(row) for row in rows} - offered)) if offered else ""
    without = f" Not in {skipped}: Magento's service is not there." if skipped else ""
    change = make(
        ground,
        key,
        "endpoint",
        name,
        spec,
        needs=tuple(row.key for row in (*guard.changes, *gone)),
        reason=f"The connection request to Magento, in {zones}.{without}",
        cost=_cost(len(subnets)),
    )
    notes = []
    if not offered:
        notes.append(f"Which zones {vendor.service_name} is in is not known; the endpoint may not fit.")
    return Plan((*guard.changes, *gone, change), guard.problems, (*guard.notes, *notes))


def _no_zone(ground: Ground, vendor: VendorService) -> Problem:
    theirs = ", ".join(sorted(vendor.zone_ids))
    ours = ", ".join(sorted({zone_of(row) for row in candidates(ground)}))
    return problem(
        "no-common-zone",
        "cloud.subnets" if ground.request.subnets else "cloud.network",
        f"{vendor.service_name} is in zones {theirs}; the subnets to use are in {ours}.",
        f"The customer chooses or makes a subnet of {ground.network.id} in one of {theirs} "
        "(zone ids, not names: names differ between accounts).",
    )


def _groups_here(ground: Ground) -> list[SecurityGroup]:
    return [row for row in ground.inventory.security_groups if row.network_id == ground.network.id]


def _guard(ground: Ground, group: SecurityGroup | None, number: int) -> Plan:
    """The endpoint's security group and its inbound rules."""
    key = f"security-group/{number}"
    name = f"{ground.enablement}-endpoint-{number}"
    found: tuple[Problem, ...] = ()
    if group is None:
        about = "Clients of this network to Magento Commerce Cloud"
        spec = SecurityGroupSpec(name, about, ground.network.id)
        why = "Guards the endpoint: only the request's ports are open, and only from this network."
        change = make(ground, key, "security-group", name, spec, reason=why)
        if any(row.name == name for row in _groups_here(ground)):
            taken = problem(
                "name-taken",
                "",
                f"A security group {name} exists in {ground.network.id}, without this enablement's tag.",
                "The customer deletes it, or starts an enablement with another id.",
            )
            found = (taken,)
    else:
        change = stand(ground, key, "security-group", group, group.name)
        if pending(Plan(_ingress(ground, group, change, number))):
            change = stand(ground, key, "security-group", group, group.name, write="it gets inbound rules")
    return Plan((change, *_ingress(ground, group, change, number)), found)


def _ingress(ground: Ground, group: SecurityGroup | None, guard: Change, number: int) -> tuple[Change, ...]:
    """Exactly the rules that are missing: one that exists makes AWS refuse the whole call (``Duplicate``)."""
    rules = group.rules if group is not None else ()
    missing: dict[tuple[str, ...], list[int]] = {}
    for port in ingress_ports(ground):
        cidrs = tuple(cidr for cidr in client_cidrs(ground) if not admits(rules, port, cidr))
        if cidrs:
            missing.setdefault(cidrs, []).append(port)
    key = f"ingress/{number}"
    if not missing:
        if group is None or not ingress_ports(ground):
            return ()
        name = f"TCP {_listed(ingress_ports(ground))} into {guard.name}"
        return (Change(key, "leave", "ingress", name, id=group.id),)
    changes = []
    for index, (cidrs, ports) in enumerate(missing.items()):
        name = f"TCP {_listed(ports)} from {', '.join(cidrs)} into {guard.name}"
        change = make(
            ground,
            key if index == 0 else f"{key}/{index + 1}",
            "ingress",
            name,
            IngressSpec(id_of(guard), tuple(ports), cidrs),
            needs=(guard.key,),
            reason="Clients anywhere in the network may use these ports.",
        )
        changes.append(change if group is None else replace(change, id=group.id))
    return tuple(changes)


def _listed(ports: Iterable[int]) -> str:
    return ", ".join(map(str, ports))


WAYS = Ways(DEAD, "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids", _own, _adopted, _new)
