"""A made-up AWS account, before and after the set-up, and what looks at it show. Ids have AWS's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from core.cloud import Identity, NetworkChoice, Region
from core.network.model import (
    Connection,
    Endpoint,
    EndpointService,
    Instance,
    Inventory,
    Listener,
    LoadBalancer,
    Network,
    Observation,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    VendorService,
)
from core.network.model import Rule as IngressRule
from core.request.offer import Offer
from core.setup.change import tag_key

ID = "pl-7k3m9q"
OFFER = Offer()
ACCOUNT = "111122223333"
REGION = "us-west-2"
VPC = "vpc-0a1b2c3d4e5f60718"
READ = datetime(2026, 11, 16, 8, 55, tzinfo=UTC)

IDENTITY = Identity(ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/ShopAdmin/dana", "profile shop-prod")
REGIONS = (Region("eu-central-1"), Region("us-east-1"), Region(REGION))
NETWORKS = (
    NetworkChoice(VPC, "shop-prod", ("10.20.0.0/16",), False, 3, 4),
    NetworkChoice("vpc-0b2c3d4e5f6071829", "shop-dev", ("10.30.0.0/16",), False, 1, 1),
    NetworkChoice("vpc-0c3d4e5f60718293a", "", ("172.31.0.0/16",), True, 4, 4),
)

SUBNETS = (
    Subnet("subnet-0a10000000000000a", "shop-a", VPC, "10.20.1.0/24", "us-west-2a", "usw2-az1", 251),
    Subnet("subnet-0b20000000000000b", "shop-b", VPC, "10.20.2.0/24", "us-west-2b", "usw2-az2", 250),
    Subnet("subnet-0c30000000000000c", "shop-c", VPC, "10.20.3.0/24", "us-west-2c", "usw2-az3", 249),
    Subnet("subnet-0d40000000000000d", "shop-spare", VPC, "10.20.9.0/28", "us-west-2c", "usw2-az3", 7),
)
DATABASE, ORDERS = "10.20.2.10", "i-0e5f60718293a4b5c"
INSTANCES = (
    Instance("i-0d4e5f60718293a4b", "shop-db", VPC, SUBNETS[1].id, "us-west-2b", DATABASE, "running"),
    Instance(ORDERS, "shop-oms", VPC, SUBNETS[2].id, "us-west-2c", "10.20.3.10", "running"),
)
BARE = Inventory(
    "aws",
    ACCOUNT,
    REGION,
    READ,
    networks=(Network(VPC, "shop-prod", ("10.20.0.0/16",)),),
    subnets=SUBNETS,
    instances=INSTANCES,
)

ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BALANCER = f"{ELB}:loadbalancer/net/{ID}-nlb/50dc6c495c0c9188"
OWN_SERVICE = "vpce-svc-0f1e2d3c4b5a69788"
OWN_NAME = f"com.amazonaws.vpce.{REGION}.{OWN_SERVICE}"
MAGENTO_NAME = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"
ENDPOINT = "vpce-0aa11bb22cc33dd44"
INCOMING = "vpce-0ee55ff66aa77bb88"
GROUP = "sg-0c0ffee0c0ffee0c0"
ENDPOINT_HOST = f"{ENDPOINT}-3k9d2m1x.vpce-svc-0123456789abcdef0.{REGION}.vpce.amazonaws.com"
INCOMING_HOST = f"{INCOMING}-7q4z8n5v.{OWN_SERVICE}.{REGION}.vpce.amazonaws.com"

MAGENTO = VendorService(
    MAGENTO_NAME, OFFER.aws_account, ("us-west-2a", "us-west-2d"), ("usw2-az2", "usw2-az3"), True
)


def _tags(key: str) -> dict[str, str]:
    return {tag_key(ID): key}


def _target_group(port: int, kind: str, target: str) -> str:
    return f"{ELB}:targetgroup/{ID}-{port}/{port:04x}6e5f4d3c2b1a0{kind[0]}"


NLB = LoadBalancer(
    BALANCER,
    f"{ID}-nlb",
    VPC,
    "network",
    True,
    "active",
    tuple(one.id for one in SUBNETS[:3]),
    f"{ID}-nlb-50dc6c495c0c9188.elb.{REGION}.amazonaws.com",
    cross_zone=True,
    tags=_tags("load-balancer"),
)
PORTS = ((3306, "ip", DATABASE), (443, "instance", ORDERS))
MADE = {
    "load-balancer": BALANCER,
    "cross-zone": BALANCER,
    **{f"target-group/{port}": _target_group(port, kind, target) for port, kind, target in PORTS},
    **{f"targets/{port}": _target_group(port, kind, target) for port, kind, target in PORTS},
    **{
        f"listener/{port}": f"{ELB}:listener/net/{ID}-nlb/50dc6c495c0c9188/{port:04x}a1b2c3d4e5f6"
        for port, _, _ in PORTS
    },
    "endpoint-service": OWN_SERVICE,
    "principal": OWN_SERVICE,
    "security-group/1": GROUP,
    "ingress/1": GROUP,
    "endpoint/1": ENDPOINT,
}
"""The ids that the set-up's changes come to, by their keys."""

SERVICE = EndpointService(
    OWN_SERVICE,
    f"{ID}-service",
    OWN_NAME,
    "available",
    True,
    (BALANCER,),
    ("us-west-2a", "us-west-2b", "us-west-2c"),
    (OFFER.aws_principal,),
    tags=_tags("endpoint-service"),
)
STANDS = replace(
    BARE,
    load_balancers=(NLB,),
    target_groups=tuple(
        TargetGroup(
            MADE[f"target-group/{port}"],
            f"{ID}-{port}",
            VPC,
            "TCP",
            port,
            kind,
            (Target(target, port, "healthy"),),
            (BALANCER,),
            _tags(f"target-group/{port}"),
        )
        for port, kind, target in PORTS
    ),
    listeners=tuple(
        Listener(
            MADE[f"listener/{port}"],
            BALANCER,
            port,
            "TCP",
            MADE[f"target-group/{port}"],
            _tags(f"listener/{port}"),
        )
        for port, _, _ in PORTS
    ),
    endpoint_services=(SERVICE,),
)


def endpoint(state: str = "available", reason: str = "") -> Endpoint:
    """The own endpoint to Magento."""
    return Endpoint(
        ENDPOINT,
        f"{ID}-endpoint-1",
        MAGENTO_NAME,
        VPC,
        tuple(one.id for one in SUBNETS[1:3]),
        (GROUP,),
        state,  # type: ignore[arg-type]  # a row of a table
        (ENDPOINT_HOST,),
        ("10.20.2.41", "10.20.3.87"),
        created_at=READ,
        reason=reason,
        tags=_tags("endpoint/1"),
    )


def asked(
    state: str = "pending-acceptance", owner: str = OFFER.aws_account, id: str = INCOMING
) -> Connection:
    """Somebody's endpoint that asks for a connection to the own service."""
    return Connection(OWN_SERVICE, id, owner, state, READ, (INCOMING_HOST,))  # type: ignore[arg-type]


def all_stands(state: str = "pending-acceptance") -> Inventory:
    """The account with the endpoint too."""
    ports = (80,)
    rules = tuple(IngressRule("in", "tcp", port, port, "10.20.0.0/16") for port in ports)
    group = SecurityGroup(GROUP, f"{ID}-endpoint-1", VPC, rules, _tags("security-group/1"))
    return replace(STANDS, security_groups=(group,), endpoints=(endpoint(state),))


def look(
    at: datetime,
    *,
    visible: bool | None = None,
    endpoints: tuple[Endpoint, ...] = (),
    connections: tuple[Connection, ...] = (),
    bidirectional: bool = True,
) -> Observation:
    """One look. ``visible``: whether Magento's service shows itself; None where it was not asked for."""
    return Observation(
        at,
        (NLB,) if bidirectional else (),
        (SERVICE,) if bidirectional else (),
        connections,
        endpoints,
        {} if visible is None else {MAGENTO_NAME: MAGENTO if visible else None},
    )
