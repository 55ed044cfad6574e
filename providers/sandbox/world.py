"""The seeded world: a customer who has a shop to connect, and Magento with a service to connect to.

In the plain shape (:mod:`core.walkthrough.shape`; another one has its own names, addresses and servers). Ids are the
cloud's own. Customer, 111122223333:

- VPC ``shop-prod`` 10.20.0.0/16 over up to three zones, in each a private and a public subnet;
  ``shop-db`` (3306), ``shop-oms`` (443, 8080) and ``shop-sftp`` (2222) in private ones; an internet-facing
  application load balancer that has nothing to do with it all
- VPC ``shop-dev`` 10.30.0.0/16, and the default VPC

Magento: VPC ``magento-cloud`` 10.0.0.0/16 with two web servers, a network load balancer without listeners and
an endpoint service in front of it, in all but the first of the customer's zones and, where the region has one
more, in that. Zone names differ between the two accounts, as AWS's do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.request.model import (
    ConnectionType,
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
)
from core.request.offer import Offer
from core.walkthrough.shape import PLAIN, Shape, by_type, played_request
from providers.aws.session import Clients
from providers.sandbox.ground import LISTENS

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_ec2.literals import ResourceTypeType as ResourceType
    from mypy_boto3_elbv2 import type_defs as elb

CUSTOMER = "111122223333"
IMAGE = "ami-12c6146b"
"""Any image: nothing is started from it."""
ANYWHERE = "0.0.0.0/0"
PROJECT = "abcdefg123456"


@dataclass(frozen=True, slots=True)
class World:
    """What the seed made. ``hosts`` maps the customer's instance names to their private addresses."""

    region: str
    vpc: str
    private_subnets: tuple[str, ...]
    hosts: Mapping[str, str]
    instances: Mapping[str, str]
    magento_vpc: str
    magento_subnets: tuple[str, ...]
    magento_hosts: tuple[str, ...]
    magento_load_balancer: str
    service_id: str
    service_name: str


def seed(customer: Clients, magento: Clients, shape: Shape = PLAIN) -> World:
    """Make both sides, the customer in a shape. Raises CloudError as any cloud does."""
    zones = _zones(customer)
    shop = zones[: shape.zones]
    shared = shop[1:] or shop
    vpc = _vpc(customer, shape.name, shape.cidr)
    private = _subnets(customer, vpc, "shop-private", f"{shape.half}.{{}}.0/24", shop, 1)
    public = _subnets(customer, vpc, "shop-public", f"{shape.half}.{{}}.0/24", shop, 101)
    for subnet in public:
        customer.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    hosts, instances = _shop(customer, vpc, private, shape)
    _storefront(customer, vpc, public, instances.get("shop-oms") or next(iter(instances.values())))
    dev = _vpc(customer, "shop-dev", "10.30.0.0/16")
    _subnets(customer, dev, "shop-dev", "10.30.{}.0/24", shop[:1], 1)

    magento_vpc = _vpc(magento, "magento-cloud", "10.0.0.0/16")
    their_zones = [*shared, *zones[shape.zones : shape.zones + 1]]
    theirs = _subnets(magento, magento_vpc, "magento", "10.0.{}.0/24", their_zones, 1)
    web = _group(magento, magento_vpc, "magento-web", [(0, 65535, "10.0.0.0/16")])
    _open_default_group(magento, magento_vpc, "10.0.0.0/16")
    servers = [
        _instance(magento, f"magento-web-{number}", subnet, f"10.0.{number}.20", web, "all")
        for number, subnet in enumerate(theirs[:2], 1)
    ]
    balancer, service = _magento_service(magento, theirs)
    return World(
        region=customer.region,
        vpc=vpc,
        private_subnets=tuple(private),
        hosts=hosts,
        instances=instances,
        magento_vpc=magento_vpc,
        magento_subnets=tuple(theirs),
        magento_hosts=tuple(servers),
        magento_load_balancer=balancer,
        service_id=service.get("ServiceId", ""),
        service_name=service.get("ServiceName", ""),
    )


def practice(world: World, account: str, shape: Shape) -> Mapping[ConnectionType, Draft]:
    """The requests that fit the seeded world: the shape's own, else one of each connection type."""
    subnets = world.private_subnets if shape.request and shape.request.subnets else ()
    cloud = DraftCloud(
        platform="aws", account=account, region=world.region, network=world.vpc, subnets=subnets
    )
    own = played_request(
        shape, cloud, lambda name, address: (world.hosts if address else world.instances)[name]
    )
    return by_type(own, lambda kind: request_draft(world, kind, account))


def request_draft(world: World, kind: ConnectionType, account: str) -> Draft:
    """A request that fits the seeded world."""
    offer = Offer()
    fitting = [name for name, place in offer.regions.items() if place.region == world.region]
    services = [
        DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento"),
        DraftService(name="SFTP", protocol="SFTP", port=2222, direction="to-magento"),
    ]
    if kind == "bidirectional":
        database, orders = world.hosts["shop-db"], world.instances["shop-oms"]
        services = [
            services[0],
            DraftService(
                name="Database", protocol="TCP", port=3306, direction="from-magento", targets=(database,)
            ),
            DraftService(
                name="Orders", protocol="HTTPS", port=443, direction="from-magento", targets=(orders,)
            ),
        ]
    return Draft(
        project=DraftProject(
            id=PROJECT,
            plan="pro",
            environment="production",
            region=fitting[0] if fitting else "US-3",
        ),
        cloud=DraftCloud(platform="aws", account=account, region=world.region, network=world.vpc),
        connection=DraftConnection(type=kind),
        services=tuple(services),
    )


def open_port(magento: Clients, world: World, port: int) -> None:
    """Magento's side of step 3 for one port: a listener, and the web servers behind it. Idempotent."""
    group = magento.elbv2.create_target_group(
        Name=f"magento-{port}", Protocol="TCP", Port=port, VpcId=world.magento_vpc, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    magento.elbv2.register_targets(
        TargetGroupArn=group, Targets=[{"Id": host, "Port": port} for host in world.magento_hosts]
    )
    magento.elbv2.create_listener(
        LoadBalancerArn=world.magento_load_balancer,
        Protocol="TCP",
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )


def _zones(clients: Clients) -> list[str]:
    answer = clients.ec2.describe_availability_zones()
    return [zone.get("ZoneId", "") for zone in answer["AvailabilityZones"]]


def _name(kind: ResourceType, **tags: str) -> list[ec2.TagSpecificationTypeDef]:
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def _vpc(clients: Clients, name: str, cidr: str) -> str:
    answer = clients.ec2.create_vpc(CidrBlock=cidr, TagSpecifications=_name("vpc", Name=name))
    return answer["Vpc"].get("VpcId", "")


def _subnets(clients: Clients, vpc: str, name: str, cidr: str, zones: Sequence[str], first: int) -> list[str]:
    return [
        clients.ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=cidr.format(first + number),
            AvailabilityZoneId=zone,
            TagSpecifications=_name("subnet", Name=f"{name}-{number + 1}"),
        )["Subnet"].get("SubnetId", "")
        for number, zone in enumerate(zones)
    ]


def _group(clients: Clients, vpc: str, name: str, rules: Sequence[tuple[int, int, str]]) -> str:
    group = clients.ec2.create_security_group(
        GroupName=name, Description=f"{name} of the sandbox", VpcId=vpc
    )["GroupId"]
    _admit(clients, group, rules)
    return group


def _admit(clients: Clients, group: str, rules: Sequence[tuple[int, int, str]]) -> None:
    clients.ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, "IpRanges": [{"CidrIp": cidr}]}
            for low, high, cidr in rules
        ],
    )


def _open_default_group(clients: Clients, vpc: str, cidr: str) -> None:
    groups = clients.ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    _admit(clients, groups[0].get("GroupId", ""), [(0, 65535, cidr)])


def _instance(clients: Clients, name: str, subnet: str, address: str, group: str, listens: str) -> str:
    tags: list[ec2.TagTypeDef] = [{"Key": "Name", "Value": name}, {"Key": LISTENS, "Value": listens}]
    answer = clients.ec2.run_instances(
        ImageId=IMAGE,
        InstanceType="t3.medium",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        PrivateIpAddress=address,
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    return answer["Instances"][0].get("InstanceId", "")


def _shop(
    clients: Clients, vpc: str, subnets: Sequence[str], shape: Shape
) -> tuple[dict[str, str], dict[str, str]]:
    """The customer's servers, one a zone as far as there are zones: addresses and ids by name."""
    hosts: dict[str, str] = {}
    instances: dict[str, str] = {}
    for number, (name, ports) in enumerate(shape.hosts.items()):
        place = number % len(subnets)
        hosts[name] = f"{shape.half}.{place + 1}.{20 + number}"
        group = _group(clients, vpc, name, [(port, port, shape.cidr) for port in ports])
        listens = ",".join(str(port) for port in ports)
        instances[name] = _instance(clients, name, subnets[place], hosts[name], group, listens)
    return hosts, instances


def _storefront(clients: Clients, vpc: str, subnets: Sequence[str], instance: str) -> None:
    if len(subnets) < 2:
        # An application load balancer needs two zones.
        return
    group = _group(clients, vpc, "shop-alb", [(80, 80, ANYWHERE)])
    balancer = clients.elbv2.create_load_balancer(
        Name="shop-alb", Type="application", Subnets=list(subnets), SecurityGroups=[group]
    )["LoadBalancers"][0].get("LoadBalancerArn", "")
    targets = clients.elbv2.create_target_group(
        Name="shop-web", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="instance"
    )["TargetGroups"][0].get("TargetGroupArn", "")
    clients.elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": instance}])
    clients.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
    )


def _magento_service(clients: Clients, subnets: Sequence[str]) -> tuple[str, ec2.ServiceConfigurationTypeDef]:
    balancer = clients.elbv2.create_load_balancer(
        Name="magento-privatelink", Type="network", Scheme="internal", Subnets=list(subnets)
    )["LoadBalancers"][0].get("LoadBalancerArn", "")
    attributes: list[elb.LoadBalancerAttributeTypeDef] = [
        {"Key": "load_balancing.cross_zone.enabled", "Value": "true"}
    ]
    clients.elbv2.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)
    service = clients.ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True,
        NetworkLoadBalancerArns=[balancer],
        TagSpecifications=_name("vpc-endpoint-service", Name="magento-privatelink"),
    )["ServiceConfiguration"]
    return balancer, service
