"""AWS, from the customer to Magento: clients, the interface endpoint, and what shows of Magento's service.

Sources: "Access a service through an interface endpoint"; "Network ACLs"; that private DNS is not offered is the
offer's.
"""

from __future__ import annotations

from itertools import product

from core.diagnosis.aws_filters import blocked, through_acls, through_groups
from core.diagnosis.case import Case
from core.diagnosis.states import endpoint_hop, no_endpoint, quota_hop
from core.diagnosis.walk import Walk, listed, seen
from core.export.advice import aws
from core.network.model import Endpoint, VendorService
from core.request.identifiers import parse_service_name


def walk(case: Case, service_name: str) -> Walk:
    """The way from the customer's clients to one of Magento's services."""
    here = Walk("to-magento", f"your VPC → {service_name}", case.ports.get("to-magento", ()))
    endpoint = case.endpoint_to(service_name)
    if endpoint is None:
        _service(case, here, service_name)
        quota_hop(case, here, case.inventory.network_id)
        no_endpoint(here, service_name, "interface endpoint", case.unread("endpoints"))
        return here
    if endpoint.state not in ("available", "pending-acceptance"):
        quota_hop(case, here, endpoint.network_id)
    _acls(case, here, endpoint)
    _groups(case, here, endpoint)
    delete = aws(case.region, "ec2 delete-vpc-endpoints", vpc_endpoint_ids=endpoint.id)
    endpoint_hop(case, here, endpoint, "interface endpoint", delete)
    _names(case, here, endpoint)
    _service(case, here, service_name)
    _zones(case, here, endpoint, case.visible.get(service_name))
    here.unknown(
        "magento",
        "Magento's load balancer and targets",
        "Only Magento can see them.",
        place="magento",
    )
    return here


def _service(case: Case, here: Walk, name: str) -> None:
    """Whether Magento's service shows itself to this account, in this region."""
    title = "Magento's service"
    parsed = parse_service_name(name)
    if parsed is None or parsed.kind != "aws":
        here.fault("service", title, f"{name} is no endpoint service's name.", *seen(name, ServiceName=name))
        here.cause(
            "not-visible",
            f"{name} is no endpoint service's name: a typo.",
            "Copy the name from the ticket again.",
        )
        return
    if parsed.region != case.region:
        facts = seen(name, ServiceName=name, Region=case.region)
        here.fault("service", title, f"{name} is in {parsed.region}, your VPC in {case.region}.", *facts)
        here.cause(
            "regions-differ",
            f"Magento's service is in {parsed.region} and your VPC in {case.region}: both must be in one region.",
            "Ask in the ticket for the service in your region.",
        )
        return
    if name not in case.visible:
        here.unknown("service", title, "Not checked, because it was not looked up.")
        return
    shown = case.visible[name]
    if shown is not None:
        facts = seen(name, Owner=shown.owner, AvailabilityZoneIds=shown.zone_ids)
        here.proof("service", title, f"{name} shows itself to your account.", *facts)
        return
    facts = seen(name, DescribeVpcEndpointServices="InvalidServiceName")
    here.fault("service", title, f"{name} does not show itself to your account.", *facts)
    here.cause(
        "not-visible",
        f"{name} does not show itself to account {case.inventory.account}: Magento has not allowed the account, "
        "or the name has a typo. AWS answers both alike.",
        "Compare the name with the ticket; then ask there that Magento allows your account "
        f"arn:aws:iam::{case.inventory.account}:root.",
        aws(case.region, "ec2 describe-vpc-endpoint-services", service_names=name),
    )


def _acls(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """Network ACLs between the clients' subnets and the endpoint's."""
    title = "Network ACLs"
    unread = case.unread("network ACLs")
    if unread:
        here.unknown("acls", title, f"Not checked, because network ACLs could not be read: {unread}.")
        return
    clients = case.index.subnets(case.clients) or case.index.subnets_of(endpoint.network_id)
    mine = case.index.subnets(endpoint.subnet_ids)
    found = through_acls(case, product(clients, mine, here.ports))
    if not found:
        here.proof("acls", title, f"They let {listed(here.ports)} through, and the answers back.")
        return
    blocked(case, here, "acls", title, "network-acl", found, "The network admin lets it through.")


def _groups(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """The endpoint's security groups."""
    title = "Endpoint's security group"
    clients = case.index.subnets(case.clients) or case.index.subnets_of(endpoint.network_id)
    peers = tuple(dict.fromkeys(one.cidr for one in clients))
    found, unread = through_groups(case, endpoint.security_group_ids, here.ports, peers)
    if unread or not endpoint.security_group_ids:
        here.unknown(
            "groups", title, f"Not checked, because {', '.join(unread) or 'no group'} could not be read."
        )
    elif not found:
        facts = seen(endpoint.id, Groups=endpoint.security_group_ids)
        here.proof("groups", title, f"It lets your subnets in on {listed(here.ports)}.", *facts)
    else:
        blocked(
            case,
            here,
            "groups",
            title,
            "endpoint-filter",
            found,
            "The network admin opens the port to the clients.",
        )


def _zones(case: Case, here: Walk, endpoint: Endpoint, shown: VendorService | None) -> None:
    """Zones in common, by id: their names mean another zone in another account."""
    title = "Zones in common"
    subnets = case.index.subnets(endpoint.subnet_ids)
    mine = {one.zone_id for one in subnets if one.zone_id}
    if shown is None or not shown.zone_ids or not mine:
        here.unknown("zones", title, "Not checked, because the zones of one side are not known.")
        return
    facts = (
        *seen(endpoint.id, SubnetIds=[f"{one.id} {one.zone_id}" for one in subnets]),
        *seen(shown.service_name, AvailabilityZoneIds=shown.zone_ids),
    )
    common = sorted(mine & set(shown.zone_ids))
    if common == sorted(mine):
        here.proof(
            "zones",
            title,
            f"Every zone of the endpoint is one of the service's: {', '.join(common)}.",
            *facts,
        )
        return
    alone = ", ".join(sorted(mine - set(shown.zone_ids)))
    here.fault("zones", title, f"Magento's service is not in {alone}.", *facts)
    here.cause(
        "zones-differ",
        f"The endpoint has a subnet in {alone}, and Magento's service is in {', '.join(shown.zone_ids)}.",
        "The customer chooses subnets in the service's zones, compared by zone id.",
        certainty="likely" if common else "certain",
    )


def _names(case: Case, here: Walk, endpoint: Endpoint) -> None:
    """The endpoint's own DNS names are to be used; private DNS is not offered."""
    facts = seen(endpoint.id, PrivateDnsEnabled=endpoint.private_dns, DnsEntries=endpoint.dns_names)
    if not endpoint.private_dns:
        here.proof("names", "Names", "Private DNS is off: the endpoint's own names are used.", *facts)
        return
    here.fault("names", "Names", "Private DNS is on, which Magento does not offer.", *facts)
    here.cause(
        "private-dns",
        "Private DNS is on: a name that others use may lead into the endpoint, or nowhere.",
        "The network admin turns it off; clients use the endpoint's own names.",
        aws(case.region, "ec2 modify-vpc-endpoint", vpc_endpoint_id=endpoint.id, no_private_dns_enabled=True),
        certainty="likely",
    )
