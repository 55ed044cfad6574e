"""What anybody would write to list the same: boto3, sixteen threads, no model of anything.

``python -m benchmarks.bare`` lists the region of its environment and prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import boto3
from botocore.config import Config

THREADS = 16


def _chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def collect() -> dict[str, list[Any]]:
    """Every answer, by operation."""
    config = Config(max_pool_connections=THREADS, retries={"mode": "standard"})
    session = boto3.Session()
    ec2, elbv2 = session.client("ec2", config=config), session.client("elbv2", config=config)
    quotas, metrics = (
        session.client("service-quotas", config=config),
        session.client("cloudwatch", config=config),
    )
    found: dict[str, list[Any]] = {"account": [session.client("sts", config=config).get_caller_identity()]}

    def pages(client: Any, operation: str, **more: Any) -> list[Any]:
        return list(client.get_paginator(operation).paginate(**more))

    with ThreadPoolExecutor(THREADS) as pool:
        roots = {
            operation: pool.submit(pages, ec2, operation)
            for operation in (
                "describe_vpcs",
                "describe_subnets",
                "describe_instances",
                "describe_security_groups",
                "describe_network_acls",
                "describe_route_tables",
                "describe_network_interfaces",
                "describe_vpc_endpoint_service_configurations",
                "describe_vpc_endpoint_connections",
                "describe_vpc_endpoints",
            )
        }
        roots["describe_load_balancers"] = pool.submit(pages, elbv2, "describe_load_balancers")
        roots["describe_target_groups"] = pool.submit(pages, elbv2, "describe_target_groups")
        roots["describe_account_limits"] = pool.submit(pages, elbv2, "describe_account_limits")
        roots["list_service_quotas"] = pool.submit(pages, quotas, "list_service_quotas", ServiceCode="vpc")
        roots["zones"] = pool.submit(lambda: [ec2.describe_availability_zones()])
        for operation, future in roots.items():
            found[operation] = future.result()

        def items(operation: str, name: str) -> list[Any]:
            return [item for page in found[operation] for item in page[name]]

        balancers = [one["LoadBalancerArn"] for one in items("describe_load_balancers", "LoadBalancers")]
        groups = [one["TargetGroupArn"] for one in items("describe_target_groups", "TargetGroups")]
        services = [
            one["ServiceId"]
            for one in items("describe_vpc_endpoint_service_configurations", "ServiceConfigurations")
        ]
        vpcs = [one["VpcId"] for one in items("describe_vpcs", "Vpcs")]

        listeners = list(pool.map(lambda arn: elbv2.describe_listeners(LoadBalancerArn=arn), balancers))
        arns = [one["ListenerArn"] for answer in listeners for one in answer["Listeners"]]
        every = [*balancers, *groups, *arns]
        rest = {
            "listener attributes": (lambda arn: elbv2.describe_listener_attributes(ListenerArn=arn), arns),
            "attributes": (lambda a: elbv2.describe_load_balancer_attributes(LoadBalancerArn=a), balancers),
            "group attributes": (lambda a: elbv2.describe_target_group_attributes(TargetGroupArn=a), groups),
            "health": (lambda arn: elbv2.describe_target_health(TargetGroupArn=arn), groups),
            "permissions": (
                lambda one: pages(ec2, "describe_vpc_endpoint_service_permissions", ServiceId=one),
                services,
            ),
            "tags": (lambda some: elbv2.describe_tags(ResourceArns=some), list(_chunks(every, 20))),
            "dns": (
                lambda one: ec2.describe_vpc_attribute(VpcId=one[0], Attribute=one[1]),
                [(vpc, name) for vpc in vpcs for name in ("enableDnsSupport", "enableDnsHostnames")],
            ),
            "metrics": (lambda some: _port_errors(metrics, some), list(_chunks(balancers, 500))),
        }
        waiting = {name: [pool.submit(call, one) for one in many] for name, (call, many) in rest.items()}
        found |= {name: [future.result() for future in futures] for name, futures in waiting.items()}
    return found | {"listeners": listeners}


def _port_errors(metrics: Any, arns: Sequence[str]) -> Any:
    now = datetime.now(UTC)
    return metrics.get_metric_data(
        StartTime=now - timedelta(days=1),
        EndTime=now,
        MetricDataQueries=[
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/NetworkELB",
                        "MetricName": "PortAllocationErrorCount",
                        "Dimensions": [{"Name": "LoadBalancer", "Value": arn.partition(":loadbalancer/")[2]}],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
            }
            for number, arn in enumerate(arns)
        ],
    )


def report(began: float, counts: dict[str, int]) -> None:
    """One line: seconds, the largest that the process ever was in MB, and how many of what."""
    told = {
        "seconds": perf_counter() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "counts": counts,
    }
    print(json.dumps(told), flush=True)
    sys.stdout.flush()


if __name__ == "__main__":
    begun = perf_counter()
    seen = collect()
    report(
        begun,
        {
            "load balancers": len(seen["attributes"]),
            "services": len(seen["permissions"]),
            "endpoints": sum(len(page["VpcEndpoints"]) for page in seen["describe_vpc_endpoints"]),
        },
    )
