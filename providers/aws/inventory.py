"""Collect what an account has in one network, or in the whole region, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from core.cloud import CloudError, OnProgress
from core.network import model as m
from providers.aws import further, lookups, quotas, read
from providers.aws.found import Found, make
from providers.aws.session import Clients
from providers.parts import PATIENCE, Part, collect


def inventory(
    clients: Clients,
    network_id: str | None,
    detail: m.Detail,
    now: Callable[[], datetime],
    on_progress: OnProgress | None = None,
) -> m.Inventory:
    """One network, or the whole region where ``network_id`` is None.

    Endpoint services and the connections to them belong to no network: all of the account's are there, and
    their load balancers tell which network they serve. What may not be read becomes a gap that names the IAM
    action. Raises CloudError where nothing could be read, and ``not-found`` where the network is not there.
    """
    found = Found()
    taken_at = now()
    roots = _roots(clients, network_id, found, detail)
    if detail == "audit":
        further_roots = further.roots(clients, network_id, found)
        collected = collect(
            (*roots, *further_roots),
            on_progress,
            lambda: (*_all_tags(clients, found), *further.last(clients, found, taken_at)),
            PATIENCE,
        )
    else:
        collected = collect(roots, on_progress)
    # Everybody may ask who they are: that alone is not having read anything.
    if collected.errors and collected.read <= bool(found.account):
        raise collected.errors[0]
    gaps = collected.gaps
    if network_id is not None and not found.networks and not any(gap.what == "networks" for gap in gaps):
        raise CloudError(
            "not-found",
            f"There is no VPC {network_id} in {clients.region}.",
            "Check the VPC's id, the region and the account that you are signed in to.",
            operation="ec2:DescribeVpcs",
        )
    made = make(found, clients.region, network_id, detail, taken_at)
    return replace(made, gaps=gaps, quotas=quotas.of(made, found.limits))


def _roots(clients: Clients, network_id: str | None, found: Found, detail: m.Detail) -> Iterable[Part]:
    def account() -> int:
        with clients.asking("sts:GetCallerIdentity"):
            found.account = clients.sts.get_caller_identity().get("Account", "")
        return 1

    def networks() -> int:
        found.networks.extend(read.network(item) for item in lookups.vpcs(clients, network_id))
        return len(found.networks)

    def of_networks() -> Iterable[Part]:
        return further.of_networks(clients, found) if detail == "audit" else ()

    def subnets() -> int:
        found.subnets.extend(lookups.subnets(clients, network_id))
        return len(found.subnets)

    def instances() -> int:
        with clients.asking("ec2:DescribeInstances"):
            pages = clients.ec2.get_paginator("describe_instances").paginate(
                Filters=lookups.where(vpc_id=network_id)
            )
            seen = [
                read.instance(item)
                for page in pages
                for reservation in page["Reservations"]
                for item in reservation.get("Instances", ())
            ]
        found.instances = seen
        return len(found.instances)

    def security_groups() -> int:
        with clients.asking("ec2:DescribeSecurityGroups"):
            pages = clients.ec2.get_paginator("describe_security_groups").paginate(
                Filters=lookups.where(vpc_id=network_id)
            )
            seen = [read.security_group(item) for page in pages for item in page["SecurityGroups"]]
        found.security_groups = seen
        return len(found.security_groups)

    def load_balancers() -> int:
        seen = lookups.load_balancers(clients)
        found.load_balancers.extend(item for item in seen if network_id in (None, item.get("VpcId")))
        return len(found.load_balancers)

    def target_groups() -> int:
        with clients.asking("elasticloadbalancing:DescribeTargetGroups"):
            pages = clients.elbv2.get_paginator("describe_target_groups").paginate()
            seen = [item for page in pages for item in page["TargetGroups"]]
        found.target_groups = [item for item in seen if network_id in (None, item.get("VpcId"))]
        return len(found.target_groups)

    def services() -> int:
        found.services.extend(lookups.service_configurations(clients))
        return len(found.services)

    def connections() -> int:
        found.connections.extend(lookups.connections(clients))
        return len(found.connections)

    def endpoints() -> int:
        found.endpoints.extend(lookups.endpoints(clients, network_id))
        return len(found.endpoints)

    return (
        Part("account", account),
        Part("networks", networks, of_networks),
        Part("subnets", subnets),
        Part("instances", instances),
        Part("security groups", security_groups),
        Part("load balancers", load_balancers, partial(_of_load_balancers, clients, found, detail)),
        Part("target groups", target_groups, partial(_of_target_groups, clients, found, detail)),
        Part("endpoint services", services, partial(_of_services, clients, found)),
        Part("connections", connections),
        Part("endpoints", endpoints, partial(_of_endpoints, clients, found, detail)),
    )


def _of_load_balancers(clients: Clients, found: Found, detail: m.Detail) -> Iterable[Part]:
    def listeners(arn: str) -> int:
        found.listeners[arn] = lookups.listeners(clients, arn)
        return len(found.listeners[arn])

    def of_listeners(arn: str) -> Iterable[Part]:
        here = found.listeners[arn]
        if detail == "audit":
            return further.of_listeners(clients, found, here)
        return _tags(clients, found, [item.get("ListenerArn", "") for item in here])

    def attributes(arn: str) -> int:
        found.attributes[arn] = lookups.balancer_attributes(clients, arn)
        return 1

    arns = [item.get("LoadBalancerArn", "") for item in found.load_balancers]
    if detail == "setup":
        yield from _tags(clients, found, arns)
    for item in found.load_balancers:
        if item.get("Type") == "network":
            arn = item.get("LoadBalancerArn", "")
            yield Part("listeners", partial(listeners, arn), partial(of_listeners, arn))
            yield Part("load balancer attributes", partial(attributes, arn))


def _of_target_groups(clients: Clients, found: Found, detail: m.Detail) -> Iterable[Part]:
    def health(arn: str) -> int:
        found.targets[arn] = lookups.targets(clients, arn)
        return len(found.targets[arn])

    arns = [item.get("TargetGroupArn", "") for item in found.target_groups]
    yield from (Part("target health", partial(health, arn)) for arn in arns)
    if detail == "setup":
        yield from _tags(clients, found, arns)
    else:
        yield from further.of_target_groups(clients, found)


def _of_services(clients: Clients, found: Found) -> Iterable[Part]:
    def principals(service_id: str) -> int:
        found.principals[service_id] = lookups.permissions(clients, service_id)
        return len(found.principals[service_id])

    return [
        Part("endpoint service permissions", partial(principals, item.get("ServiceId", "")))
        for item in found.services
    ]


def _of_endpoints(clients: Clients, found: Found, detail: m.Detail) -> Iterable[Part]:
    def addresses() -> int:
        found.addresses.update(lookups.interface_addresses(clients, interfaces))
        return len(found.addresses)

    interfaces = [name for item in found.endpoints for name in item.get("NetworkInterfaceIds", ())]
    # The audit lists all interfaces anyway.
    return [Part("private addresses", addresses)] if interfaces and detail == "setup" else []


def _tags(clients: Clients, found: Found, arns: Sequence[str]) -> Iterable[Part]:
    def read_tags(some: Sequence[str]) -> int:
        found.tags.update(lookups.elb_tags(clients, some))
        return len(some)

    return [Part("load balancer tags", partial(read_tags, some)) for some in lookups.batches(arns, 20)]


def _all_tags(clients: Clients, found: Found) -> Iterable[Part]:
    """Those of load balancers, target groups and listeners together: the fewest calls that there can be."""
    return _tags(
        clients,
        found,
        [
            *(item.get("LoadBalancerArn", "") for item in found.load_balancers),
            *(item.get("TargetGroupArn", "") for item in found.target_groups),
            *(item.get("ListenerArn", "") for many in found.listeners.values() for item in many),
        ],
    )
