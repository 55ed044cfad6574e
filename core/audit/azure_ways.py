"""Checks along the way of a connection on Azure: network security groups from stop to stop.

Sources: "Network security groups": of the rules that fit the one of least priority decides, and where a subnet and
an interface both have a group, both have to allow; "Azure Load Balancer health probes".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.audit.about import about
from core.audit.azure_balancers import READS, placed_group, serving
from core.audit.azure_endpoints import groups_hold
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD, partner
from core.audit.sources import AZURE_ENDPOINT_POLICY, AZURE_NSG, AZURE_PROBES
from core.audit.ways import passes
from core.export.advice import az
from core.network.balancing import over_tcp
from core.network.filters import MANY, PROBER, Passage
from core.network.model import Endpoint, Instance, Network, SecurityGroup, TargetGroup
from core.request.protocols import CUSTOMARY


def _ports(survey: Survey, pool: TargetGroup) -> tuple[int, ...]:
    """The ports that TCP goes to on a pool's machines. A rule for all ports says nothing of them."""
    rules = (one for one in survey.index.listeners_to(pool) if over_tcp(one))
    return tuple(sorted({one.target_port or one.port for one in rules} - {0}))


def _shut(
    survey: Survey, machine: Instance, port: int, source: str, known: dict[object, Passage]
) -> tuple[SecurityGroup | None, bool]:
    """The group that keeps a source from a machine's port, if one does; and whether nobody can tell."""
    unclear = False
    for group in survey.index.security_groups(machine.security_group_ids):
        key = (group.id, port, source, machine.address)
        if key not in known:
            known[key] = passes(group.rules, "in", (port, port), source, local=machine.address)
        if known[key] == "closed":
            return group, False
        unclear = unclear or known[key] == "unknown"
    return None, unclear


def _blocked(survey: Survey, what: str, sources: dict[str, tuple[str, ...]]) -> Iterator[Hit | Unread]:
    """``sources`` maps a load balancer's id to where its traffic, or its probes, come from."""
    known: dict[object, Passage] = {}
    for balancer in serving(survey):
        for pool in survey.index.groups_of(balancer):
            ports = _ports(survey, pool)
            if pool.targets and not ports:
                yield Unread(about(survey, pool), "which ports its members serve")
            for target in pool.targets:
                machine = survey.index.machine(target.id, pool.network_id)
                if machine is None:
                    yield Unread(about(survey, pool), "the security groups of a member")
                    continue
                for port in ports:
                    for source in sources.get(balancer.id, ()):
                        group, unclear = _shut(survey, machine, port, source, known)
                        if unclear:
                            yield Unread(about(survey, pool), "what a service tag stands for")
                        if group is not None:
                            tag = "AzureLoadBalancer" if source == PROBER else source
                            yield Hit(
                                about(survey, pool),
                                f"{group.name} keeps {what} from its member {target.id} on port {port}.",
                                facts(networkSecurityGroup=group.id, source=tag, destinationPort=port),
                                _admit(group, (tag,), (str(port),)),
                                f"{target.id} {port} {source}",
                            )


def _admit(group: SecurityGroup, sources: Sequence[str], ports: Sequence[str]) -> str:
    return az(
        "network nsg rule create",
        nsg_name=group.name,
        **placed_group(group.id),
        name="<name>",
        priority="<below the one that denies>",
        access="Allow",
        protocol="Tcp",
        direction="Inbound",
        source_address_prefixes=sources,
        destination_port_ranges=ports,
    )


def probe_blocked(survey: Survey) -> Iterator[Hit | Unread]:
    """A security group keeps the load balancer's probes from a machine."""
    return _blocked(survey, "the load balancer's probe", {one.id: (PROBER,) for one in serving(survey)})


def service_blocked(survey: Survey) -> Iterator[Hit | Unread]:
    """A security group keeps the private link service's NAT addresses from a machine."""
    sources = {
        balancer.id: tuple(
            dict.fromkeys(
                subnet.cidr
                for service in survey.index.services_of(balancer)
                for subnet in survey.index.subnets(service.subnet_ids)
            )
        )
        for balancer in serving(survey)
    }
    return _blocked(survey, "the private link's traffic", sources)


def clients_blocked(survey: Survey) -> Iterator[Hit | Unread]:
    """The security group of a private endpoint's subnet keeps the whole network out: altogether, or from a port that
    the service has.
    """
    for endpoint in survey.inventory.endpoints:
        network = survey.index.network(endpoint.network_id)
        for subnet in survey.index.subnets(endpoint.subnet_ids):
            group = survey.index.security_group(subnet.security_group_id or "")
            if endpoint.state in DEAD or network is None or group is None or not groups_hold(subnet):
                continue
            ranges = ((0, 65535), *((port, port) for port in _wanted(survey, endpoint, group)))
            shut = [ports for ports in ranges if _closed(group, ports, network, endpoint)]
            if not shut:
                continue
            everything = shut[0] == ranges[0]
            ports = () if everything else tuple(str(first) for first, _ in shut)
            at = f" on port {', '.join(ports)}" if ports else ""
            yield Hit(
                about(survey, endpoint),
                f"The security group {group.name} of its subnet lets nobody of the network in{at}.",
                facts(
                    networkSecurityGroup=group.id,
                    subnet=subnet.id,
                    addressSpace=network.cidrs,
                    destinationPort=ports or None,
                ),
                _admit(group, network.cidrs, ports or ("<port>",)),
                subnet.id,
            )


def _closed(group: SecurityGroup, ports: tuple[int, int], network: Network, endpoint: Endpoint) -> bool:
    """Whether nobody of the network comes through to any of an endpoint's addresses."""
    how = {
        passes(group.rules, "in", ports, cidr, local=address)
        for cidr in network.cidrs
        for address in endpoint.addresses or ("",)
    }
    return how == {"closed"}


def _wanted(survey: Survey, endpoint: Endpoint, group: SecurityGroup) -> tuple[int, ...]:
    """The ports that an endpoint is for, as far as they can be told: an own service's are those that it answers on.
    Of a service elsewhere nobody here knows them: a customary port of a service that a rule
    denies one by one (or in a short range) is one that somebody shut, and not what a group denies to all it does
    not name. Endpoints of Azure's own services are for other things, where to shut a port is no fault.
    """
    if not partner(endpoint):
        return ()
    service = survey.index.service_named(endpoint.service_name)
    if service is not None:
        return survey.index.ports_of(service)
    return tuple(
        sorted(
            {
                port
                for rule in group.rules
                if not rule.allow and rule.direction == "in" and rule.to_port - rule.from_port < MANY
                for port in range(rule.from_port, rule.to_port + 1)
                if port in CUSTOMARY and port not in survey.offer.azure_refused_ports
            }
        )
    )


CHECKS = (
    Check(
        "azure-way-probe-blocked",
        "Security group keeps the health probe out",
        "high",
        "A machine that the probe does not reach is taken for dead and gets no traffic.",
        "The network admin allows the tag AzureLoadBalancer on the port, before the rule that denies.",
        AZURE_PROBES,
        probe_blocked,
        READS,
        ("security groups", "network interfaces"),
    ),
    Check(
        "azure-way-service-blocked",
        "Security group keeps the private link out",
        "high",
        "What comes over the private link has the service's NAT addresses as its source: those have to be allowed.",
        "The network admin allows the NAT subnet on the port, before the rule that denies.",
        AZURE_NSG,
        service_blocked,
        READS,
        ("security groups", "network interfaces", "networks"),
    ),
    Check(
        "azure-way-clients-blocked",
        "Security group keeps clients from a private endpoint",
        "high",
        "With the subnet's policies on, its security group holds for the endpoint: clients time out.",
        "The network admin allows the clients on the ports of the service.",
        AZURE_ENDPOINT_POLICY,
        clients_blocked,
        ("private endpoints",),
        ("security groups", "networks"),
    ),
)
"""Ways on Azure."""
