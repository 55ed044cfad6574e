"""Quotas with what is used of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.network.model import Inventory, Quota

Use = Callable[[Inventory], Iterable[tuple[str, int]]]
"""What is used, as (the id of what the quota holds for, how many)."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A quota: its code (Service Quotas) or name (Elastic Load Balancing), its name in words, and how its use
    is counted, from the part of the inventory named ``what``. ``regional``: only the whole region's inventory
    can count it.
    """

    code: str
    name: str
    what: str
    use: Use
    regional: bool = False


def _all(count: Callable[[Inventory], int]) -> Use:
    return lambda inventory: [("", count(inventory))]


def _each(ids: Callable[[Inventory], Iterable[str]]) -> Use:
    return lambda inventory: sorted(Counter(ids(inventory)).items())


def _fullest(counts: Callable[[Inventory], Iterable[tuple[str, int]]]) -> Use:
    """Only the one that has the most: a row for each of them would say no more."""
    return lambda inventory: sorted(counts(inventory), key=lambda one: (-one[1], one[0]))[:1]


def _rules(inventory: Inventory) -> Iterable[tuple[str, int]]:
    for group in inventory.security_groups:
        ways = Counter(rule.direction for rule in group.rules)
        yield group.id, max(ways.values(), default=0)


def _listeners(inventory: Inventory) -> Iterable[tuple[str, int]]:
    network = {one.id for one in inventory.load_balancers if one.kind == "network"}
    counts = Counter(one.load_balancer_id for one in inventory.listeners)
    return ((id, count) for id, count in counts.items() if id in network)


def _targets(inventory: Inventory) -> Iterable[tuple[str, int]]:
    network = {one.id for one in inventory.load_balancers if one.kind == "network"}
    counts: Counter[str] = Counter()
    for group in inventory.target_groups:
        for balancer in group.load_balancer_ids:
            counts[balancer] += len(group.targets)
    return ((id, count) for id, count in counts.items() if id in network)


KNOWN: tuple[_Known, ...] = (
    _Known(
        "L-29B6F2EB",
        "Interface VPC endpoints per VPC",
        "endpoints",
        _each(lambda i: (e.network_id for e in i.endpoints)),
    ),
    _Known("L-F678F1CE", "VPCs per Region", "networks", _all(lambda i: len(i.networks)), regional=True),
    _Known("L-407747CB", "Subnets per VPC", "subnets", _each(lambda i: (s.network_id for s in i.subnets))),
    _Known(
        "L-DF5E4CA3",
        "Network interfaces per Region",
        "network interfaces",
        _all(lambda i: len(i.interfaces)),
        regional=True,
    ),
    _Known(
        "L-E79EC296",
        "VPC security groups per Region",
        "security groups",
        _all(lambda i: len(i.security_groups)),
        regional=True,
    ),
    _Known("L-0EA8095F", "Inbound or outbound rules per security group", "security groups", _fullest(_rules)),
    _Known(
        "network-load-balancers",
        "Network Load Balancers per Region",
        "load balancers",
        _all(lambda i: sum(one.kind == "network" for one in i.load_balancers)),
        regional=True,
    ),
    _Known(
        "target-groups",
        "Target groups per Region",
        "target groups",
        _all(lambda i: len(i.target_groups)),
        regional=True,
    ),
    _Known(
        "listeners-per-network-load-balancer",
        "Listeners per Network Load Balancer",
        "listeners",
        _fullest(_listeners),
    ),
    _Known(
        "targets-per-network-load-balancer",
        "Targets per Network Load Balancer",
        "target health",
        _fullest(_targets),
    ),
)
"""Those that an enablement uses up. Codes and names: Service Quotas ``ListServiceQuotas`` of ``vpc``, Elastic Load
Balancing ``DescribeAccountLimits``.
"""


def of(inventory: Inventory, limits: Mapping[str, int]) -> tuple[Quota, ...]:
    """The known quotas of which the limit was read (``limits``, by code), with what is used: None where the
    inventory cannot tell, because it is of one network only or has a gap there.
    """
    gaps = {gap.what for gap in inventory.gaps}
    found = []
    for known in KNOWN:
        if known.code not in limits:
            continue
        countable = known.what not in gaps and not (known.regional and inventory.network_id)
        for scope, used in known.use(inventory) if countable else [("", None)]:
            found.append(Quota(known.code, known.name, limits[known.code], used, "account", scope))
    return tuple(found)
