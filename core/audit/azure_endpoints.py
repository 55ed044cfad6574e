"""Checks of private endpoints on Azure."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit import endpoints
from core.audit.about import about
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD, delete, evidence
from core.audit.sources import (
    AZURE_ENDPOINT,
    AZURE_ENDPOINT_DNS,
    AZURE_ENDPOINT_MANAGE,
    AZURE_ENDPOINT_POLICY,
    AZURE_ENDPOINT_TROUBLE,
    AZURE_PRICING,
    OFFER,
)
from core.export.advice import az, both
from core.network.model import Subnet
from core.request.identifiers import id_part, parse_service_name

ENDPOINTS = "private endpoints"


def no_address(survey: Survey) -> Iterator[Hit | Unread]:
    """It is approved and has no private address."""
    for one in survey.inventory.endpoints:
        if one.state == "available" and not one.addresses:
            yield Hit(
                about(survey, one),
                "It is approved and has no private address.",
                (*evidence(survey, one), *facts(privateIPAddress=())),
                az("network private-endpoint show", ids=one.id),
            )


def groups_hold(subnet: Subnet) -> bool:
    """Whether network security groups hold for private endpoints in a subnet."""
    word = subnet.endpoint_policy
    return (
        bool(subnet.endpoint_policies) if word is None else word in ("enabled", "networksecuritygroupenabled")
    )


def automatic(survey: Survey) -> Iterator[Hit | Unread]:
    """It asks nobody, although the service is somebody else's."""
    own = survey.inventory.account.lower()
    for one in survey.inventory.endpoints:
        named = parse_service_name(one.service_name)
        others = named is not None and named.subscription not in (own, None)
        if named is None or not (others or named.kind == "azure-alias"):
            continue
        if one.manual is None:
            yield Unread(about(survey, one), "manualPrivateLinkServiceConnections")
        elif not one.manual and one.state != "available":
            yield Hit(
                about(survey, one),
                "Its request stands among the automatic ones: a service of another tenant needs a manual request.",
                (*evidence(survey, one), *facts(privateLinkServiceConnections=one.service_name)),
                both(
                    delete(survey, one),
                    az(
                        "network private-endpoint create",
                        name=one.name,
                        resource_group=id_part(one.id, "resourceGroups"),
                        subnet=one.subnet_ids or ("<subnet>",),
                        manual_request="true",
                        private_connection_resource_id=one.service_name,
                        connection_name=one.name,
                    ),
                ),
            )


def stale_names(survey: Survey) -> Iterator[Hit | Unread]:
    """A name of it is to have an address that it has not."""
    for one in survey.inventory.endpoints:
        for record in one.dns_records:
            wrong = tuple(address for address in record.addresses if address not in one.addresses)
            if wrong and one.addresses:
                yield Hit(
                    about(survey, one),
                    f"The name {record.name} is to have {', '.join(wrong)}, which it has not.",
                    facts(
                        customDnsConfigs__fqdn=record.name,
                        customDnsConfigs__ipAddresses=record.addresses,
                        privateIPAddress=one.addresses,
                    ),
                    az("network private-endpoint show", ids=one.id, query="customDnsConfigs"),
                    record.name,
                )


def action_required(survey: Survey) -> Iterator[Hit | Unread]:
    """Azure says that something is to be done about it."""
    for one in survey.inventory.endpoints:
        if one.actions_required.strip().lower() not in ("", "none") and one.state not in DEAD:
            yield Hit(
                about(survey, one),
                f"The owner of the service says: {one.actions_required}.",
                (
                    *evidence(survey, one),
                    *facts(privateLinkServiceConnectionState__actionsRequired=one.actions_required),
                ),
                az("network private-endpoint show", ids=one.id),
            )


def policies_off(survey: Survey) -> Iterator[Hit | Unread]:
    """Network policies for private endpoints are off in its subnet."""
    for one in survey.inventory.endpoints:
        for subnet in survey.index.subnets(one.subnet_ids):
            if subnet.endpoint_policies is None:
                yield Unread(about(survey, one), "privateEndpointNetworkPolicies")
            elif not groups_hold(subnet):
                yield Hit(
                    about(survey, one),
                    f"Network security groups do not hold for it in its subnet {subnet.name or subnet.id}.",
                    facts(
                        subnet=subnet.id, privateEndpointNetworkPolicies=subnet.endpoint_policy or "disabled"
                    ),
                    az(
                        "network vnet subnet update",
                        ids=subnet.id,
                        private_endpoint_network_policies="Enabled",
                    ),
                    subnet.id,
                )


def malformed(survey: Survey) -> Iterator[Hit | Unread]:
    """What it asks for looks like an alias, and is none."""
    for one in survey.inventory.endpoints:
        name = one.service_name
        if "privatelinkservice" in name.lower() and parse_service_name(name) is None:
            yield Hit(
                about(survey, one),
                "What it asks for is neither an alias nor the resource id of a private link service.",
                evidence(survey, one),
                delete(survey, one),
            )


_READS = (ENDPOINTS,)

CHECKS = (
    Check(
        "azure-endpoint-dead",
        "Private endpoint that leads nowhere",
        "high",
        "A rejected or disconnected private endpoint never connects again, and stands for one that is missing.",
        "The customer deletes it and makes a new one, after asking the service's owner why.",
        AZURE_ENDPOINT_MANAGE,
        endpoints.dead,
        _READS,
    ),
    Check(
        "azure-endpoint-waits-long",
        "Private endpoint that waits too long for approval",
        "medium",
        "An enablement takes five business days.",
        "The customer asks in the Support ticket; it names the endpoint's resource id.",
        OFFER,
        endpoints.waits_long,
        _READS,
    ),
    Check(
        "azure-endpoint-no-address",
        "Private endpoint without an address",
        "medium",
        "What has no address cannot be connected to.",
        "The customer looks at its network interface, and makes it anew where there is none.",
        AZURE_ENDPOINT,
        no_address,
        _READS,
        ("network interfaces",),
    ),
    Check(
        "azure-endpoint-policies-off",
        "Security groups do not hold for a private endpoint",
        "medium",
        "With the subnet's policies off, network security groups and routes are silently passed by: whoever is in "
        "the network reaches the endpoint.",
        "The network admin enables the subnet's policies for private endpoints, after a look at the rules that "
        "then hold.",
        AZURE_ENDPOINT_POLICY,
        policies_off,
        (ENDPOINTS, "networks"),
    ),
    Check(
        "azure-endpoint-automatic",
        "Private endpoint that asks in the wrong way",
        "high",
        "An automatic connection needs rights over the service; across tenants nobody has them, and it waits or "
        "fails.",
        "The customer makes it anew with a manual request.",
        AZURE_ENDPOINT,
        automatic,
        _READS,
    ),
    Check(
        "azure-endpoint-stale-names",
        "Private endpoint with stale names",
        "medium",
        "Clients that go by the name reach an address where nothing is.",
        "The network admin updates the private DNS zone, or lets the endpoint's zone group do it.",
        AZURE_ENDPOINT_DNS,
        stale_names,
        _READS,
        ("network interfaces",),
    ),
    Check(
        "azure-endpoint-action-required",
        "Private endpoint about which something is to be done",
        "medium",
        "The owner of the service has left a word on the connection.",
        "The customer does what it says, or asks in the Support ticket.",
        AZURE_ENDPOINT_MANAGE,
        action_required,
        _READS,
    ),
    Check(
        "azure-endpoint-malformed",
        "Private endpoint to something that is no service",
        "high",
        "A mistyped alias is accepted, and then waits for ever.",
        "The customer asks for the right name and makes the endpoint anew.",
        AZURE_ENDPOINT_TROUBLE,
        malformed,
        _READS,
    ),
    Check(
        "azure-endpoint-other-region",
        "Private endpoint to a service in another region",
        "medium",
        "Both sides of PrivateLink for Magento are in one region.",
        "The customer asks for the service of this region and makes the endpoint anew.",
        OFFER,
        endpoints.other_region,
        _READS,
    ),
    Check(
        "azure-endpoint-duplicate",
        "Two private endpoints to one service",
        "low",
        "Each endpoint is billed by the hour.",
        "The customer deletes the one that is not used.",
        AZURE_PRICING,
        endpoints.duplicate,
        _READS,
    ),
    Check(
        "azure-endpoint-idle-network",
        "Private endpoint in a network without machines",
        "info",
        "Nothing in its VNet can use it, and it is billed by the hour. Peered networks do not show here.",
        "The customer deletes it where nothing else uses it.",
        AZURE_PRICING,
        endpoints.idle_network,
        _READS,
        ("network interfaces",),
    ),
)
"""Private endpoints on Azure."""
