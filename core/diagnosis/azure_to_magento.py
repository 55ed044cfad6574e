"""Azure, from the customer to Magento: the private endpoint, its subnet, its address and the name of the service.

Sources: "What is a private endpoint?"; "Manage network policies for private endpoints"; "Troubleshoot Azure private
endpoint connectivity problems"; that 443 into Magento does not work on Azure is the offer's.
"""

from __future__ import annotations

from core.diagnosis.azure_commands import let_in
from core.diagnosis.case import Case
from core.diagnosis.states import endpoint_hop, no_endpoint, quota_hop
from core.diagnosis.walk import Walk, listed, seen
from core.export.advice import az
from core.network.filters import passage
from core.network.model import Endpoint, SecurityGroup, Subnet
from core.request.identifiers import parse_service_name

IDLE = 300
"""Seconds after which a quiet connection through a private link service may be dropped; it cannot be changed."""


def walk(case: Case, service_name: str) -> Walk:
    """The way from the customer's clients to one of Magento's services."""
    here = Walk("to-magento", f"your VNet → {service_name}", case.ports.get("to-magento", ()))
    _name(case, here, service_name)
    endpoint = case.endpoint_to(service_name)
    if endpoint is None:
        quota_hop(case, here, case.inventory.network_id)
        no_endpoint(here, service_name, "private endpoint", case.unread("private endpoints"))
        return here
    _request(case, here, endpoint)
    delete = az("network private-endpoint delete", ids=endpoint.id)
    endpoint_hop(case, here, endpoint, "private endpoint", delete)
    _filters(case, here, endpoint)
    _address(case, here, endpoint)
    here.unknown(
        "magento", "Magento's load balancer and targets", "Only Magento can see them.", place="magento"
    )
    here.cause(
        "idle-drop",
        f"A connection that is quiet for {IDLE} s may be dropped, without a word to either end; the time is fixed.",
        "Send TCP keepalives more often than that.",
        "",
        *seen(endpoint.id, idleTimeoutInMinutes="4 to 5, fixed"),
        certainty="possible",
    )
    return here


def _name(case: Case, here: Walk, name: str) -> None:
    """Whether the name can be a private link service's, in this region."""
    title = "Magento's service"
    parsed = parse_service_name(name)
    facts = seen(name, privateLinkServiceId=name)
    if parsed is None or parsed.platform != "azure":
        here.fault("service", title, f"{name} is neither an alias nor a resource id.", *facts)
        here.cause(
            "wrong-alias",
            f"{name} is neither an alias nor a resource id of a private link service: a typo.",
            "Copy the resource id or alias from the ticket again.",
        )
        return
    if parsed.region is not None and parsed.region != case.region:
        here.fault("service", title, f"The alias is in {parsed.region}, your VNet in {case.region}.", *facts)
        here.cause(
            "regions-differ",
            f"Magento's service is in {parsed.region} and your VNet in {case.region}: both must be in one region.",
            "Ask in the ticket for the service in your region.",
        )
        return
    if name in case.visible and case.visible[name] is None:
        here.fault("service", title, "It does not show itself to your subscription.", *facts)
        here.cause(
            "not-visible",
            f"{name} does not show itself to subscription {case.inventory.account}: Magento has not made it visible, "
            "or the name has a typo. Azure answers both alike.",
            "Compare the name with the ticket; then ask there that the service is made visible to your subscription.",
        )
        return
    if name in case.visible:
        here.proof("service", title, "It shows itself to your subscription.", *facts)
    else:
        here.unknown("service", title, "Azure tells only once a private endpoint asks for it.", *facts)


def _request(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """Asked for by hand, as it must be for a service of another tenant."""
    if endpoint.manual is None:
        return
    title = "Connection request"
    facts = seen(
        endpoint.id,
        **{
            "manualPrivateLinkServiceConnections" if endpoint.manual else "privateLinkServiceConnections": (
                endpoint.service_name
            )
        },
    )
    if endpoint.manual:
        here.proof("request", title, "It asks for approval (a manual connection).", *facts)
        return
    right = endpoint.state == "available"
    (here.proof if right else here.fault)(
        "request", title, "It asks for automatic approval, not for Magento's.", *facts
    )
    if not right:
        here.cause(
            "automatic-connection",
            f"{endpoint.id} has its request among the automatic ones: only who may write to Magento's service is "
            "approved like that.",
            "Delete it and make it anew with a manual request (privatelink apply).",
            az("network private-endpoint delete", ids=endpoint.id),
        )


def _filters(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """Network security groups on the endpoint's subnet, and whether they are heeded there at all."""
    title = "Filters at the endpoint"
    subnet = next(iter(case.index.subnets(endpoint.subnet_ids)), None)
    if subnet is None:
        here.unknown("filters", title, "Not checked, because its subnet was not seen.")
        return
    group = case.index.security_group(subnet.security_group_id) if subnet.security_group_id else None
    facts = seen(
        subnet.id,
        privateEndpointNetworkPolicies=subnet.endpoint_policy,
        networkSecurityGroup=subnet.security_group_id or "none",
    )
    if subnet.endpoint_policy == "disabled" and (subnet.security_group_id or subnet.route_table_id):
        here.unknown(
            "filters", title, "They are not heeded: the subnet's policies for endpoints are off.", *facts
        )
        here.cause(
            "policies-off",
            f"Network policies for private endpoints are off in {subnet.name}: its network security group and routes "
            "do nothing for the endpoint.",
            "Turn the policies on where a rule is meant to hold or a route to lead through a firewall.",
            az("network vnet subnet update", ids=subnet.id, private_endpoint_network_policies="Enabled"),
            certainty="possible",
        )
        return
    if subnet.endpoint_policy in ("enabled", "networksecuritygroupenabled") and group is not None:
        closed = _closed(case, here, group, endpoint, subnet)
        if closed:
            here.fault("filters", title, closed, *facts)
            here.cause(
                "endpoint-filter",
                closed,
                "The network admin allows the ports from the clients' subnets.",
                let_in(group, "allow-privatelink", ("VirtualNetwork",), here.ports),
            )
            return
    here.proof("filters", title, f"Nothing keeps {listed(here.ports)} from the endpoint.", *facts)


def _closed(case: Case, here: Walk, group: SecurityGroup, endpoint: Endpoint, subnet: Subnet) -> str:
    clients = case.index.subnets(case.clients) or case.index.subnets_of(endpoint.network_id) or (subnet,)
    to = endpoint.addresses[0] if endpoint.addresses else ""
    for port in here.ports:
        for one in clients:
            how = passage(group.rules, "in", (port, port), one.cidr, local=to)
            if how != "open":
                return (
                    f"Network security group {group.name} keeps {one.cidr} from port {port} of the endpoint."
                )
    return ""


def _address(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """The endpoint's private address: the clients have to use it, or a name that leads to it."""
    facts = seen(endpoint.id, privateIPAddress=endpoint.addresses)
    if not endpoint.addresses:
        here.unknown("address", "Address", "Not checked, because its network interface was not seen.", *facts)
        return
    here.proof("address", "Address", f"Clients connect to {', '.join(endpoint.addresses)}.", *facts)
    refused = sorted(set(here.ports) & set(case.offer.azure_refused_ports))
    if refused:
        here.fault("ports", "Ports", f"{listed(tuple(refused))} into Magento does not work on Azure.")
        here.cause(
            "no-listener",
            f"{listed(tuple(refused))} into Magento does not work on Azure: Magento does not listen there.",
            "Use another port, agreed on in the ticket.",
            "",
            *seen(endpoint.id, port=refused),
        )
