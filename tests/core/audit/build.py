"""An account and a subscription in which nothing is wrong, and small changes to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.network.model import (
    Connection,
    DnsRecord,
    Endpoint,
    EndpointService,
    HealthCheck,
    Instance,
    Interface,
    Inventory,
    Listener,
    LoadBalancer,
    Network,
    NetworkAcl,
    Quota,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    VendorService,
)
from core.request.offer import Offer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN, STRANGER = "111122223333", "999900001111"
ELB = f"arn:aws:elasticloadbalancing:us-west-2:{OWN}"
LB, TG = f"{ELB}:loadbalancer/net/shop/0aa", f"{ELB}:targetgroup/shop/0bb"
LISTENER = f"{ELB}:listener/net/shop/0aa/0cc"
VPC, SERVICE, ENDPOINT = "vpc-0aaa", "vpce-svc-0aaa", "vpce-0aaa"
MAGENTO_SERVICE = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"

SUB, MAGENTO_SUB = "11111111-2222-3333-4444-555555555555", "99999999-8888-7777-6666-555555555555"
STRANGER_SUB = "00000000-0000-0000-0000-00000000beef"
GROUP = f"/subscriptions/{SUB}/resourceGroups/shop-rg"
NET = f"{GROUP}/providers/Microsoft.Network"
VNET, PLS, PE = (
    f"{NET}/virtualNetworks/shop",
    f"{NET}/privateLinkServices/shop-pls",
    f"{NET}/privateEndpoints/shop-pe",
)
NSG = f"{NET}/networkSecurityGroups/app-nsg"
ALB = f"{NET}/loadBalancers/shop-lb"
POOL, LBRULE = f"{ALB}/backendAddressPools/pool", f"{ALB}/loadBalancingRules/tcp-3306"
GUID = "abcdefab-1234-1234-1234-abcdefabcdef"
ALIAS = f"magento-pls.{GUID}.eastus2.azure.privatelinkservice"

OFFER = Offer(azure_subscriptions=(MAGENTO_SUB,))

Edit = Callable[[Inventory], Inventory]


def edited(kind: str, place: int = 0, /, **changes: Any) -> Edit:
    """Change one resource of a kind."""

    def edit(inventory: Inventory) -> Inventory:
        many = list(getattr(inventory, kind))
        many[place] = replace(many[place], **changes)
        return replace(inventory, **{kind: tuple(many)})

    return edit


def added(kind: str, place: int = 0, /, **changes: Any) -> Edit:
    """Add a copy of a resource, changed."""

    def edit(inventory: Inventory) -> Inventory:
        many = getattr(inventory, kind)
        return replace(inventory, **{kind: (*many, replace(many[place], **changes))})

    return edit


def without(kind: str) -> Edit:
    """Remove every resource of a kind."""
    return lambda inventory: replace(inventory, **{kind: ()})


def rules(place: int, *more: Rule, only: bool = False) -> Edit:
    """Add rules to a security group, or replace all of its rules."""

    def edit(inventory: Inventory) -> Inventory:
        kept = () if only else inventory.security_groups[place].rules
        return edited("security_groups", place, rules=(*more, *kept))(inventory)

    return edit


def done(inventory: Inventory, *edits: Edit) -> Inventory:
    """An inventory after changes."""
    for edit in edits:
        inventory = edit(inventory)
    return inventory


def shuffled(inventory: Inventory, seed: int) -> Inventory:
    """The same in another order: each list of the inventory, as the calls of a collection may come back."""
    generator = random.Random(seed)
    lists = {
        one.name: many for one in fields(inventory) if isinstance(many := getattr(inventory, one.name), tuple)
    }
    return replace(
        inventory,
        **{name: tuple(generator.sample(many, len(many))) for name, many in lists.items()},
    )


def _subnet(letter: str, number: int) -> Subnet:
    return Subnet(
        f"subnet-0{letter}",
        f"app-{letter}",
        VPC,
        f"10.20.{number}.0/24",
        f"us-west-2{letter}",
        f"usw2-az{number}",
        200,
        acl_id="acl-0a",
    )


def _allow(port: int, peer: str = "10.20.0.0/16") -> Rule:
    return Rule("in", "tcp", port, port, peer)


_OUT = Rule("out", "all", 0, 65535, "0.0.0.0/0")

AWS = Inventory(
    platform="aws",
    account=OWN,
    region="us-west-2",
    taken_at=NOW,
    detail="audit",
    networks=(Network(VPC, "shop", ("10.20.0.0/16",), dns_support=True, dns_hostnames=True),),
    subnets=(_subnet("a", 1), _subnet("b", 2)),
    instances=(
        Instance("i-0a", "db-a", VPC, "subnet-0a", "us-west-2a", "10.20.1.10", "running", ("sg-0app",)),
        Instance("i-0b", "db-b", VPC, "subnet-0b", "us-west-2b", "10.20.2.10", "running", ("sg-0app",)),
    ),
    security_groups=(
        SecurityGroup("sg-0app", "app", VPC, (_allow(3306), _OUT)),
        SecurityGroup("sg-0end", "endpoint", VPC, (_allow(443), _OUT)),
        SecurityGroup("sg-0lb", "balancer", VPC, (_allow(3306), _OUT)),
        SecurityGroup("sg-0def", "default", VPC, (Rule("in", "all", 0, 65535, "sg-0def"), _OUT)),
    ),
    load_balancers=(
        LoadBalancer(
            id=LB,
            name="shop",
            network_id=VPC,
            kind="network",
            internal=True,
            state="active",
            subnet_ids=("subnet-0a", "subnet-0b"),
            dns_name="shop-0aa.elb.us-west-2.amazonaws.com",
            security_group_ids=("sg-0lb",),
            cross_zone=True,
            zones=("us-west-2a", "us-west-2b"),
            zone_ids=("usw2-az1", "usw2-az2"),
            filters_private_link=False,
            deletion_protection=True,
            access_logs=False,
            addresses=("10.20.1.30", "10.20.2.30"),
        ),
    ),
    listeners=(Listener(LISTENER, LB, 3306, "TCP", TG, idle_timeout=350),),
    target_groups=(
        TargetGroup(
            id=TG,
            name="shop",
            network_id=VPC,
            protocol="TCP",
            port=3306,
            target_type="ip",
            targets=(Target("10.20.1.10", 3306, "healthy"), Target("10.20.2.10", 3306, "healthy")),
            load_balancer_ids=(LB,),
            health_check=HealthCheck("TCP"),
            proxy_protocol=False,
            keeps_client_address=False,
            cross_zone="inherited",
        ),
    ),
    endpoint_services=(
        EndpointService(
            id=SERVICE,
            name="shop",
            service_name=f"com.amazonaws.vpce.us-west-2.{SERVICE}",
            state="available",
            acceptance_required=True,
            load_balancer_ids=(LB,),
            zones=("us-west-2a", "us-west-2b"),
            zone_ids=("usw2-az1", "usw2-az2"),
            private_dns_state="",
            principals=("arn:aws:iam::402592597372:root",),
            tags={"privatelink:shop-1": "endpoint-service"},
        ),
    ),
    connections=(Connection(SERVICE, "vpce-0fff", "402592597372", "available", NOW - timedelta(days=9)),),
    endpoints=(
        Endpoint(
            id=ENDPOINT,
            name="magento",
            service_name=MAGENTO_SERVICE,
            network_id=VPC,
            subnet_ids=("subnet-0a", "subnet-0b"),
            security_group_ids=("sg-0end",),
            state="available",
            dns_names=("vpce-0aaa.vpce-svc-0123456789abcdef0.us-west-2.vpce.amazonaws.com",),
            addresses=("10.20.1.20", "10.20.2.20"),
            created_at=NOW - timedelta(days=9),
        ),
    ),
    network_acls=(
        NetworkAcl(
            "acl-0a",
            "default",
            VPC,
            True,
            ("subnet-0a", "subnet-0b"),
            (
                Rule("in", "all", 0, 65535, "0.0.0.0/0", True, 100),
                Rule("in", "all", 0, 65535, "0.0.0.0/0", False, 32767),
                Rule("out", "all", 0, 65535, "0.0.0.0/0", True, 100),
                Rule("out", "all", 0, 65535, "0.0.0.0/0", False, 32767),
            ),
        ),
    ),
    vendor_services=(
        VendorService(
            MAGENTO_SERVICE, "402592597372", ("us-west-2a", "us-west-2b"), ("usw2-az1", "usw2-az2"), True
        ),
    ),
    interfaces=(Interface("eni-0a", VPC, "subnet-0a", "interface", ("10.20.1.10",), ("sg-0app",), "i-0a"),),
    quotas=(Quota("L-29B6F2EB", "Interface VPC endpoints per VPC", 50, 1, "account", VPC),),
)
"""An account in which both directions stand and nothing is wrong."""


def _azure_subnet(name: str, number: int, *, link: bool = True) -> Subnet:
    return Subnet(
        f"{VNET}/subnets/{name}",
        name,
        VNET,
        f"10.20.{number}.0/24",
        "",
        "",
        200,
        link_policies=link,
        endpoint_policies=True,
        endpoint_policy="enabled",
        security_group_id=NSG,
    )


NAT, APP = f"{VNET}/subnets/nat", f"{VNET}/subnets/app"


def _machine(name: str, address: str) -> Instance:
    return Instance(
        f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}",
        name,
        VNET,
        APP,
        "",
        address,
        "attached",
        (NSG,),
        f"{NET}/networkInterfaces/{name}-nic",
    )


AZURE = Inventory(
    platform="azure",
    account=SUB,
    region="eastus2",
    taken_at=NOW,
    detail="audit",
    networks=(Network(VNET, "shop", ("10.20.0.0/16",), dns_servers=(), peer_ids=()),),
    subnets=(_azure_subnet("nat", 1, link=False), _azure_subnet("app", 2)),
    instances=(_machine("db-a", "10.20.2.4"), _machine("db-b", "10.20.2.5")),
    security_groups=(
        SecurityGroup(
            NSG,
            "app-nsg",
            VNET,
            (
                Rule("in", "tcp", 3306, 3306, "10.20.0.0/16", True, 100),
                Rule("in", "all", 0, 65535, "VirtualNetwork", True, 65000),
                Rule("in", "all", 0, 65535, "AzureLoadBalancer", True, 65001),
                Rule("in", "all", 0, 65535, "*", False, 65500),
            ),
        ),
    ),
    load_balancers=(
        LoadBalancer(
            id=ALB,
            name="shop-lb",
            network_id=VNET,
            kind="Standard",
            internal=True,
            state="active",
            subnet_ids=(APP,),
            dns_name="10.20.2.9",
            frontend_ids=(f"{ALB}/frontendIPConfigurations/frontend",),
        ),
    ),
    listeners=(
        Listener(
            LBRULE,
            ALB,
            3306,
            "TCP",
            POOL,
            target_port=3306,
            idle_timeout=240,
            health_check=HealthCheck("TCP", 3306),
            floating_address=False,
        ),
    ),
    target_groups=(
        TargetGroup(
            id=POOL,
            name="pool",
            network_id=VNET,
            protocol="TCP",
            port=3306,
            target_type="nic",
            targets=(Target("10.20.2.4", 3306, "unknown"), Target("10.20.2.5", 3306, "unknown")),
            load_balancer_ids=(ALB,),
        ),
    ),
    endpoint_services=(
        EndpointService(
            id=PLS,
            name="shop-pls",
            service_name=f"shop-pls.{GUID}.eastus2.azure.privatelinkservice",
            state="available",
            acceptance_required=True,
            load_balancer_ids=(ALB,),
            zones=(),
            principals=(MAGENTO_SUB,),
            subnet_ids=(NAT,),
            proxy_protocol=False,
            nat_addresses=2,
            frontend_ids=(f"{ALB}/frontendIPConfigurations/frontend",),
            tags={"privatelink:shop-1": "endpoint-service"},
        ),
    ),
    connections=(
        Connection(
            PLS,
            f"/subscriptions/{MAGENTO_SUB}/resourceGroups/m/providers/Microsoft.Network/privateEndpoints/m",
            MAGENTO_SUB,
            "available",
            name="m.0aa",
        ),
    ),
    endpoints=(
        Endpoint(
            id=PE,
            name="shop-pe",
            service_name=ALIAS,
            network_id=VNET,
            subnet_ids=(APP,),
            security_group_ids=(),
            state="available",
            dns_names=(),
            addresses=("10.20.2.20",),
            manual=True,
            dns_records=(DnsRecord("shop.example.com", ("10.20.2.20",)),),
            created_at=NOW - timedelta(days=9),
        ),
    ),
    interfaces=(Interface(f"{NET}/networkInterfaces/db-a-nic", VNET, APP, "machine", ("10.20.2.4",)),),
    quotas=(Quota("PrivateEndpoints", "Private Endpoints", 1000, 1, "account"),),
)
"""A subscription in which both directions stand and nothing is wrong."""


def large(count: int) -> Inventory:
    """An account with ``count`` resources of the kinds that cost the most, a part of them faulty."""
    each = max(count // 5, 1)
    account = AWS
    balancers, listeners, groups, services, endpoints = [], [], [], [], []
    for number in range(each):
        lb, tg = f"{LB}{number}", f"{AWS.target_groups[0].id}{number}"
        balancers.append(replace(AWS.load_balancers[0], id=lb, cross_zone=bool(number % 3)))
        listeners.append(replace(AWS.listeners[0], id=f"{lb}/l", load_balancer_id=lb, target_group_id=tg))
        groups.append(replace(AWS.target_groups[0], id=tg, load_balancer_ids=(lb,)))
        services.append(
            replace(
                AWS.endpoint_services[0],
                id=f"vpce-svc-{number:x}",
                load_balancer_ids=(lb,),
                acceptance_required=bool(number % 5),
            )
        )
        endpoints.append(replace(AWS.endpoints[0], id=f"vpce-{number:x}", private_dns=not number % 7))
    return replace(
        account,
        load_balancers=tuple(balancers),
        listeners=tuple(listeners),
        target_groups=tuple(groups),
        endpoint_services=tuple(services),
        endpoints=tuple(endpoints),
    )
