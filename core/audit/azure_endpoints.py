"""Checks of private endpoints on Azure."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit import endpoints
from core.audit.about import about
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import delete, evidence
from core.audit.remedy import az
from core.audit.sources import (
    AZURE_ENDPOINT,
    AZURE_ENDPOINT_MANAGE,
    AZURE_ENDPOINT_POLICY,
    AZURE_ENDPOINT_TROUBLE,
    AZURE_PRICING,
    OFFER,
)
from core.request.identifiers import parse_service_name

ENDPOINTS = "private endpoints"


def no_address(survey: Survey) -> Iterator[Hit | Unread]:
    """It is approved and has no private address."""
    for one in survey.inventory.endpoints:
        if one.state == "available" and not one.addresses:
            yield Hit(
                about(survey, one),
                "It is approved and has no private address.",
                (*evidence(survey, one), *facts(privateIPAddress=())),
                az("network", "private-endpoint", "show", "--ids", one.id),
            )


def policies_off(survey: Survey) -> Iterator[Hit | Unread]:
    """Network policies for private endpoints are off in its subnet."""
    for one in survey.inventory.endpoints:
        for subnet in survey.index.subnets(one.subnet_ids):
            if subnet.endpoint_policies is None:
                yield Unread(about(survey, one), "privateEndpointNetworkPolicies")
            elif not subnet.endpoint_policies:
                yield Hit(
                    about(survey, one),
                    f"Network security groups do not hold for it in its subnet {subnet.name or subnet.id}.",
                    facts(subnet=subnet.id, privateEndpointNetworkPolicies="Disabled"),
                    az(
                        *("network", "vnet", "subnet", "update", "--ids", subnet.id),
                        *("--private-endpoint-network-policies", "Enabled"),
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
