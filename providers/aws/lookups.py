"""The reads that more than one room makes. Each function is one API operation, all its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from core.cloud import CloudError
from core.network import model as m
from providers.aws import read, read_balancing
from providers.aws.errors import from_code
from providers.aws.session import Clients

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_ec2.paginator import DescribeVpcEndpointServicePermissionsPaginator
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_elbv2 import type_defs as elb
    from mypy_boto3_elbv2.paginator import DescribeListenersPaginator

T = TypeVar("T")


# Each makes a class of its own every time: what is asked of every resource has one for all.
@lru_cache(maxsize=4)
def _permissions(client: EC2Client) -> DescribeVpcEndpointServicePermissionsPaginator:
    return client.get_paginator("describe_vpc_endpoint_service_permissions")


@lru_cache(maxsize=4)
def _listeners(client: ElasticLoadBalancingv2Client) -> DescribeListenersPaginator:
    return client.get_paginator("describe_listeners")


def where(**values: Sequence[str] | str | None) -> list[ec2.FilterTypeDef]:
    """EC2 filters: ``vpc_id="vpc-1"`` is the filter ``vpc-id``. What is empty is left out."""
    filters: list[ec2.FilterTypeDef] = []
    for name, value in values.items():
        if value:
            many = [value] if isinstance(value, str) else list(value)
            filters.append({"Name": name.replace("_", "-"), "Values": many})
    return filters


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    rest = list(items)
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


def vpcs(clients: Clients, network_id: str | None = None) -> list[ec2.VpcTypeDef]:
    """``DescribeVpcs``."""
    with clients.asking("ec2:DescribeVpcs"):
        pages = clients.ec2.get_paginator("describe_vpcs").paginate(Filters=where(vpc_id=network_id))
        return [item for page in pages for item in page["Vpcs"]]


def subnets(clients: Clients, network_id: str | None = None) -> list[m.Subnet]:
    """``DescribeSubnets``."""
    with clients.asking("ec2:DescribeSubnets"):
        pages = clients.ec2.get_paginator("describe_subnets").paginate(Filters=where(vpc_id=network_id))
        return [read.subnet(item) for page in pages for item in page["Subnets"]]


def service_configurations(
    clients: Clients, service_ids: Sequence[str] = ()
) -> list[ec2.ServiceConfigurationTypeDef]:
    """``DescribeVpcEndpointServiceConfigurations``: the own services, or those of these ids that are there.

    Filters, unlike ``ServiceIds``, do not fail the whole call for one id that is gone. They are applied here
    again, for answers that did not heed them.
    """
    found: list[ec2.ServiceConfigurationTypeDef] = []
    with clients.asking("ec2:DescribeVpcEndpointServiceConfigurations"):
        paginator = clients.ec2.get_paginator("describe_vpc_endpoint_service_configurations")
        for some in batches(service_ids, 200) if service_ids else ([],):
            for page in paginator.paginate(Filters=where(service_id=some)):
                found.extend(page["ServiceConfigurations"])
    return [item for item in found if not service_ids or item.get("ServiceId") in service_ids]


def permissions(clients: Clients, service_id: str) -> list[str]:
    """``DescribeVpcEndpointServicePermissions``: the principals allowed on an own service."""
    with clients.asking("ec2:DescribeVpcEndpointServicePermissions"):
        pages = _permissions(clients.ec2).paginate(ServiceId=service_id)
        return [item.get("Principal", "") for page in pages for item in page["AllowedPrincipals"]]


def connections(clients: Clients, service_ids: Sequence[str] = ()) -> list[m.Connection]:
    """``DescribeVpcEndpointConnections``: to all own services, or to these."""
    found: list[m.Connection] = []
    with clients.asking("ec2:DescribeVpcEndpointConnections"):
        paginator = clients.ec2.get_paginator("describe_vpc_endpoint_connections")
        for some in batches(service_ids, 200) if service_ids else ([],):
            for page in paginator.paginate(Filters=where(service_id=some)):
                found.extend(read.connection(item) for item in page["VpcEndpointConnections"])
    return [item for item in found if not service_ids or item.service_id in service_ids]


def endpoints(
    clients: Clients, network_id: str | None, service_names: Sequence[str] = ()
) -> list[ec2.VpcEndpointTypeDef]:
    """``DescribeVpcEndpoints``: the interface endpoints of a network, to any service or to these."""
    found = []
    with clients.asking("ec2:DescribeVpcEndpoints"):
        paginator = clients.ec2.get_paginator("describe_vpc_endpoints")
        for some in batches(service_names, 200) if service_names else ([],):
            for page in paginator.paginate(Filters=where(vpc_id=network_id, service_name=some)):
                found.extend(page["VpcEndpoints"])
    return [item for item in found if read.is_interface(item)]


def interface_addresses(clients: Clients, interface_ids: Iterable[str]) -> dict[str, str]:
    """``DescribeNetworkInterfaces``: network interface id → private address, for those that are there."""
    found: dict[str, str] = {}
    with clients.asking("ec2:DescribeNetworkInterfaces"):
        paginator = clients.ec2.get_paginator("describe_network_interfaces")
        for some in batches(interface_ids, 200):
            for page in paginator.paginate(Filters=where(network_interface_id=some)):
                for item in page["NetworkInterfaces"]:
                    found[item.get("NetworkInterfaceId", "")] = item.get("PrivateIpAddress", "")
    return found


def zone_ids(clients: Clients) -> dict[str, str]:
    """``DescribeAvailabilityZones``: this account's zone names → ids that mean the same in every account."""
    with clients.asking("ec2:DescribeAvailabilityZones"):
        answer = clients.ec2.describe_availability_zones()
        return {zone.get("ZoneName", ""): zone.get("ZoneId", "") for zone in answer["AvailabilityZones"]}


def service_details(clients: Clients, service_names: Sequence[str]) -> list[ec2.ServiceDetailTypeDef]:
    """``DescribeVpcEndpointServices`` for these names; at least one, since without a name AWS lists every
    service of the region. Raises ``service-not-visible`` where any of them does not show itself.
    """
    with clients.asking("ec2:DescribeVpcEndpointServices"):
        answer = clients.ec2.describe_vpc_endpoint_services(ServiceNames=list(service_names))
        return [item for item in answer["ServiceDetails"] if item.get("ServiceName") in service_names]


def service_detail(clients: Clients, service_name: str) -> ec2.ServiceDetailTypeDef:
    """The one service of this name. Raises ``service-not-visible``."""
    for item in service_details(clients, (service_name,)):
        return item
    raise from_code(
        "InvalidServiceName",
        f"nothing was answered for {service_name}",
        "ec2:DescribeVpcEndpointServices",
        clients.profile,
        clients.region,
    )


def visible_services(
    clients: Clients, service_names: Sequence[str]
) -> tuple[list[ec2.ServiceDetailTypeDef], list[str]]:
    """``DescribeVpcEndpointServices``: those of these names that show themselves, and the names of the others.

    One that does not fails the whole call: then each half is asked for, so that few hidden ones cost few calls.
    """
    if not service_names:
        return [], []
    try:
        return service_details(clients, service_names), []
    except CloudError as error:
        if error.code != "service-not-visible":
            raise
        if len(service_names) == 1:
            return [], list(service_names)
    middle = len(service_names) // 2
    first, hidden = visible_services(clients, service_names[:middle])
    rest, more = visible_services(clients, service_names[middle:])
    return first + rest, hidden + more


def load_balancers(clients: Clients, arns: Sequence[str] = ()) -> list[elb.LoadBalancerTypeDef]:
    """``DescribeLoadBalancers``: all, or these (20 a call at most). Raises ``not-found`` where one of these
    is gone.
    """
    found = []
    with clients.asking("elasticloadbalancing:DescribeLoadBalancers"):
        paginator = clients.elbv2.get_paginator("describe_load_balancers")
        for some in batches(arns, 20) if arns else ([],):
            for page in paginator.paginate(LoadBalancerArns=some) if some else paginator.paginate():
                found.extend(page["LoadBalancers"])
    return found


def listeners(clients: Clients, load_balancer: str) -> list[elb.ListenerTypeDef]:
    """``DescribeListeners`` of one load balancer."""
    with clients.asking("elasticloadbalancing:DescribeListeners"):
        pages = _listeners(clients.elbv2).paginate(LoadBalancerArn=load_balancer)
        return [item for page in pages for item in page["Listeners"]]


def targets(clients: Clients, target_group: str) -> list[m.Target]:
    """``DescribeTargetHealth`` of one target group."""
    with clients.asking("elasticloadbalancing:DescribeTargetHealth"):
        answer = clients.elbv2.describe_target_health(TargetGroupArn=target_group)
        return [read_balancing.target(item) for item in answer["TargetHealthDescriptions"]]


def balancer_attributes(clients: Clients, load_balancer: str) -> dict[str, str]:
    """``DescribeLoadBalancerAttributes`` of one load balancer."""
    with clients.asking("elasticloadbalancing:DescribeLoadBalancerAttributes"):
        answer = clients.elbv2.describe_load_balancer_attributes(LoadBalancerArn=load_balancer)
    return {item.get("Key", ""): str(item.get("Value", "")) for item in answer["Attributes"]}


def group_attributes(clients: Clients, target_group: str) -> dict[str, str]:
    """``DescribeTargetGroupAttributes`` of one target group."""
    with clients.asking("elasticloadbalancing:DescribeTargetGroupAttributes"):
        answer = clients.elbv2.describe_target_group_attributes(TargetGroupArn=target_group)
    return {item.get("Key", ""): str(item.get("Value", "")) for item in answer["Attributes"]}


def listener_attributes(clients: Clients, listener: str) -> dict[str, str]:
    """``DescribeListenerAttributes`` of one listener."""
    with clients.asking("elasticloadbalancing:DescribeListenerAttributes"):
        answer = clients.elbv2.describe_listener_attributes(ListenerArn=listener)
    return {item.get("Key", ""): str(item.get("Value", "")) for item in answer["Attributes"]}


def elb_tags(clients: Clients, arns: Sequence[str]) -> Mapping[str, m.Tags]:
    """``DescribeTags`` of at most 20 load balancers, target groups or listeners: ARN → tags."""
    with clients.asking("elasticloadbalancing:DescribeTags"):
        answer = clients.elbv2.describe_tags(ResourceArns=list(arns))
    return {
        item.get("ResourceArn", ""): {tag["Key"]: tag.get("Value", "") for tag in item.get("Tags", ())}
        for item in answer["TagDescriptions"]
    }
