"""What a collection reads for an audit beyond what a plan needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from botocore.parsers import ResponseParserError

from providers.aws import lookups, read_ground
from providers.aws.found import Found
from providers.aws.session import Clients
from providers.parts import Part

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import type_defs as cw
    from mypy_boto3_elbv2 import type_defs as elb

PAGE = 1000
"""The largest page that EC2 gives."""

LAYER_4 = ("TCP", "TLS", "UDP", "TCP_UDP")
"""Protocols of a network load balancer; the attributes of other target groups say nothing about PrivateLink."""

PARTNERS = ".vpce-svc-"
"""In the name of every endpoint service that is not AWS's own."""

Attribute = Literal["enableDnsSupport", "enableDnsHostnames"]


@contextmanager
def _asking(clients: Clients, operation: str) -> Iterator[None]:
    """As :meth:`Clients.asking`, for the APIs that speak JSON: where something else came back, the SDK answers
    without the members that there must be, or stumbles over its bytes.
    """
    with clients.asking(operation):
        try:
            yield
        except (AttributeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise ResponseParserError(f"no answer of the API: {error}") from error


def roots(clients: Clients, network_id: str | None, found: Found) -> Iterable[Part]:
    """What depends on nothing."""
    inside = lookups.where(vpc_id=network_id)

    def network_acls() -> int:
        with clients.asking("ec2:DescribeNetworkAcls"):
            pages = clients.ec2.get_paginator("describe_network_acls").paginate(Filters=inside)
            found.network_acls = [
                read_ground.network_acl(item) for page in pages for item in page["NetworkAcls"]
            ]
        return len(found.network_acls)

    def route_tables() -> int:
        with clients.asking("ec2:DescribeRouteTables"):
            pages = clients.ec2.get_paginator("describe_route_tables").paginate(Filters=inside)
            found.route_tables = [
                read_ground.route_table(item) for page in pages for item in page["RouteTables"]
            ]
        return len(found.route_tables)

    def interfaces() -> int:
        with clients.asking("ec2:DescribeNetworkInterfaces"):
            pages = clients.ec2.get_paginator("describe_network_interfaces").paginate(
                Filters=inside, PaginationConfig={"PageSize": PAGE}
            )
            found.interfaces = [item for page in pages for item in page["NetworkInterfaces"]]
        for item in found.interfaces:
            found.addresses[item.get("NetworkInterfaceId", "")] = item.get("PrivateIpAddress", "")
        return len(found.interfaces)

    def zones() -> int:
        found.zone_ids.update(lookups.zone_ids(clients))
        return len(found.zone_ids)

    def balancing_limits() -> int:
        with clients.asking("elasticloadbalancing:DescribeAccountLimits"):
            pages = clients.elbv2.get_paginator("describe_account_limits").paginate()
            told = {item.get("Name", ""): item.get("Max", "") for page in pages for item in page["Limits"]}
        found.limits.update({name: int(limit) for name, limit in told.items() if limit.isdigit()})
        return len(told)

    def network_limits() -> int:
        with _asking(clients, "servicequotas:ListServiceQuotas"):
            pages = clients.quotas().get_paginator("list_service_quotas").paginate(ServiceCode="vpc")
            told = {item.get("QuotaCode", ""): item.get("Value") for page in pages for item in page["Quotas"]}
        found.limits.update({code: int(limit) for code, limit in told.items() if limit is not None})
        return len(told)

    return (
        Part("network ACLs", network_acls),
        Part("route tables", route_tables),
        Part("network interfaces", interfaces),
        Part("zones", zones),
        Part("load balancing quotas", balancing_limits),
        Part("network quotas", network_limits),
    )


def of_networks(clients: Clients, found: Found) -> Iterable[Part]:
    """The two attributes that private DNS needs, of each network."""

    def attribute(network: str, name: Attribute) -> int:
        with clients.asking("ec2:DescribeVpcAttribute"):
            answer = clients.ec2.describe_vpc_attribute(VpcId=network, Attribute=name)
        told = answer["EnableDnsSupport" if name == "enableDnsSupport" else "EnableDnsHostnames"]
        found.dns[network][name] = told.get("Value", False)
        return 1

    names: tuple[Attribute, ...] = ("enableDnsSupport", "enableDnsHostnames")
    for network in found.networks:
        found.dns[network.id] = {}
        for name in names:
            yield Part("DNS attributes", partial(attribute, network.id, name))


def of_listeners(clients: Clients, found: Found, listeners: Sequence[elb.ListenerTypeDef]) -> Iterable[Part]:
    """The idle timeout of those that have one to set: the TCP ones."""

    def attributes(arn: str) -> int:
        found.attributes[arn] = lookups.listener_attributes(clients, arn)
        return 1

    for item in listeners:
        if item.get("Protocol") == "TCP":
            yield Part("listener attributes", partial(attributes, item.get("ListenerArn", "")))


def of_target_groups(clients: Clients, found: Found) -> Iterable[Part]:
    """The attributes of those that network load balancers use."""

    def attributes(arn: str) -> int:
        found.attributes[arn] = lookups.group_attributes(clients, arn)
        return 1

    for item in found.target_groups:
        if item.get("Protocol") in LAYER_4:
            yield Part("target group attributes", partial(attributes, item.get("TargetGroupArn", "")))


def last(clients: Clients, found: Found, now: datetime) -> Iterable[Part]:
    """What goes into few calls once everything else is known."""
    yield from _vendor_services(clients, found)
    yield from _port_errors(clients, found, now)


def _vendor_services(clients: Clients, found: Found) -> Iterable[Part]:
    """The services of others that the endpoints lead to: their zones by id."""

    def services(names: Sequence[str]) -> int:
        seen, hidden = lookups.visible_services(clients, names)
        found.vendor_services.extend(seen)
        found.hidden_services.extend(hidden)
        return len(seen)

    own = {item.get("ServiceName", "") for item in found.services}
    here = [item for item in found.endpoints if item.get("ServiceRegion", clients.region) == clients.region]
    names = dict.fromkeys(item.get("ServiceName", "") for item in here)
    theirs = sorted(name for name in names if PARTNERS in name and name not in own)
    return [Part("vendor services", partial(services, some)) for some in lookups.batches(theirs, 100)]


def _port_errors(clients: Clients, found: Found, now: datetime) -> Iterable[Part]:
    """What found no free port in the last day, of the load balancers that serve an endpoint service: AWS asks
    a cent for a thousand of such figures.
    """

    def errors(arns: Sequence[str]) -> int:
        queries: list[cw.MetricDataQueryTypeDef] = [
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/NetworkELB",
                        "MetricName": "PortAllocationErrorCount",
                        "Dimensions": [{"Name": "LoadBalancer", "Value": read_ground.balancer_part(arn)}],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
            }
            for number, arn in enumerate(arns)
        ]
        with _asking(clients, "cloudwatch:GetMetricData"):
            pages = (
                clients.metrics()
                .get_paginator("get_metric_data")
                .paginate(MetricDataQueries=queries, StartTime=now - timedelta(days=1), EndTime=now)
            )
            told = [item for page in pages for item in page["MetricDataResults"]]
        sums = dict.fromkeys(arns, 0.0)
        for item in told:
            sums[arns[int(item.get("Id", "m0")[1:])]] += sum(item.get("Values", ()))
        found.port_errors.update({arn: round(total) for arn, total in sums.items()})
        return len(arns)

    serving = {arn for item in found.services for arn in item.get("NetworkLoadBalancerArns", ())}
    known = (item.get("LoadBalancerArn", "") for item in found.load_balancers)
    return [
        Part("port allocation errors", partial(errors, some))
        for some in lookups.batches(sorted(arn for arn in known if arn in serving), 500)
    ]
