"""Checks of load balancers behind private link services on Azure, their pools and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about, behind_service
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.places import public_interfaces
from core.audit.sources import (
    AZURE_POOLS,
    AZURE_PRICING,
    AZURE_SERVICE,
    AZURE_SKU,
)
from core.export.advice import az
from core.network.model import LoadBalancer, TargetGroup
from core.request.identifiers import id_part

BALANCERS = "load balancers"


def serving(survey: Survey) -> Iterator[LoadBalancer]:
    """The load balancers behind own private link services."""
    return (one for one in survey.inventory.load_balancers if behind_service(survey, one))


def serving_pools(survey: Survey) -> Iterator[TargetGroup]:
    """The pools that their rules lead to, each once."""
    seen: set[str] = set()
    for balancer in serving(survey):
        for pool in survey.index.groups_of(balancer):
            if pool.id.lower() not in seen:
                seen.add(pool.id.lower())
                yield pool


def placed(id: str) -> dict[str, str]:
    """The options that name the load balancer of something that is in one, by its resource id."""
    return {**placed_group(id), "lb_name": id_part(id, "loadBalancers")}


def placed_group(id: str) -> dict[str, str]:
    """The options that name the place of a resource, by its id."""
    return {
        "resource_group": id_part(id, "resourceGroups"),
        "subscription": id_part(id, "subscriptions"),
    }


def show(one: LoadBalancer) -> str:
    """The command that shows a load balancer."""
    return az("network lb show", ids=one.id)


def not_active(survey: Survey) -> Iterator[Hit | Unread]:
    """Its provisioning failed, or is under way."""
    for one in serving(survey):
        if one.state != "active":
            yield Hit(
                about(survey, one),
                f"Its state is {one.state or 'unknown'}.",
                facts(provisioningState=one.state),
                show(one),
            )


def basic(survey: Survey) -> Iterator[Hit | Unread]:
    """It is of the Basic SKU."""
    for one in survey.inventory.load_balancers:
        if one.kind.lower() == "basic" and not behind_service(survey, one):
            yield Hit(
                about(survey, one),
                "It is Basic: no private link service can stand in front of it, and Basic is retired.",
                facts(sku__name=one.kind),
                show(one),
            )


def public(survey: Survey) -> Iterator[Hit | Unread]:
    """It has a public frontend."""
    for one in serving(survey):
        if not one.internal:
            yield Hit(
                about(survey, one),
                "It has a public frontend: what is offered over the private connection may be reachable publicly "
                "too.",
                facts(frontendIPConfigurations=one.frontend_ids),
                show(one),
            )


def no_rule(survey: Survey) -> Iterator[Hit | Unread]:
    """It has no load balancing rule."""
    for one in serving(survey):
        if not survey.index.listeners_of(one):
            yield Hit(
                about(survey, one),
                "It has no load balancing rule: every port is closed.",
                facts(loadBalancingRules=()),
                az(
                    "network lb rule create",
                    name="<name>",
                    **placed(one.id),
                    protocol="Tcp",
                    frontend_port="<port>",
                    backend_port="<port>",
                ),
            )


def public_address(survey: Survey) -> Iterator[Hit | Unread]:
    """A pool's member has a public address."""
    public = public_interfaces(survey)
    for pool in serving_pools(survey):
        for target in pool.targets:
            one = public.get((pool.network_id.lower(), target.id))
            if one is not None:
                yield Hit(
                    about(survey, pool),
                    f"Its member {target.id} has the public address {one.public_address}.",
                    facts(networkInterface=one.id, publicIPAddress=one.public_address),
                    az("network nic show", ids=one.id, query="ipConfigurations"),
                    target.id,
                )


def pool_empty(survey: Survey) -> Iterator[Hit | Unread]:
    """A pool that a rule sends to has no member."""
    for pool in serving_pools(survey):
        if not pool.targets:
            yield Hit(
                about(survey, pool),
                "No machine is in it: connections time out.",
                facts(backendIPConfigurations=()),
                az(
                    "network nic ip-config address-pool add",
                    address_pool=pool.id,
                    nic_name="<interface>",
                    ip_config_name="<its configuration>",
                    resource_group="<resource group>",
                ),
            )


def pool_by_address(survey: Survey) -> Iterator[Hit | Unread]:
    """A pool holds addresses, not interfaces."""
    for pool in serving_pools(survey):
        if pool.target_type == "ip":
            yield Hit(
                about(survey, pool),
                "It holds addresses: a private link service needs a pool of network interfaces.",
                facts(loadBalancerBackendAddresses=tuple(one.id for one in pool.targets)),
                az("network lb address-pool show", ids=pool.id),
            )


def pool_single(survey: Survey) -> Iterator[Hit | Unread]:
    """A pool has one member only."""
    for pool in serving_pools(survey):
        if len(pool.targets) == 1:
            yield Hit(
                about(survey, pool),
                f"{pool.targets[0].id} alone answers for it.",
                facts(backendIPConfigurations=(pool.targets[0].id,)),
                az(
                    "network nic ip-config address-pool add",
                    address_pool=pool.id,
                    nic_name="<second interface>",
                    ip_config_name="<its configuration>",
                    resource_group="<resource group>",
                ),
            )


def member_detached(survey: Survey) -> Iterator[Hit | Unread]:
    """A pool's member is an interface that no machine has."""
    for pool in serving_pools(survey):
        for one in pool.targets:
            machine = survey.index.machine(one.id, pool.network_id)
            if machine is not None and machine.state == "detached":
                yield Hit(
                    about(survey, pool),
                    f"Its member {one.id} is an interface without a virtual machine.",
                    facts(networkInterface=machine.interface_id or machine.id, virtualMachine="none"),
                    az("network nic show", ids=machine.interface_id or machine.id),
                    one.id,
                )


def unused(survey: Survey) -> Iterator[Hit | Unread]:
    """It has no rule and stands behind nothing."""
    for one in survey.inventory.load_balancers:
        if not behind_service(survey, one) and not survey.index.listeners_of(one):
            yield Hit(
                about(survey, one),
                "It has no load balancing rule and no private link service.",
                facts(loadBalancingRules=(), privateLinkServices=()),
                az("network lb delete", ids=one.id),
            )


READS = (BALANCERS, "private link services")

CHECKS = (
    Check(
        "azure-lb-not-active",
        "Load balancer is not ready",
        "high",
        "A load balancer whose provisioning failed keeps its last good state at best.",
        "The network admin updates it again, and looks at the activity log.",
        AZURE_SKU,
        not_active,
        READS,
    ),
    Check(
        "azure-lb-basic",
        "Basic load balancer",
        "low",
        "Private Link works with Standard load balancers only, and Basic was retired in September 2025.",
        "The network admin upgrades it before a private link service is made.",
        AZURE_SKU,
        basic,
        (BALANCERS,),
        ("private link services",),
    ),
    Check(
        "azure-lb-public",
        "Load balancer of a private link service has a public frontend",
        "high",
        "A private connection is meant to keep the application off the internet; a public address undoes that.",
        "The network admin moves the public frontend to another load balancer.",
        AZURE_SERVICE,
        public,
        READS,
    ),
    Check(
        "azure-lb-no-rule",
        "Load balancer without a rule",
        "high",
        "A load balancer answers on the ports of its rules and on no other.",
        "The network admin adds a TCP rule for each port of the request.",
        AZURE_SERVICE,
        no_rule,
        READS,
    ),
    Check(
        "azure-lb-unused",
        "Load balancer that nothing uses",
        "info",
        "It is billed by the hour once it has a rule, and hides the ones that are used.",
        "Its owner deletes it, or leaves it where a service is about to come.",
        AZURE_PRICING,
        unused,
        (BALANCERS,),
        ("private link services",),
    ),
    Check(
        "azure-pool-public-address",
        "Pool member with a public address",
        "medium",
        "What is offered over a private connection is one security rule away from the internet.",
        "The network admin takes the public address away.",
        AZURE_SERVICE,
        public_address,
        READS,
        ("network interfaces",),
        deep=True,
    ),
    Check(
        "azure-pool-empty",
        "Back-end pool without machines",
        "high",
        "The port is open and nothing stands behind it.",
        "The network admin adds the interfaces of the application's machines.",
        AZURE_POOLS,
        pool_empty,
        READS,
        ("network interfaces",),
    ),
    Check(
        "azure-pool-by-address",
        "Back-end pool by address",
        "high",
        "A private link service works with a pool of network interfaces, not of addresses.",
        "The network admin makes a pool of interfaces and points the rules at it.",
        AZURE_SERVICE,
        pool_by_address,
        READS,
    ),
    Check(
        "azure-pool-single",
        "One machine only",
        "low",
        "When that machine stops, the service stops.",
        "The application's owner adds a second machine, in another zone.",
        AZURE_POOLS,
        pool_single,
        READS,
        ("network interfaces",),
    ),
    Check(
        "azure-pool-member-detached",
        "Pool member without a machine",
        "medium",
        "An interface that no machine has answers nothing.",
        "The application's owner attaches it to a machine, or takes it out of the pool.",
        AZURE_POOLS,
        member_detached,
        READS,
        ("network interfaces",),
    ),
)
"""Load balancers behind private link services on Azure."""
