"""AWS, from Magento to the customer: the connection, the endpoint service, and what stands behind it.

Sources: "Configure an endpoint service"; "Network Load Balancers": cross-zone load balancing is off by default,
security groups are enforced on PrivateLink traffic by default with the client's private address as the source;
"Target groups": targets see the load balancer's addresses, whatever client IP preservation says.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.diagnosis.aws_filters import through_groups
from core.diagnosis.aws_targets import walk_targets
from core.diagnosis.case import Case
from core.diagnosis.states import connection_hop, no_ports, quota_hop, service_missing
from core.diagnosis.walk import Walk, listed, seen
from core.export.advice import aws, both
from core.network.balancing import over_tcp
from core.network.model import EndpointService, Listener, LoadBalancer

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
        "ec2 accept-vpc-endpoint-connections",
        service_id=service.id,
        vpc_endpoint_ids=case.connections[0].endpoint_id if case.connections else "",
    )
    connection_hop(case, here, accept)
    balancers = case.index.load_balancers(service.load_balancer_ids)
    if not balancers:
        why = case.unread("load balancers") or "they are in none of what was read"
        here.unknown(
            "balancer", "Load balancer", f"Not checked, because its load balancers were not seen: {why}."
        )
    for balancer in balancers:
        _balancer(case, here, balancer)
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
            "ec2 modify-vpc-endpoint-service-permissions",
            service_id=service.id,
            add_allowed_principals=case.offer.aws_principal,
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
            "ec2 modify-vpc-endpoint-service-configuration",
            service_id=service.id,
            remove_private_dns_name=True,
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
        aws(case.region, "elbv2 describe-target-groups", load_balancer_arn=balancer.id),
    )


def _balancer(case: Case, here: Walk, balancer: LoadBalancer) -> None:
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
            aws(case.region, "elbv2 describe-load-balancers", load_balancer_arns=balancer.id),
        )
    _balancer_groups(case, here, balancer)
    _exhausted(case, here, balancer)
    for port in here.ports:
        _port(case, here, balancer, port)
    if not here.ports:
        no_ports(case, here, balancer, "listener")


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
                "elbv2 set-security-groups",
                load_balancer_arn=balancer.id,
                security_groups=balancer.security_group_ids,
                enforce_security_group_inbound_rules_on_private_link_traffic="off",
            ),
            *facts,
            *stop.evidence,
            certainty="certain" if stop.passage == "closed" else "possible",
        )


def _on_off(value: bool | None) -> str | None:
    return None if value is None else "on" if value else "off"


def _port(case: Case, here: Walk, balancer: LoadBalancer, port: int) -> None:
    key, title = f"listener/{balancer.id}/{port}", f"Listener on port {port}"
    if case.unread("listeners"):
        here.unknown(
            key, title, f"Not checked, because listeners could not be read: {case.unread('listeners')}."
        )
        return
    rows = case.index.listeners_of(balancer)
    listener = next((row for row in rows if row.port == port and over_tcp(row)), None)
    facts = seen(balancer.id, Listeners=[f"{row.protocol} {row.port}" for row in rows])
    if listener is None:
        here.fault(key, title, f"{balancer.name} does not listen on port {port}.", *facts)
        here.cause(
            "no-listener",
            f"Load balancer {balancer.name} has no listener on port {port}: connections are refused.",
            "The customer adds it (privatelink plan, then apply).",
            aws(
                case.region,
                "elbv2 create-listener",
                load_balancer_arn=balancer.id,
                protocol="TCP",
                port=str(port),
                default_actions="Type=forward,TargetGroupArn=<target group>",
            ),
        )
        return
    here.proof(key, title, f"{listener.protocol} {port} is listened on.", *facts)
    _idle(case, here, listener, rows)
    group = case.index.target_group(listener.target_group_id)
    if group is None:
        why = case.unread("target groups") or "it was not seen"
        here.unknown(
            f"targets/{port}", f"Targets of port {port}", f"Not checked, because of the target group: {why}."
        )
        return
    walk_targets(case, here, balancer, group, port)


def _idle(case: Case, here: Walk, listener: Listener, rows: Sequence[Listener]) -> None:
    """Told at the first of the listeners, for all that are like it."""
    seconds = listener.idle_timeout
    alike = [
        row
        for port in here.ports
        for row in rows
        if row.port == port and over_tcp(row) and row.idle_timeout == seconds
    ]
    if seconds is None or alike[0] is not listener:
        return
    ports = listed(tuple(row.port for row in alike))
    here.cause(
        "idle-drop",
        f"A connection to {ports} that is quiet for {seconds} s is forgotten, without a word to either end.",
        "Send keepalives more often than that, or raise the listener's idle timeout (60 to 6000 s).",
        both(
            *(
                aws(
                    case.region,
                    "elbv2 modify-listener-attributes",
                    listener_arn=row.id,
                    attributes="Key=tcp.idle_timeout.seconds,Value=3600",
                )
                for row in alike
            )
        ),
        *(fact for row in alike for fact in seen(row.id, tcp__idle_timeout__seconds=seconds)),
        certainty="likely" if seconds < DEFAULT_IDLE else "possible",
    )
