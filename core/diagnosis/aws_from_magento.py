"""AWS, from Magento to the customer: the connection, the endpoint service, and what stands behind it.

Sources: "Configure an endpoint service"; "Network Load Balancers": cross-zone load balancing is off by default,
security groups are enforced on PrivateLink traffic by default with the client's private address as the source;
"Target groups": targets see the load balancer's addresses, whatever client IP preservation says.
"""

from __future__ import annotations

from core.diagnosis.aws_filters import Blocked, blocked, through_acls, through_groups
from core.diagnosis.case import Case
from core.diagnosis.states import connection_hop, quota_hop, service_missing
from core.diagnosis.walk import Walk, listed, seen
from core.export.advice import aws
from core.network.model import EndpointService, Listener, LoadBalancer, TargetGroup

HEALTHY = frozenset({"healthy", "draining"})
DEFAULT_IDLE = 350
"""Seconds after which a network load balancer forgets a quiet connection, unless its listener says otherwise."""


def walk(case: Case) -> Walk:
    """The way from Magento to the customer's targets."""
    service = case.service
    name = service.service_name if service else case.named_service
    here = Walk(
        "from-magento", f"Magento → {name or 'your endpoint service'}", case.ports.get("from-magento", ())
    )
    if service is None:
        quota_hop(case, here, case.inventory.network_id)
        service_missing(case, here, name, "endpoint service")
        return here
    _service(case, here, service)
    accept = aws(
        case.region,
        *("ec2", "accept-vpc-endpoint-connections", "--service-id", service.id, "--vpc-endpoint-ids"),
        case.connections[0].endpoint_id if case.connections else "",
    )
    connection_hop(case, here, accept)
    balancers = case.index.load_balancers(service.load_balancer_ids)
    if not balancers:
        why = case.unread("load balancers") or "they are in none of what was read"
        here.unknown(
            "balancer", "Load balancer", f"Not checked, because its load balancers were not seen: {why}."
        )
    for balancer in balancers:
        _balancer(case, here, service, balancer)
    _private_name(case, here, service)
    return here


def _service(case: Case, here: Walk, service: EndpointService) -> None:
    facts = seen(
        service.id,
        ServiceState=service.state,
        AcceptanceRequired=service.acceptance_required,
        AllowedPrincipals=service.principals,
        AvailabilityZones=service.zones,
    )
    title = "Endpoint service"
    if service.state != "available":
        here.fault("service", title, f"{service.id} is {service.state}.", *facts)
        here.cause(
            "service-failed",
            f"Endpoint service {service.id} is {service.state}: nobody can connect to it.",
            "The customer makes it anew (privatelink plan, then apply), and puts its new name in the ticket.",
        )
        return
    if service.principals is None:
        why = case.unread("endpoint service permissions") or "they were not read"
        here.unknown(
            "service", title, f"Whom it allows was not checked, because of its permissions: {why}.", *facts
        )
        return
    allowed = {case.offer.aws_principal, case.offer.aws_account, "*"}
    if allowed & set(service.principals):
        here.proof("service", title, f"{service.id} is available and allows Magento.", *facts)
        return
    here.fault("service", title, f"{service.id} does not allow Magento.", *facts)
    here.cause(
        "magento-not-allowed",
        f"Endpoint service {service.id} does not allow {case.offer.aws_principal}: to Magento it looks as if it "
        "were not there.",
        "The customer allows Magento's principal (privatelink apply).",
        aws(
            case.region,
            *("ec2", "modify-vpc-endpoint-service-permissions", "--service-id", service.id),
            *("--add-allowed-principals", case.offer.aws_principal),
        ),
    )


def _private_name(case: Case, here: Walk, service: EndpointService) -> None:
    """A private DNS name of the own service: Magento does not use it, and until it is verified nobody can."""
    if not service.private_dns_name or service.private_dns_state in (None, "", "verified"):
        return
    facts = seen(service.id, PrivateDnsName=service.private_dns_name, State=service.private_dns_state)
    words = f"{service.private_dns_name} is {service.private_dns_state}."
    here.fault("private-name", "Private DNS name", words, *facts)
    here.cause(
        "private-dns",
        f"The service's private DNS name {words} Nobody can turn private DNS on for an endpoint to it.",
        "Magento does not need it: take it off the service, or verify the domain.",
        aws(
            case.region,
            *("ec2", "modify-vpc-endpoint-service-configuration", "--service-id", service.id),
            "--remove-private-dns-name",
        ),
        certainty="likely",
    )


def _exhausted(case: Case, here: Walk, balancer: LoadBalancer) -> None:
    errors = balancer.port_errors
    if not errors:
        return
    facts = seen(balancer.id, PortAllocationErrorCount=errors)
    words = f"{errors} connections of the last day found no free port"
    here.fault(f"ports/{balancer.id}", "Ports to the targets", f"{words}.", *facts)
    here.cause(
        "ports-exhausted",
        f"{words}: {balancer.name} reaches one target by about 55,000 at a time.",
        "Register more targets, and let clients keep connections open.",
        aws(case.region, "elbv2", "describe-target-groups", "--load-balancer-arn", balancer.id),
    )


def _balancer(case: Case, here: Walk, service: EndpointService, balancer: LoadBalancer) -> None:
    key, title = f"balancer/{balancer.id}", f"Load balancer {balancer.name}"
    facts = seen(
        balancer.id, State=balancer.state, Scheme="internal" if balancer.internal else "internet-facing"
    )
    if balancer.state in ("active", "active_impaired"):
        here.proof(key, title, f"It is {balancer.state}.", *facts)
    else:
        here.fault(key, title, f"It is {balancer.state or 'in no known state'}.", *facts)
        here.cause(
            "balancer-inactive",
            f"Load balancer {balancer.name} is {balancer.state}: it forwards nothing.",
            "Wait while it is provisioning; where it failed, the customer makes it anew (privatelink plan).",
            aws(case.region, "elbv2", "describe-load-balancers", "--load-balancer-arns", balancer.id),
        )
    _balancer_groups(case, here, balancer)
    _exhausted(case, here, balancer)
    for port in here.ports:
        _port(case, here, service, balancer, port)


def _balancer_groups(case: Case, here: Walk, balancer: LoadBalancer) -> None:
    """The load balancer's own groups: on PrivateLink traffic the source is the client's private address."""
    key, title = f"balancer-groups/{balancer.id}", "Load balancer's security group"
    facts = seen(
        balancer.id,
        SecurityGroups=balancer.security_group_ids,
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=_on_off(balancer.filters_private_link),
    )
    if not balancer.security_group_ids:
        here.proof(key, title, "It has none: everything that Magento sends comes in.", *facts)
        here.cause(
            "balancer-without-group",
            f"{balancer.name} was made without a security group, and none can be added: targets cannot name it as "
            "their source.",
            "Let the targets in by the subnets' CIDRs, or make another load balancer with a group.",
            certainty="possible",
        )
        return
    if balancer.filters_private_link is False:
        here.proof(key, title, "Its rules are not enforced on PrivateLink traffic.", *facts)
        return
    found, unread = through_groups(case, balancer.security_group_ids, here.ports, ("10.0.0.0/8",))
    if unread:
        here.unknown(key, title, f"Not checked, because {', '.join(unread)} could not be read.", *facts)
        return
    closed = [stop for stop in found if stop.passage == "closed"]
    if not found:
        here.proof(key, title, f"It lets private addresses in on {listed(here.ports)}.", *facts)
        return
    # Magento's addresses are not known: rules that let only some private addresses in may fit them.
    (here.fault if closed else here.unknown)(key, title, found[0].message, *facts)
    for stop in found:
        here.cause(
            "balancer-filter",
            f"{stop.message} Its rules are enforced on PrivateLink traffic, whose source is Magento's private address: "
            "connections are accepted and time out.",
            "The network admin turns enforcement off for PrivateLink traffic (Magento is the only principal), or lets "
            "Magento's addresses in.",
            aws(
                case.region,
                *("elbv2", "set-security-groups", "--load-balancer-arn", balancer.id, "--security-groups"),
                *balancer.security_group_ids,
                *("--enforce-security-group-inbound-rules-on-private-link-traffic", "off"),
            ),
            *facts,
            *stop.evidence,
            certainty="certain" if stop.passage == "closed" else "possible",
        )


def _on_off(value: bool | None) -> str | None:
    return None if value is None else "on" if value else "off"


def _port(case: Case, here: Walk, service: EndpointService, balancer: LoadBalancer, port: int) -> None:
    key, title = f"listener/{balancer.id}/{port}", f"Listener on port {port}"
    if case.unread("listeners"):
        here.unknown(
            key, title, f"Not checked, because listeners could not be read: {case.unread('listeners')}."
        )
        return
    rows = case.index.listeners_of(balancer)
    listener = next((row for row in rows if row.port == port), None)
    facts = seen(balancer.id, Listeners=[f"{row.protocol} {row.port}" for row in rows])
    if listener is None:
        here.fault(key, title, f"{balancer.name} does not listen on port {port}.", *facts)
        here.cause(
            "no-listener",
            f"Load balancer {balancer.name} has no listener on port {port}: connections are refused.",
            "The customer adds it (privatelink plan, then apply).",
            aws(
                case.region,
                *("elbv2", "create-listener", "--load-balancer-arn", balancer.id, "--protocol", "TCP"),
                *("--port", str(port), "--default-actions", "Type=forward,TargetGroupArn=<target group>"),
            ),
        )
        return
    here.proof(key, title, f"{listener.protocol} {port} is listened on.", *facts)
    _idle(case, here, listener)
    group = case.index.target_group(listener.target_group_id)
    if group is None:
        why = case.unread("target groups") or "it was not seen"
        here.unknown(
            f"targets/{port}", f"Targets of port {port}", f"Not checked, because of the target group: {why}."
        )
        return
    _targets(case, here, balancer, group, port)
    _zones(case, here, service, balancer, group, port)
    _target_filters(case, here, balancer, group, port)
    _proxy(case, here, group, port)


def _idle(case: Case, here: Walk, listener: Listener) -> None:
    seconds = listener.idle_timeout
    if seconds is None:
        return
    here.cause(
        "idle-drop",
        f"A connection that is quiet for {seconds} s is forgotten, without a word to either end.",
        "Send keepalives more often than that, or raise the listener's idle timeout (60 to 6000 s).",
        aws(
            case.region,
            *("elbv2", "modify-listener-attributes", "--listener-arn", listener.id),
            *("--attributes", "Key=tcp.idle_timeout.seconds,Value=3600"),
        ),
        *seen(listener.id, tcp__idle_timeout__seconds=seconds),
        certainty="likely" if seconds < DEFAULT_IDLE else "possible",
    )


def _targets(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    key, title = f"targets/{port}", f"Targets of port {port}"
    unread = case.unread("target health")
    facts = seen(
        group.id,
        TargetHealth=[f"{one.id}:{one.port} {one.health} {one.reason}".rstrip() for one in group.targets],
    )
    if unread:
        here.unknown(key, title, f"Not checked, because target health could not be read: {unread}.")
        return
    if not group.targets:
        here.fault(key, title, f"Target group {group.name} has none.", *facts)
        here.cause(
            "no-target",
            f"Nothing is registered in target group {group.name}: connections to port {port} are refused.",
            "The customer registers the machines that answer (privatelink plan, then apply).",
            aws(
                case.region,
                *("elbv2", "register-targets", "--target-group-arn", group.id, "--targets", "Id=<machine>"),
            ),
        )
        return
    good = [one for one in group.targets if one.health in HEALTHY]
    if good:
        here.proof(key, title, f"{len(good)} of {len(group.targets)} are healthy.", *facts)
        return
    unused = all(one.health == "unused" for one in group.targets)
    starting = all(one.health == "initial" for one in group.targets)
    states = ", ".join(
        dict.fromkeys(f"{one.health} ({one.reason})" if one.reason else one.health for one in group.targets)
    )
    here.fault(key, title, f"None of {len(group.targets)} is healthy: {states}.", *facts)
    here.cause(
        "target-unused" if unused else "target-unhealthy",
        f"The targets of {group.name} are {states}: nothing is forwarded to them.",
        "Use the target group in a listener, and put the targets' zones among the load balancer's."
        if unused
        else "Wait until they are checked: registration takes some minutes."
        if starting
        else f"See that the service runs and answers on {group.protocol} {group.port}, and that the targets' security "
        "groups let the health check in.",
        aws(case.region, "elbv2", "describe-target-health", "--target-group-arn", group.id),
        certainty="likely" if starting else "certain",
    )


def _zones(
    case: Case, here: Walk, service: EndpointService, balancer: LoadBalancer, group: TargetGroup, port: int
) -> None:
    """Every zone of the load balancer has a healthy target of its own, or reaches those of the others."""
    key, title = f"zones/{port}", f"Targets in every zone, port {port}"
    crosses = _crosses(balancer, group)
    facts = seen(balancer.id, load_balancing__cross_zone__enabled=balancer.cross_zone) + seen(
        group.id, load_balancing__cross_zone__enabled=group.cross_zone
    )
    if crosses:
        here.proof(key, title, "Cross-zone load balancing is on: every zone reaches all targets.", *facts)
        return
    if crosses is None:
        why = case.unread("load balancer attributes") or "its attributes were not read"
        here.unknown(key, title, f"Not checked, because of cross-zone load balancing: {why}.")
        return
    zones = {one.zone: one for one in case.index.subnets(balancer.subnet_ids)}
    has = {_zone_of(case, group, target.id) for target in group.targets if target.health in HEALTHY}
    empty = sorted(zone for zone in zones if zone not in has)
    if not group.targets or not any(one.health in HEALTHY for one in group.targets):
        return
    if not empty:
        here.proof(key, title, "Each zone has a healthy target.", *facts)
        return
    here.fault(key, title, f"Cross-zone is off, and {', '.join(empty)} has no healthy target.", *facts)
    here.cause(
        "zone-without-targets",
        f"Cross-zone load balancing is off, and zone {', '.join(empty)} has no healthy target for port {port}: "
        "connections that arrive there are refused.",
        "The customer turns cross-zone load balancing on (privatelink plan, then apply), or registers a target in "
        "each zone.",
        aws(
            case.region,
            *("elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", balancer.id),
            *("--attributes", "Key=load_balancing.cross_zone.enabled,Value=true"),
        ),
    )


def _crosses(balancer: LoadBalancer, group: TargetGroup) -> bool | None:
    """Whether a zone reaches the targets of others: the target group says, or leaves it to the load balancer."""
    if group.cross_zone in ("on", "off"):
        return group.cross_zone == "on"
    return balancer.cross_zone


def _zone_of(case: Case, group: TargetGroup, target: str) -> str:
    machine = case.index.machine(target, group.network_id)
    return machine.zone if machine else ""


def _target_filters(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    """The targets' security groups and the network ACLs on the way to them: the load balancer is the source."""
    key, title = f"filters/{port}", f"Way to the targets of port {port}"
    subnets = case.index.subnets(balancer.subnet_ids)
    peers = tuple(dict.fromkeys(one.cidr for one in subnets))
    stops: list[Blocked] = []
    acls: list[Blocked] = []
    unseen: list[str] = []
    for target in group.targets:
        machine = case.index.machine(target.id, group.network_id)
        if machine is None:
            unseen.append(target.id)
            continue
        ports = (target.port or group.port,)
        found, unread = through_groups(
            case, machine.security_group_ids, ports, peers, balancer.security_group_ids
        )
        stops.extend(found)
        unseen.extend(unread)
        home = case.index.subnet(machine.subnet_id)
        if home is not None and not case.unread("network ACLs"):
            acls.extend(stop for one in subnets for stop in through_acls(case, one, home, ports[0]))
    if stops:
        fix = (
            "The network admin lets the load balancer's subnets in: targets see its addresses, not Magento's."
        )
        blocked(case, here, key, title, "target-filter", stops, fix)
    if acls:
        blocked(
            case,
            here,
            f"acls/{port}",
            "Network ACLs",
            "network-acl",
            acls,
            "The network admin lets it through.",
        )
    if not stops and not acls and group.targets:
        if unseen:
            here.unknown(key, title, f"Not checked, because {', '.join(unseen[:3])} was not seen in the VPC.")
        else:
            here.proof(key, title, "Security groups and network ACLs let the load balancer's subnets in.")


def _proxy(case: Case, here: Walk, group: TargetGroup, port: int) -> None:
    if group.proxy_protocol is not True:
        return
    here.unknown(
        f"proxy/{port}",
        "Proxy protocol",
        "Version 2 is on: whether the targets expect it cannot be seen from here.",
        *seen(group.id, proxy_protocol_v2__enabled=True),
    )
    here.cause(
        "proxy-protocol",
        f"Target group {group.name} sends a proxy protocol v2 header first: a service that does not expect it "
        "breaks off.",
        "Turn it off, or make the service read it.",
        aws(
            case.region,
            *("elbv2", "modify-target-group-attributes", "--target-group-arn", group.id),
            *("--attributes", "Key=proxy_protocol_v2.enabled,Value=false"),
        ),
        certainty="likely",
    )
