"""Checks of private link services on Azure: where they stand, and in front of what."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.sources import (
    AZURE_LIMITS,
    AZURE_SERVICE,
    AZURE_SERVICE_POLICY,
    AZURE_SERVICE_TROUBLE,
    AZURE_SKU,
)
from core.export.advice import az, both
from core.export.shell import Value
from core.network.model import EndpointService

SERVICES = "private link services"
MOST_SUBSCRIPTIONS = 100
"""Subscriptions that one list, visibility or auto-approval, can hold ("Private Link limits")."""
MOST_PER_BALANCER = 8
MOST_CONNECTIONS = 1000


def update(one: EndpointService, **options: Value) -> str:
    """The command that changes a private link service."""
    return az("network private-link-service update", ids=one.id, **options)


def not_ready(survey: Survey) -> Iterator[Hit | Unread]:
    """Its provisioning failed, or is under way."""
    for one in survey.inventory.endpoint_services:
        if one.state not in ("available", "deleted"):
            yield Hit(
                about(survey, one),
                f"Its state is {one.state or 'unknown'}.",
                facts(provisioningState=one.state),
                az("network private-link-service show", ids=one.id),
            )


def subnet_policy(survey: Survey) -> Iterator[Hit | Unread]:
    """Network policies are on in the subnet of its NAT addresses."""
    for one in survey.inventory.endpoint_services:
        for subnet in survey.index.subnets(one.subnet_ids):
            if subnet.link_policies is None:
                yield Unread(about(survey, one), "privateLinkServiceNetworkPolicies")
            elif subnet.link_policies:
                yield Hit(
                    about(survey, one),
                    f"Network policies are on in its subnet {subnet.name or subnet.id}.",
                    facts(subnet=subnet.id, privateLinkServiceNetworkPolicies="Enabled"),
                    az(
                        "network vnet subnet update",
                        ids=subnet.id,
                        private_link_service_network_policies="Disabled",
                    ),
                    subnet.id,
                )


def no_balancer(survey: Survey) -> Iterator[Hit | Unread]:
    """No load balancer stands behind it."""
    for one in survey.inventory.endpoint_services:
        if not one.load_balancer_ids:
            yield Hit(
                about(survey, one),
                "No load balancer's frontend stands behind it.",
                facts(loadBalancerFrontendIpConfigurations=()),
                update(one, lb_frontend_ip_configs="<id of the frontend>"),
            )


def not_standard(survey: Survey) -> Iterator[Hit | Unread]:
    """Its load balancer is of another SKU than Standard."""
    for one in survey.inventory.endpoint_services:
        for balancer in survey.index.load_balancers(one.load_balancer_ids):
            if balancer.kind.lower() != "standard":
                yield Hit(
                    about(survey, one),
                    f"Its load balancer {balancer.name} is {balancer.kind}: a private link service takes Standard.",
                    facts(loadBalancer=balancer.id, sku__name=balancer.kind),
                    az("network lb show", ids=balancer.id),
                    balancer.id,
                )


def other_region(survey: Survey) -> Iterator[Hit | Unread]:
    """It and its load balancer are in different regions."""
    for one in survey.inventory.endpoint_services:
        own = (one.region or survey.region).lower()
        for balancer in survey.index.load_balancers(one.load_balancer_ids):
            its = (balancer.region or survey.region).lower()
            if its != own:
                yield Hit(
                    about(survey, one),
                    f"It is in {own}, its load balancer {balancer.name} in {its}.",
                    facts(location=own, loadBalancer__location=its),
                    both(
                        az("network private-link-service delete", ids=one.id),
                        az(
                            "network private-link-service create",
                            name=one.name,
                            location=its,
                            resource_group="<resource group>",
                            lb_frontend_ip_configs=balancer.frontend_ids,
                            subnet="<subnet>",
                        ),
                    ),
                    balancer.id,
                )


def nat_rules(survey: Survey) -> Iterator[Hit | Unread]:
    """The frontend that it serves has inbound NAT rules."""
    for one in survey.inventory.endpoint_services:
        for balancer in survey.index.load_balancers(one.load_balancer_ids):
            served = {id.lower() for id in one.frontend_ids or balancer.frontend_ids}
            if served and served <= {id.lower() for id in balancer.nat_frontend_ids}:
                yield Hit(
                    about(survey, one),
                    f"The frontend of its load balancer {balancer.name} is used by inbound NAT rules.",
                    facts(frontendIpConfigurations__inboundNatRules=balancer.nat_frontend_ids),
                    az("network lb show", ids=balancer.id, query="inboundNatRules"),
                    balancer.id,
                )


def balancer_full(survey: Survey) -> Iterator[Hit | Unread]:
    """Its load balancer carries as many services as it can."""
    for balancer in survey.inventory.load_balancers:
        services = survey.index.services_of(balancer)
        if len(services) >= MOST_PER_BALANCER:
            yield Hit(
                about(survey, balancer),
                f"{len(services)} private link services stand in front of it, of {MOST_PER_BALANCER} at most.",
                facts(privateLinkServices=tuple(one.id for one in services)),
                az("network private-link-service delete", ids="<one that is not used>"),
            )


def lists_full(survey: Survey) -> Iterator[Hit | Unread]:
    """Nearly as many subscriptions or connections as there can be."""
    for one in survey.inventory.endpoint_services:
        listed, joined = len(one.principals or ()), len(survey.index.connections_of(one))
        for count, most, what in (
            (listed, MOST_SUBSCRIPTIONS, "subscriptions see it"),
            (joined, MOST_CONNECTIONS, "connections are on it"),
        ):
            if count * 10 >= most * 9:
                yield Hit(
                    about(survey, one),
                    f"{count} {what}, of {most} at most.",
                    facts(visibility__subscriptions=listed, privateEndpointConnections=joined),
                    az("network private-link-service show", ids=one.id),
                    what,
                )


def one_nat_address(survey: Survey) -> Iterator[Hit | Unread]:
    """All its connections share one NAT address."""
    for one in survey.inventory.endpoint_services:
        if one.nat_addresses is None:
            yield Unread(about(survey, one), "ipConfigurations")
        elif one.nat_addresses == 1:
            yield Hit(
                about(survey, one),
                "It has one NAT address, whose 64,000 ports all its connections share.",
                facts(ipConfigurations=one.nat_addresses),
                update(one, ip_configs="<the one that it has and a second>"),
            )


def proxy_protocol(survey: Survey) -> Iterator[Hit | Unread]:
    """Proxy protocol v2 goes before each connection, probes too."""
    for one in survey.inventory.endpoint_services:
        if one.proxy_protocol is None:
            yield Unread(about(survey, one), "enableProxyProtocol")
        elif one.proxy_protocol:
            yield Hit(
                about(survey, one),
                "Each connection, and each health probe, begins with a proxy protocol header.",
                facts(enableProxyProtocol=True),
                update(one, enable_proxy_protocol="false"),
            )


def unused(survey: Survey) -> Iterator[Hit | Unread]:
    """Nobody is connected, nor asks to be."""
    for one in survey.inventory.endpoint_services:
        joined = survey.index.connections_of(one)
        if not any(other.state in ("available", "pending", "pending-acceptance") for other in joined):
            yield Hit(
                about(survey, one),
                "Nobody is connected to it or asks to be.",
                facts(privateEndpointConnections=tuple(other.endpoint_id for other in joined)),
                az("network private-link-service delete", ids=one.id),
            )


_READS = (SERVICES,)

CHECKS = (
    Check(
        "azure-service-not-ready",
        "Private link service is not ready",
        "high",
        "Only a service whose provisioning succeeded takes connections.",
        "The owner of the service updates it again; one that failed is made anew.",
        AZURE_SERVICE_TROUBLE,
        not_ready,
        _READS,
    ),
    Check(
        "azure-service-subnet-policy",
        "Network policies are on in the service's subnet",
        "high",
        "The service's NAT addresses take no part in network policies; with them on, the service can't be made "
        "or changed in that subnet.",
        "The network admin disables the policy of the subnet; it concerns the service's addresses only.",
        AZURE_SERVICE_POLICY,
        subnet_policy,
        (SERVICES, "networks"),
    ),
    Check(
        "azure-service-no-balancer",
        "Private link service without a load balancer",
        "high",
        "A service leads to the frontend of its load balancer and to nothing else.",
        "The owner of the service names the frontend.",
        AZURE_SERVICE,
        no_balancer,
        _READS,
    ),
    Check(
        "azure-service-not-standard",
        "Private link service in front of a load balancer that is not Standard",
        "high",
        "Private Link works with Standard load balancers only.",
        "The network admin makes a Standard load balancer, or upgrades this one.",
        AZURE_SKU,
        not_standard,
        (SERVICES, "load balancers"),
    ),
    Check(
        "azure-service-other-region",
        "Private link service and load balancer in different regions",
        "high",
        "The service, its network and its load balancer have to be in one region.",
        "The owner of the service makes it anew in the region of the load balancer.",
        AZURE_SERVICE,
        other_region,
        (SERVICES, "load balancers"),
    ),
    Check(
        "azure-service-nat-rules",
        "Inbound NAT rules on the service's frontend",
        "medium",
        "A frontend with inbound NAT rules can't be that of a private link service.",
        "The network admin moves the rules to another frontend.",
        AZURE_SERVICE,
        nat_rules,
        (SERVICES, "load balancers"),
    ),
    Check(
        "azure-service-balancer-full",
        "Load balancer with as many services as it can have",
        "low",
        "A load balancer takes eight private link services.",
        "The network admin removes one, or uses another load balancer.",
        AZURE_LIMITS,
        balancer_full,
        (SERVICES, "load balancers"),
    ),
    Check(
        "azure-service-lists-full",
        "Private link service near its limits",
        "low",
        "A service takes 1,000 connections, and 100 subscriptions in each list.",
        "The owner of the service removes what is not used.",
        AZURE_LIMITS,
        lists_full,
        _READS,
    ),
    Check(
        "azure-service-one-nat-address",
        "Private link service with one NAT address",
        "low",
        "When its ports are used up, new connections fail without a word; further addresses bring further ports.",
        "The network admin adds NAT addresses, up to eight. They can't be taken away later.",
        AZURE_SERVICE,
        one_nat_address,
        _READS,
    ),
    Check(
        "azure-service-proxy-protocol",
        "Proxy protocol v2 is on",
        "low",
        "A machine that cannot parse the header hangs up, on the load balancer's probes as well: it is then taken "
        "for dead.",
        "The application's owner makes sure that every machine reads it, else turns it off.",
        AZURE_SERVICE,
        proxy_protocol,
        _READS,
    ),
    Check(
        "azure-service-unused",
        "Private link service that nobody uses",
        "info",
        "A service without connections is an open door for nothing.",
        "The owner of the service deletes it, or leaves it where a connection is about to come.",
        AZURE_SERVICE,
        unused,
        _READS,
    ),
)
"""Private link services on Azure."""
