"""A made-up Azure subscription, before and after the set-up, and what looks at it show. Ids have Azure's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.cloud import Account, Identity, NetworkChoice, Region
from core.network.model import (
    Connection,
    Endpoint,
    EndpointService,
    Instance,
    Inventory,
    LoadBalancer,
    Network,
    Observation,
    Subnet,
    VendorService,
)
from core.request.offer import Offer
from core.setup.change import tag_key
from tests.tui.screens.account import ID, READ

SUBSCRIPTION = "5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f"
MAGENTO = "9d3b7f41-2c58-4a6e-b1f0-6f5e4d3c2b1a"
TENANT = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9"
LOCATION = "westeurope"
OFFER = Offer()
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop"
NET = f"{GROUP}/providers/Microsoft.Network"
VNET = f"{NET}/virtualNetworks/shop-prod"
ALIAS_OF_MAGENTO = (
    f"magento-privatelink.271a6570-c0b6-4c67-851e-43b2c54a5ba1.{LOCATION}.azure.privatelinkservice"
)
OWN_ALIAS = f"{ID}-pls.8f14e45f-ceea-467f-a0e6-3d0c1b2a4f5e.{LOCATION}.azure.privatelinkservice"

IDENTITY = Identity(SUBSCRIPTION, "dana@shop.example", "device code")
ACCOUNTS = (
    Account("77777777-1111-4222-8333-444444444444", "Shop Development"),
    Account(SUBSCRIPTION, "Shop Production"),
)
REGIONS = (Region("eastus2"), Region("northeurope"), Region(LOCATION))
NETWORKS = (
    NetworkChoice(f"{NET}/virtualNetworks/shop-dev", "shop-dev", ("10.30.0.0/16",), False, 0, 1),
    NetworkChoice(VNET, "shop-prod", ("10.20.0.0/16",), False, 0, 3),
)


def _subnet(name: str, number: int, free: int, policies: bool) -> Subnet:
    return Subnet(
        f"{VNET}/subnets/{name}", name, VNET, f"10.20.{number}.0/24", "", "", free,
        link_policies=policies, endpoint_policies=False,
    )  # fmt: skip


SUBNETS = (
    _subnet("shop-backend", 1, 247, True),
    _subnet("shop-endpoints", 2, 251, True),
    _subnet("shop-nat", 3, 250, False),
)
DATABASE = "10.20.1.20"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/shop-oms"
INSTANCES = tuple(
    Instance(
        f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}",
        name,
        VNET,
        SUBNETS[0].id,
        "",
        address,
        "attached",
        interface_id=f"{NET}/networkInterfaces/{name}-nic",
    )
    for name, address in (("shop-db", DATABASE), ("shop-oms", "10.20.1.21"))
)
BARE = Inventory(
    "azure",
    SUBSCRIPTION,
    LOCATION,
    READ,
    networks=(Network(VNET, "shop-prod", ("10.20.0.0/16",)),),
    subnets=SUBNETS,
    instances=INSTANCES,
)

BALANCER = f"{NET}/loadBalancers/{ID}-lb"
SERVICE = f"{NET}/privateLinkServices/{ID}-pls"
ENDPOINT = f"{NET}/privateEndpoints/{ID}-endpoint-1"
THEIRS = f"/subscriptions/{MAGENTO}/resourceGroups/magento-cloud/providers/Microsoft.Network"
INCOMING = f"{THEIRS}/privateEndpoints/magento-1"
VENDOR = VendorService(ALIAS_OF_MAGENTO, "", (), (), True)
KINDS = {"load-balancer": BALANCER, "endpoint-service": SERVICE, "principal": SERVICE, "endpoint": ENDPOINT}
"""The ids that changes come to, by their kinds; every other keeps the name of what it changes."""

LB = LoadBalancer(
    BALANCER,
    f"{ID}-lb",
    VNET,
    "Standard",
    True,
    "active",
    (SUBNETS[0].id,),
    "10.20.1.8",
    frontend_ids=(f"{BALANCER}/frontendIPConfigurations/front",),
    tags={tag_key(ID): "load-balancer"},
)


def service(*seen_by: str) -> EndpointService:
    """The own private link service, visible to these subscriptions."""
    return EndpointService(
        SERVICE, f"{ID}-pls", OWN_ALIAS, "available", True, (BALANCER,), (), seen_by,
        subnet_ids=(SUBNETS[2].id,), tags={tag_key(ID): "endpoint-service"},
    )  # fmt: skip


def endpoint(state: str = "available") -> Endpoint:
    """The own private endpoint to Magento."""
    return Endpoint(
        ENDPOINT,
        f"{ID}-endpoint-1",
        ALIAS_OF_MAGENTO,
        VNET,
        (SUBNETS[1].id,),
        (),
        state,  # type: ignore[arg-type]  # a row of a table
        (),
        ("10.20.2.4",),
        created_at=READ,
        tags={tag_key(ID): "endpoint/1"},
    )


def asked(state: str = "pending-acceptance", owner: str = MAGENTO) -> Connection:
    """A private endpoint that asks for a connection to the own service."""
    id = INCOMING.replace(MAGENTO, owner).replace("magento", "magento" if owner == MAGENTO else "someone")
    return Connection(SERVICE, id, owner, state, READ, (), "magento-1.guid")  # type: ignore[arg-type]


STANDS = replace(BARE, load_balancers=(LB,), endpoint_services=(service(MAGENTO),))


def look(
    at: datetime,
    *,
    visible: bool | None = None,
    endpoints: tuple[Endpoint, ...] = (),
    connections: tuple[Connection, ...] = (),
    seen_by: tuple[str, ...] = (MAGENTO,),
) -> Observation:
    """One look. ``visible``: whether Magento's service shows itself; None where it was not asked for."""
    return Observation(
        at,
        (LB,),
        (service(*seen_by),),
        connections,
        endpoints,
        {} if visible is None else {ALIAS_OF_MAGENTO: VENDOR if visible else None},
    )
