"""Azure, from Magento to the customer: the private link service, its load balancer, and the pool behind it.

Sources: "What is Azure Private Link service?" (limitations, visibility, NAT addresses); "Disable network policies
for Private Link service source IP"; "Azure Load Balancer health probes"; "Standard load balancer
diagnostics" (Health Probe Status); "Troubleshoot Azure Private Link service
connectivity problems".
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

from core.diagnosis.azure_commands import add_rule, approve, let_in
from core.diagnosis.case import Case
from core.diagnosis.states import connection_hop, no_ports, service_missing
from core.diagnosis.walk import Walk, seen
from core.export.advice import az
from core.network.filters import PROBER, passage
from core.network.model import EndpointService, Instance, LoadBalancer, SecurityGroup, TargetGroup

FULL = 95.0
"""Percent of the NAT ports in use from which new connections fail."""
ALL_PORTS = 0
"""What a rule for high availability ports says in place of one."""
NAT_PORTS = 64_000
"""Connections to one target that one NAT address carries ("What is Azure Private Link service?")."""


def walk(case: Case) -> Walk:
    """The way from Magento to the customer's targets."""
    service = case.service
    name = service.service_name if service else case.named_service
    here = Walk(
        "from-magento", f"Magento → {name or 'your private link service'}", case.ports.get("from-magento", ())
    )
    if service is None:
        _policies_of_all(case, here)
        service_missing(case, here, name, "private link service")
        return here
    _policy(case, here, service)
    _service(case, here, service)
    accept = approve(service, next(iter(case.connections), None))
    connection_hop(case, here, accept)
    balancers = case.index.load_balancers(service.load_balancer_ids)
    if not balancers:
        why = case.unread("load balancers") or "they are in none of what was read"
        here.unknown("balancer", "Load balancer", f"Not checked, because they were not seen: {why}.")
    for balancer in balancers:
        _balancer(case, here, service, balancer)
    _nat(case, here, service)
    return here


def _policy_cause(here: Walk, id: str, name: str) -> None:
    here.cause(
        "subnet-policy",
        f"Network policies for private link services are on in subnet {name}: none can be made or changed there.",
        "The customer turns them off in the NAT subnet (privatelink plan, then apply).",
        az("network vnet subnet update", ids=id, private_link_service_network_policies="Disabled"),
    )


def _policy(case: Case, here: Walk, service: EndpointService) -> None:
    for subnet in case.index.subnets(service.subnet_ids):
        on = subnet.link_policies
        facts = seen(subnet.id, privateLinkServiceNetworkPolicies="Enabled" if on else "Disabled")
        if on:
            here.fault(
                f"policy/{subnet.id}", "NAT subnet", f"Network policies are on in {subnet.name}.", *facts
            )
            _policy_cause(here, subnet.id, subnet.name)
        elif on is False:
            here.proof(
                f"policy/{subnet.id}", "NAT subnet", "Network policies are off, as it must be.", *facts
            )


def _policies_of_all(case: Case, here: Walk) -> None:
    """Without a service: whether there is a subnet that one could be made in."""
    subnets = [one for one in case.inventory.subnets if one.link_policies is not None]
    if subnets and all(one.link_policies for one in subnets):
        first = subnets[0]
        facts = seen(first.id, privateLinkServiceNetworkPolicies="Enabled")
        here.fault("policy", "NAT subnet", "Network policies are on in every subnet.", *facts)
        _policy_cause(here, first.id, first.name)


def _service(case: Case, here: Walk, service: EndpointService) -> None:
    title = "Private link service"
    facts = seen(
        service.id,
        provisioningState=service.state,
        visibility=service.principals,
        autoApproval=service.auto_approval,
        location=service.region or None,
    )
    if service.region and service.region != case.region:
        here.fault("service", title, f"It is in {service.region}, not in {case.region}.", *facts)
        here.cause(
            "regions-differ",
            f"{service.name} is in {service.region}: service, load balancer and VNet must be in one region, Magento's.",
            "The customer makes one in the right region (privatelink plan, then apply).",
        )
        return
    if service.state not in ("available", "succeeded", "updating"):
        here.fault("service", title, f"{service.name} is {service.state}.", *facts)
        here.cause(
            "service-failed",
            f"Private link service {service.name} is {service.state}: nobody can connect to it.",
            "The customer makes it anew (privatelink plan, then apply).",
        )
        return
    sees = set(service.principals or ())
    if not case.vendors:
        here.unknown("service", title, "Whether Magento sees it: its subscription is not known yet.", *facts)
    elif "*" in sees or case.vendors <= sees:
        here.proof("service", title, f"{service.name} stands, and Magento sees it.", *facts)
    else:
        missing = sorted(case.vendors - sees)
        here.fault("service", title, f"{service.name} is not visible to Magento.", *facts)
        here.cause(
            "magento-not-allowed",
            f"Private link service {service.name} is not visible to Magento's subscription {', '.join(missing)}: its "
            "alias leads nowhere there.",
            "The customer makes it visible to Magento's subscription (privatelink apply).",
            az("network private-link-service update", ids=service.id, visibility=sorted(sees | case.vendors)),
        )


def _balancer(case: Case, here: Walk, service: EndpointService, balancer: LoadBalancer) -> None:
    key, title = f"balancer/{balancer.id}", f"Load balancer {balancer.name}"
    facts = seen(
        balancer.id, sku=balancer.kind, provisioningState=balancer.state, location=balancer.region or None
    )
    elsewhere = balancer.region and balancer.region != (service.region or case.region)
    if balancer.kind.lower() != "standard":
        here.fault(key, title, f"Its SKU is {balancer.kind}.", *facts)
        here.cause(
            "balancer-kind",
            f"{balancer.name} is of SKU {balancer.kind}: a private link service needs Standard.",
            "The customer makes a Standard load balancer (privatelink plan, then apply).",
            az("network lb show", ids=balancer.id),
        )
    elif elsewhere:
        here.fault(key, title, f"It is in {balancer.region}.", *facts)
        here.cause(
            "regions-differ",
            f"{balancer.name} is in {balancer.region}: service, load balancer and VNet must be in one region.",
            "The customer makes one in the service's region (privatelink plan, then apply).",
        )
    elif balancer.state not in ("active", "succeeded"):
        here.fault(key, title, f"It is {balancer.state}.", *facts)
        here.cause(
            "balancer-inactive",
            f"Load balancer {balancer.name} is {balancer.state}.",
            "Wait while it is being changed; where it failed, apply again (privatelink apply).",
        )
    else:
        here.proof(key, title, "It is Standard, and stands.", *facts)
    for port in here.ports:
        _port(case, here, service, balancer, port)
    if not here.ports:
        no_ports(case, here, balancer, "rule")


def _port(case: Case, here: Walk, service: EndpointService, balancer: LoadBalancer, port: int) -> None:
    key, title = f"rule/{balancer.id}/{port}", f"Rule for port {port}"
    rows = case.index.listeners_of(balancer)
    answering = [row for row in case.index.answering(service) if row in rows]
    rule = next((row for wanted in (port, ALL_PORTS) for row in answering if row.port == wanted), None)
    facts = seen(
        balancer.id, loadBalancingRules=[f"{row.protocol} {row.port} → {row.target_port}" for row in rows]
    )
    if rule is None:
        here.fault(key, title, f"{balancer.name} has no rule for port {port}.", *facts)
        here.cause(
            "no-listener",
            f"Load balancer {balancer.name} has no rule for port {port}: nothing answers there.",
            "The customer adds it (privatelink plan, then apply).",
            add_rule(balancer, port, rows),
        )
        return
    at = rule.target_port or port
    here.proof(key, title, f"{rule.protocol} {rule.port or 'on all ports'} goes to {at} of the pool.", *facts)
    pool = case.index.target_group(rule.target_group_id)
    if pool is None:
        here.unknown(f"pool/{port}", f"Pool of port {port}", "Not checked, because its pool was not seen.")
        return
    _pool(case, here, pool, port)
    _targets(case, here, service, pool, port, at)


def _pool(case: Case, here: Walk, pool: TargetGroup, port: int) -> None:
    key, title = f"pool/{port}", f"Pool of port {port}"
    facts = seen(pool.id, members=[one.id for one in pool.targets], by=pool.target_type)
    if pool.target_type == "ip":
        here.fault(key, title, f"{pool.name} holds addresses, not network interfaces.", *facts)
        here.cause(
            "pool-by-address",
            f"Pool {pool.name} holds addresses: a private link service works only with pools of network interfaces.",
            "The customer puts the machines' network interfaces into the pool (privatelink plan, then apply).",
            az("network lb address-pool show", ids=pool.id),
        )
    elif not pool.targets:
        here.fault(key, title, f"{pool.name} is empty.", *facts)
        here.cause(
            "no-target",
            f"Pool {pool.name} is empty: nothing answers on port {port}.",
            "The customer adds the machines that answer (privatelink plan, then apply).",
        )
    else:
        here.proof(key, title, f"{len(pool.targets)} of its members are network interfaces.", *facts)


def _targets(
    case: Case, here: Walk, service: EndpointService, pool: TargetGroup, port: int, target_port: int
) -> None:
    """Network security groups between probe, NAT addresses and targets, and what the probe finds as far as it is
    told.
    """
    key, title = f"targets/{port}", f"Way to the targets of port {port}"
    guarded: dict[str, list[Instance]] = {}
    for target in pool.targets:
        machine = case.index.machine(target.id, pool.network_id)
        for group in case.index.security_groups(machine.security_group_ids if machine else ()):
            guarded.setdefault(group.id, []).extend((machine,) if machine else ())
    blocked = False
    for group in case.index.security_groups(guarded):
        blocked |= _kept_out(case, here, service, group, guarded[group.id], target_port)
    if not blocked and pool.targets:
        here.proof(key, title, "Network security groups let the probe and the traffic in.")
    if pool.targets:
        _health(case, here, pool, port, target_port)


def _health(case: Case, here: Walk, pool: TargetGroup, port: int, target_port: int) -> None:
    """What the probe finds, which Azure Monitor tells and Resource Manager does not."""
    key, title = f"probe/{port}", f"Health of port {port}"
    told = {one.id: case.probed.get((one.id, target_port)) for one in pool.targets}
    facts = seen(
        pool.id,
        DipAvailability=[f"{id}: {percent:g} %" for id, percent in told.items() if percent is not None],
    )
    up = sum(1 for percent in told.values() if percent)
    silent = sum(1 for percent in told.values() if percent is None)
    if up:
        here.proof(key, title, f"The probe finds {up} of {len(told)} targets up.", *facts)
    elif silent:
        here.unknown(
            key,
            title,
            f"Not checked for {silent} of {len(told)} targets, because Azure Monitor tells nothing of them: Health "
            "Probe Status (DipAvailability) of the load balancer.",
            *facts,
        )
    else:
        here.fault(key, title, "The probe finds no target up.", *facts)
        here.cause(
            "target-unhealthy",
            f"The health probe finds none of {len(told)} targets up on port {target_port}: nothing is sent to them.",
            f"See that the service runs and listens on {target_port}, and that 168.63.129.16 may reach it.",
        )


def _kept_out(
    case: Case,
    here: Walk,
    service: EndpointService,
    group: SecurityGroup,
    machines: Sequence[Instance],
    port: int,
) -> bool:
    """Whether a group keeps probe or traffic from some of its machines; told once for all of them."""
    rules = [
        f"{rule.priority} {'Allow' if rule.allow else 'Deny'} {rule.protocol} "
        f"{rule.from_port}-{rule.to_port} from {rule.peer}"
        for rule in group.rules
        if rule.direction == "in"
    ]
    facts = seen(group.id, securityRules=rules)
    found = False
    nats = tuple(one.cidr for one in case.index.subnets(service.subnet_ids))
    for sources, code, what in (
        ((PROBER,), "prober-blocked", "the load balancer's health probe"),
        (nats, "target-filter", "Magento's traffic, which comes from the NAT subnet"),
    ):
        stopped = [
            (source, one)
            for source in sources
            for one in machines
            if group.rules and passage(group.rules, "in", (port, port), source, local=one.address) != "open"
        ]
        if not stopped:
            continue
        found = True
        peers = tuple(dict.fromkeys(_peer(source) for source, _ in stopped))
        named = ", ".join(dict.fromkeys(one.name or one.address for _, one in stopped))
        here.fault(
            f"{code}/{group.id}/{port}",
            f"Network security group {group.name}",
            f"It keeps out {what}.",
            *facts,
        )
        here.cause(
            code,
            f"Network security group {group.name} keeps {what} from port {port} of {named}.",
            f"The network admin allows TCP {port} from {', '.join(peers)}.",
            let_in(group, f"allow-{code}-{port}", peers, (port,)),
        )
    return found


def _peer(source: str) -> str:
    """How a rule names where something comes from."""
    return "AzureLoadBalancer" if source == PROBER else str(ip_network(source, strict=False))


def _nat(case: Case, here: Walk, service: EndpointService) -> None:
    """What only shows after a while: NAT ports, proxy protocol, quiet connections."""
    if service.proxy_protocol:
        facts = seen(service.id, enableProxyProtocol=True)
        here.unknown(
            "proxy",
            "Proxy protocol",
            "It is on: whether the targets expect it cannot be seen from here.",
            *facts,
        )
        here.cause(
            "proxy-protocol",
            f"{service.name} sends a proxy protocol v2 header, to health probes too: a service that cannot read it "
            "counts as down.",
            "Turn it off, or make the service read it.",
            az("network private-link-service update", ids=service.id, enable_proxy_protocol="false"),
            certainty="likely",
        )
    used = case.measured.get("PLSNatPortsUsage")
    full = used is not None and used >= FULL
    facts = seen(
        service.id,
        ipConfigurations=service.nat_addresses,
        PLSNatPortsUsage=None if used is None else f"{used:g} %",
    )
    if used is not None:
        (here.fault if full else here.proof)("nat", "NAT ports", f"At most {used:g} % were in use.", *facts)
    if full or service.nat_addresses is not None:
        addresses = service.nat_addresses or 1
        here.cause(
            "ports-exhausted",
            f"{addresses} NAT address(es) carry about {addresses * NAT_PORTS} connections to one target; beyond that "
            "new ones fail.",
            "Add NAT addresses (at most 8; they cannot be taken away again) or targets.",
            az("network private-link-service show", ids=service.id),
            *facts,
            certainty="certain" if full else "possible",
        )
