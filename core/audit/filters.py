"""Checks of what filters let in: security groups (AWS) and network security groups (Azure) on the way of a
private connection.

Only groups on that way are looked at: those of endpoints, of load balancers behind endpoint services, and of
their targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.audit.about import about
from core.audit.aws_balancers import serving
from core.audit.aws_listeners import SSH
from core.audit.aws_targets import serving_groups
from core.audit.azure_balancers import serving_pools
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD
from core.audit.sources import AWS_ENDPOINT_MANAGE, AWS_HUB_EC2, AZURE_NSG
from core.export.advice import admit, aws, az
from core.network.model import Rule, SecurityGroup, TargetGroup
from core.request.identifiers import id_part
from core.request.model import Platform

WORLD = frozenset({"0.0.0.0/0", "::/0", "*", "Internet"})
"""Peers that are everybody: the two clouds' words for it."""

ANY_PORT = (0, 65535)
GROUPS = "security groups"


def _on_the_way(survey: Survey) -> Iterator[SecurityGroup]:
    """The groups on the way of private connections, each once, by id."""
    ids: dict[str, None] = {}
    for endpoint in survey.inventory.endpoints:
        ids |= dict.fromkeys(one.lower() for one in endpoint.security_group_ids)
    for balancer in serving(survey):
        ids |= dict.fromkeys(one.lower() for one in balancer.security_group_ids)
    behind: Iterable[TargetGroup] = (
        serving_groups(survey) if survey.inventory.platform == "aws" else serving_pools(survey)
    )
    for group in behind:
        for target in group.targets:
            machine = survey.index.machine(target.id, group.network_id)
            ids |= dict.fromkeys(one.lower() for one in (machine.security_group_ids if machine else ()))
    return iter(survey.index.security_groups(sorted(ids)))


def admitting(group: SecurityGroup, port: int) -> Iterator[Rule]:
    """The rules that let everybody in on a port. On Azure an earlier refusal of everybody ends the list."""
    for rule in sorted(group.rules, key=lambda one: one.priority):
        covers = rule.from_port <= port <= rule.to_port and rule.protocol in ("tcp", "all")
        if rule.direction == "in" and rule.peer in WORLD and covers:
            if not rule.allow:
                return
            yield rule


def _rule_words(rule: Rule) -> str:
    ports = f"{rule.from_port}-{rule.to_port}" if rule.to_port != rule.from_port else str(rule.from_port)
    return f"{rule.protocol} {ports} from {rule.peer}"


def _revoke(survey: Survey, group: SecurityGroup, rule: Rule) -> str:
    if survey.inventory.platform == "azure":
        return az(
            "network nsg rule list",
            nsg_name=group.name,
            include_default=True,
            resource_group=id_part(group.id, "resourceGroups"),
            query=f"[?priority==`{rule.priority}`]",
        )
    protocol = "-1" if rule.protocol == "all" else rule.protocol
    ports = "" if rule.protocol == "all" else f"FromPort={rule.from_port},ToPort={rule.to_port},"
    ranges = (
        f"Ipv6Ranges=[{{CidrIpv6={rule.peer}}}]" if ":" in rule.peer else f"IpRanges=[{{CidrIp={rule.peer}}}]"
    )
    return aws(
        survey.region,
        "ec2 revoke-security-group-ingress",
        group_id=group.id,
        ip_permissions=f"IpProtocol={protocol},{ports}{ranges}",
    )


def ssh_from_anywhere(survey: Survey) -> Iterator[Hit | Unread]:
    """Everybody may connect to port 22."""
    for group in _on_the_way(survey):
        for rule in admitting(group, SSH):
            yield Hit(
                about(survey, group),
                f"It lets everybody in on port 22 ({_rule_words(rule)}).",
                facts(rule=_rule_words(rule), priority=rule.priority or None),
                _revoke(survey, group, rule),
                _rule_words(rule),
            )


def open_to_world(survey: Survey) -> Iterator[Hit | Unread]:
    """Everybody may connect to any port."""
    for group in _on_the_way(survey):
        for rule in admitting(group, ANY_PORT[0]):
            if (rule.from_port, rule.to_port) == ANY_PORT:
                yield Hit(
                    about(survey, group),
                    f"It lets everybody in on every port ({_rule_words(rule)}).",
                    facts(rule=_rule_words(rule), priority=rule.priority or None),
                    _revoke(survey, group, rule),
                    _rule_words(rule),
                )


def endpoint_open(survey: Survey) -> Iterator[Hit | Unread]:
    """An endpoint's group lets addresses in that are not private."""
    for endpoint in survey.inventory.endpoints:
        if endpoint.state in DEAD:
            continue
        for group in survey.index.security_groups(endpoint.security_group_ids):
            for rule in group.rules:
                if rule.direction == "in" and rule.peer in WORLD:
                    yield Hit(
                        about(survey, endpoint),
                        f"Its security group {group.id} lets everybody in ({_rule_words(rule)}).",
                        facts(GroupId=group.id, IpPermission=_rule_words(rule)),
                        _revoke(survey, group, rule),
                        f"{group.id} {_rule_words(rule)}",
                    )


def endpoint_closed(survey: Survey) -> Iterator[Hit | Unread]:
    """No group of an endpoint lets anybody in."""
    for endpoint in survey.inventory.endpoints:
        groups = survey.index.security_groups(endpoint.security_group_ids)
        if endpoint.state in DEAD or not groups or len(groups) < len(endpoint.security_group_ids):
            continue
        if not any(
            rule.direction == "in" and rule.protocol in ("tcp", "all") for one in groups for rule in one.rules
        ):
            network = survey.index.network(endpoint.network_id)
            cidr = network.cidrs[0] if network and network.cidrs else "<CIDR of the clients>"
            yield Hit(
                about(survey, endpoint),
                "No rule of its security groups lets TCP in: connections to it time out.",
                facts(Groups=endpoint.security_group_ids, IpPermissions=()),
                admit(survey.region, groups[0].id, "<port>", cidr),
            )


def _rows(platform: Platform, group: str, reads: tuple[str, ...]) -> tuple[Check, ...]:
    source = AWS_HUB_EC2 if platform == "aws" else AZURE_NSG
    return (
        Check(
            f"{platform}-group-ssh-open",
            "SSH open to everybody",
            "high",
            f"A {group} on the way of the private connection admits port 22 from anywhere; PrivateLink never "
            "carries SSH.",
            "The network admin removes the rule, or limits it to the addresses of administrators.",
            source,
            ssh_from_anywhere,
            reads,
        ),
        Check(
            f"{platform}-group-open",
            "Every port open to everybody",
            "high",
            f"A {group} that admits everything filters nothing.",
            "The network admin limits the rule to the ports of the application and the addresses of its clients.",
            source,
            open_to_world,
            reads,
        ),
    )


CHECKS = (
    *_rows("aws", "security group", (GROUPS, "endpoints", "load balancers", "target groups", "instances")),
    *_rows("azure", "network security group", (GROUPS, "load balancers", "network interfaces")),
    Check(
        "aws-endpoint-group-open",
        "Endpoint open to every address",
        "medium",
        "Peered networks, VPNs and transit gateways lead to an endpoint too: only the clients' addresses should be "
        "let in.",
        "The network admin replaces the rule by one for the addresses of the clients.",
        AWS_ENDPOINT_MANAGE,
        endpoint_open,
        (GROUPS, "endpoints"),
    ),
    Check(
        "aws-endpoint-group-closed",
        "Endpoint that lets nobody in",
        "high",
        "The endpoint is available, and every connection to it times out.",
        "The network admin lets the clients in on the ports of the service.",
        AWS_ENDPOINT_MANAGE,
        endpoint_closed,
        ("endpoints",),
        (GROUPS,),
    ),
)
"""Filters on the way of private connections, on both clouds."""
