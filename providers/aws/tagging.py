"""The enablement's tag on what it did not make: put on at adoption, looked at, taken off at undo."""

from __future__ import annotations

from core.network.model import Tags
from core.setup import change as c
from providers.aws import lookups
from providers.aws.session import Clients

_ELB: frozenset[c.Kind] = frozenset({"load-balancer", "target-group", "listener"})
"""Kinds whose tags Elastic Load Balancing keeps; all others are EC2's."""


def mark(clients: Clients, kind: c.Kind, resource: str, enablement: str, *, present: bool) -> None:
    """Put the tag on, with the value ``adopted``, or take it off (``AddTags``/``RemoveTags`` of Elastic Load
    Balancing, ``CreateTags``/``DeleteTags`` of EC2). Every other tag stays.
    """
    key = c.tag_key(enablement)
    if kind in _ELB and present:
        with clients.asking("elasticloadbalancing:AddTags"):
            clients.elbv2.add_tags(ResourceArns=[resource], Tags=[{"Key": key, "Value": c.ADOPTED}])
    elif kind in _ELB:
        with clients.asking("elasticloadbalancing:RemoveTags"):
            clients.elbv2.remove_tags(ResourceArns=[resource], TagKeys=[key])
    elif present:
        with clients.asking("ec2:CreateTags"):
            clients.ec2.create_tags(Resources=[resource], Tags=[{"Key": key, "Value": c.ADOPTED}])
    else:
        with clients.asking("ec2:DeleteTags"):
            clients.ec2.delete_tags(Resources=[resource], Tags=[{"Key": key}])


def tags_of(clients: Clients, kind: c.Kind, resource: str) -> Tags:
    """The tags of one resource (``DescribeTags`` of either service)."""
    if kind in _ELB:
        return lookups.elb_tags(clients, (resource,)).get(resource, {})
    with clients.asking("ec2:DescribeTags"):
        pages = clients.ec2.get_paginator("describe_tags").paginate(
            Filters=lookups.where(resource_id=resource)
        )
        return {item.get("Key", ""): item.get("Value", "") for page in pages for item in page["Tags"]}
