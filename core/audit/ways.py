"""Checks along the way of a connection on AWS: security groups, network ACLs and zones from stop to stop.

Sources: "Security group rules"; "Network ACLs": they keep no state, so an answer has to be let through on its own,
to the client's ephemeral ports; traffic inside one subnet passes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from core.audit.about import about
from core.audit.aws_balancers import serving
from core.audit.aws_targets import READS
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD, partner
from core.audit.sources import AWS_ACL, AWS_ENDPOINT_MANAGE, AWS_NLB_GROUPS, AWS_SHARE, AWS_TARGETS
from core.export.advice import admit, aws, let_pass
from core.network.filters import EPHEMERAL, Passage, acl_legs, passage
from core.network.model import LoadBalancer, NetworkAcl, Rule, SecurityGroup, Subnet

EVERYWHERE = "0.0.0.0/0"
ACLS = "network ACLs"


def _rules(groups: Iterable[SecurityGroup]) -> tuple[Rule, ...]:
    return tuple(rule for group in groups for rule in group.rules)


def passes(
    rules: Iterable[Rule],
    direction: Literal["in", "out"],
    ports: tuple[int, int],
    peer: str,
    member_of: Iterable[str] = (),
    local: str = "",
) -> Passage:
    """As :func:`core.network.filters.passage`; ``unknown`` where what should be an address range is none."""
    try:
        return passage(rules, direction, ports, peer, member_of=tuple(member_of), local=local)
    except ValueError:
        return "unknown"


def _listed(rules: Iterable[Rule], direction: Literal["in", "out"]) -> tuple[str, ...]:
    return tuple(
        f"{'' if rule.allow else 'deny '}{rule.protocol} {rule.from_port}-{rule.to_port} {rule.peer}"
        for rule in rules
        if rule.direction == direction
    )


def target_closed(survey: Survey) -> Iterator[Hit | Unread]:
    """A target's security groups do not admit the load balancer."""
    known: dict[tuple[object, ...], frozenset[Passage]] = {}
    for balancer in serving(survey):
        places = survey.index.subnets(balancer.subnet_ids)
        for group in survey.index.groups_of(balancer):
            for target in group.targets:
                machine = survey.index.machine(target.id, group.network_id)
                ids = machine.security_group_ids if machine else ()
                filters = survey.index.security_groups(ids)
                if not filters or len(filters) < len(ids) or not places:
                    yield Unread(about(survey, group), "the security groups of a target")
                    continue
                rules = _rules(filters)
                key = (ids, target.port, balancer.subnet_ids, balancer.security_group_ids)
                if key not in known:
                    at, groups = (target.port, target.port), balancer.security_group_ids
                    known[key] = frozenset(passes(rules, "in", at, one.cidr, groups) for one in places)
                how = known[key]
                if how == {"closed"}:
                    yield Hit(
                        about(survey, group),
                        f"The security groups of its target {target.id} do not let the load balancer in on port "
                        f"{target.port}.",
                        facts(
                            SecurityGroups=ids,
                            IpPermissions=_listed(rules, "in"),
                            LoadBalancerSubnets=tuple(subnet.cidr for subnet in places),
                        ),
                        admit(survey.region, filters[0].id, str(target.port), places[0].cidr),
                        f"{balancer.id} {target.id}:{target.port}",
                    )
                elif "unknown" in how:
                    yield Unread(about(survey, group), "what a prefix list holds")


def clients_filtered(survey: Survey) -> Iterator[Hit | Unread]:
    """The load balancer's own groups hold for PrivateLink, and do not let all clients in."""
    for balancer in serving(survey):
        if not balancer.security_group_ids:
            continue
        if balancer.filters_private_link is None:
            yield Unread(about(survey, balancer), "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
            continue
        groups = survey.index.security_groups(balancer.security_group_ids)
        if not balancer.filters_private_link or not groups:
            continue
        rules = _rules(groups)
        for port in sorted({one.port for one in survey.index.listeners_of(balancer)}):
            how = passes(rules, "in", (port, port), EVERYWHERE)
            if how == "open":
                continue
            if how != "closed" and _outside(survey, balancer, rules, port):
                yield Unread(about(survey, balancer), "whether Magento's clients are among those let in")
                continue
            yield Hit(
                about(survey, balancer),
                f"Its security groups hold for PrivateLink too, and let nobody from outside in on port {port}: the "
                "source is the client's own address in Magento's network.",
                facts(
                    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="on",
                    IpPermissions=_listed(rules, "in"),
                ),
                aws(
                    survey.region,
                    "elbv2 set-security-groups",
                    load_balancer_arn=balancer.id,
                    security_groups=balancer.security_group_ids,
                    enforce_security_group_inbound_rules_on_private_link_traffic="off",
                ),
                str(port),
            )


def _outside(survey: Survey, balancer: LoadBalancer, rules: Iterable[Rule], port: int) -> bool:
    """Whether rules let anybody in on a port who is not of the load balancer's own network."""
    network = survey.index.network(balancer.network_id)
    own = tuple(Rule("in", "all", 0, 65535, cidr) for cidr in network.cidrs) if network else ()
    return any(
        rule.direction == "in"
        and rule.from_port <= port <= rule.to_port
        and not rule.peer.startswith("sg-")
        and passes(own, "in", (port, port), rule.peer) != "open"
        for rule in rules
    )


Leg = tuple[NetworkAcl, Subnet, Literal["in", "out"], tuple[int, int], str]
"""A network ACL that is passed: whose subnet, which way, which ports, and the other side's CIDR."""


def _legs(survey: Survey, one: Subnet, other: Subnet, ports: tuple[int, int]) -> Iterator[Leg | Unread]:
    """What traffic from ``one`` to ``other`` passes, there and back."""
    for subnet, direction, some, peer in acl_legs(one, other, ports):
        acl = survey.index.network_acl(subnet.acl_id)
        if acl is None:
            yield Unread(about(survey, subnet), "its network ACL")
        else:
            yield acl, subnet, direction, some, peer.cidr


def _stopped(survey: Survey, legs: Iterable[Leg | Unread], what: str) -> Iterator[Hit | Unread]:
    seen: set[tuple[object, ...]] = set()
    for leg in legs:
        if isinstance(leg, Unread):
            yield leg
            continue
        acl, subnet, direction, ports, peer = leg
        key = (acl.id, subnet.id, direction, ports, peer)
        if key in seen:
            continue
        seen.add(key)
        how = passes(acl.rules, direction, ports, peer)
        if how == "unknown":
            yield Unread(about(survey, subnet), "what its network ACL lets through")
        if how in ("open", "unknown"):
            continue
        wanted = str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
        way = f"from {peer}" if direction == "in" else f"to {peer}"
        answers = ": answers do not come back" if ports == EPHEMERAL else ""
        yield Hit(
            about(survey, subnet),
            f"Its network ACL {acl.id} stops TCP {wanted} {way}{answers}. It is on the way {what}.",
            facts(NetworkAclId=acl.id, Entries=_listed(acl.rules, direction)),
            let_pass(survey.region, acl.id, _free(acl), ports, peer, egress=direction == "out"),
            f"{direction} {wanted} {peer}",
        )


def _free(acl: NetworkAcl) -> int:
    """A rule number before all that stand: the least one that fits decides."""
    return max(min((rule.priority for rule in acl.rules), default=101) - 1, 1)


def targets_stopped(survey: Survey) -> Iterator[Hit | Unread]:
    """A network ACL stops what goes from the load balancer to a target, or back."""
    return _stopped(survey, _to_targets(survey), "from the load balancer to a target")


def _to_targets(survey: Survey) -> Iterator[Leg | Unread]:
    for balancer in serving(survey):
        for port, goal in _goals(survey, balancer).values():
            for place in survey.index.subnets(balancer.subnet_ids):
                yield from _legs(survey, place, goal, (port, port))


def _goals(survey: Survey, balancer: LoadBalancer) -> dict[tuple[int, str], tuple[int, Subnet]]:
    """The ports and subnets that a load balancer's targets answer in, each once."""
    return {
        (target.port, subnet.id): (target.port, subnet)
        for group in survey.index.groups_of(balancer)
        for target in group.targets
        if (machine := survey.index.machine(target.id, group.network_id))
        and (subnet := survey.index.subnet(machine.subnet_id))
    }


def endpoint_stopped(survey: Survey) -> Iterator[Hit | Unread]:
    """A network ACL stops what goes from the clients' subnets to an endpoint, or back."""
    return _stopped(survey, _to_endpoints(survey), "from clients to an endpoint")


def _to_endpoints(survey: Survey) -> Iterator[Leg | Unread]:
    clients: dict[str, tuple[Subnet, ...]] = {}
    for endpoint in survey.inventory.endpoints:
        if endpoint.state in DEAD or not partner(endpoint):
            continue
        if endpoint.network_id not in clients:
            machines = survey.index.machines_of(endpoint.network_id)
            clients[endpoint.network_id] = survey.index.subnets(dict.fromkeys(m.subnet_id for m in machines))
        for ports in _ports(survey.index.security_groups(endpoint.security_group_ids)):
            for place in survey.index.subnets(endpoint.subnet_ids):
                for client in clients[endpoint.network_id]:
                    yield from _legs(survey, client, place, ports)


def _ports(groups: Iterable[SecurityGroup]) -> dict[tuple[int, int], None]:
    """The ports that an endpoint's groups let in, as far as they name some: those are what it is used for."""
    return dict.fromkeys(
        (rule.from_port, rule.to_port)
        for rule in _rules(groups)
        if rule.direction == "in" and rule.protocol == "tcp" and rule.to_port - rule.from_port < 1024
    )


def zones_apart(survey: Survey) -> Iterator[Hit | Unread]:
    """An endpoint is in no zone that the service is in."""
    services = {one.service_name.lower(): one for one in survey.inventory.vendor_services}
    for endpoint in survey.inventory.endpoints:
        service = services.get(endpoint.service_name.lower())
        if service is None or not service.zone_ids or endpoint.state in DEAD:
            continue
        own = {subnet.zone_id for subnet in survey.index.subnets(endpoint.subnet_ids)}
        apart = own - set(service.zone_ids)
        if apart:
            fitting = next(
                (
                    subnet.id
                    for subnet in survey.index.subnets_of(endpoint.network_id)
                    if subnet.zone_id in service.zone_ids and subnet.zone_id not in own
                ),
                f"<subnet in {service.zone_ids[0]}>",
            )
            yield Hit(
                about(survey, endpoint),
                f"It is in {', '.join(sorted(apart))}, where the service is not.",
                facts(AvailabilityZoneIds=service.zone_ids, endpoint=tuple(sorted(own))),
                aws(
                    survey.region,
                    "ec2 modify-vpc-endpoint",
                    vpc_endpoint_id=endpoint.id,
                    add_subnet_ids=fitting,
                ),
            )


def service_hidden(survey: Survey) -> Iterator[Hit | Unread]:
    """The service that an endpoint leads to does not show itself to this account."""
    hidden = {name.lower() for name in survey.inventory.hidden_services}
    for endpoint in survey.inventory.endpoints:
        if endpoint.service_name.lower() in hidden and endpoint.state not in DEAD:
            yield Hit(
                about(survey, endpoint),
                "Its service does not show itself to this account: not allowed any more, gone, or mistyped.",
                facts(ServiceName=endpoint.service_name, DescribeVpcEndpointServices="InvalidServiceName"),
                aws(survey.region, "ec2 describe-vpc-endpoint-services", service_names=endpoint.service_name),
            )


CHECKS = (
    Check(
        "aws-way-target-closed",
        "Targets do not let the load balancer in",
        "high",
        "Over PrivateLink targets see the load balancer's addresses, not the clients': a group that admits clients "
        "admits nobody.",
        "The network admin lets the load balancer's security group, or its subnets, in on the port.",
        AWS_TARGETS,
        target_closed,
        (*READS, "instances"),
        ("subnets", "security groups", "target health"),
    ),
    Check(
        "aws-way-clients-filtered",
        "Load balancer filters PrivateLink clients",
        "high",
        "This is on by default: the connection is accepted and healthy, and times out, because the rules do not "
        "name the client's own private address.",
        "The network admin asks Magento for the clients' addresses and lets them in, or turns the enforcement off.",
        AWS_NLB_GROUPS,
        clients_filtered,
        ("load balancers", "listeners", "endpoint services"),
        ("security groups",),
    ),
    Check(
        "aws-way-targets-stopped",
        "Network ACL between load balancer and targets",
        "high",
        "A network ACL keeps no state: the way there and the way back both have to be open.",
        "The network admin adds the entry, before the one that refuses.",
        AWS_ACL,
        targets_stopped,
        (*READS, "instances"),
        ("subnets", ACLS),
        deep=True,
    ),
    Check(
        "aws-way-endpoint-stopped",
        "Network ACL between clients and endpoint",
        "high",
        "A network ACL keeps no state: the way there and the way back both have to be open.",
        "The network admin adds the entry, before the one that refuses.",
        AWS_ACL,
        endpoint_stopped,
        ("endpoints", "instances"),
        ("subnets", "security groups", ACLS),
        deep=True,
    ),
    Check(
        "aws-way-zones-apart",
        "Endpoint in a zone that the service is not in",
        "medium",
        "Zones are compared by their ids: names differ from account to account.",
        "The network admin moves the endpoint to subnets in zones of the service.",
        AWS_ENDPOINT_MANAGE,
        zones_apart,
        ("endpoints", "vendor services"),
        ("subnets",),
        deep=True,
    ),
    Check(
        "aws-way-service-hidden",
        "Endpoint to a service that does not show itself",
        "medium",
        "A connection that stands goes on; a new endpoint, or a new zone, would be refused.",
        "The customer asks in the Support ticket whether the account is still allowed.",
        AWS_SHARE,
        service_hidden,
        ("endpoints", "vendor services"),
        deep=True,
    ),
)
"""Ways on AWS."""
