"""The rules about the customer's cloud: platform, account, region, network and subnets.

Each rule is a pure function from facts to problems, silent while the platform is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.request.codes import error, warning
from core.request.facts import CLOUD_NAMES, Facts, Rule, said
from core.request.fields import FIELDS
from core.request.identifiers import (
    is_aws_id,
    is_uuid,
    is_zone,
    network_subscription,
    region_platform,
    subnet_network,
)
from core.request.model import Platform, Problem
from core.text import quoted

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION_EXAMPLES: dict[Platform, str] = {"aws": "us-west-2", "azure": "eastus2"}


def platform(facts: Facts) -> Iterator[Problem]:
    """AWS or Azure."""
    value = said(facts.draft.cloud.platform)
    if value is not None and facts.platform is None:
        yield error(
            "platform-unknown",
            "cloud.platform",
            f"{quoted(value)} is no platform of PrivateLink; it is offered on AWS and Azure",
            FIELDS["cloud.platform"].find,
        )


def account(facts: Facts) -> Iterator[Problem]:
    """12 digits, or a subscription's UUID; and not Magento's."""
    value = facts.account
    if value is None or facts.platform is None:
        return
    if facts.platform == "aws":
        if not _ACCOUNT.fullmatch(value):
            digits = re.sub(r"[\s-]", "", value)
            fits = _ACCOUNT.fullmatch(digits)
            yield error(
                "account-syntax",
                "cloud.account",
                f"{quoted(value)} is no AWS account number: it has 12 digits and nothing else",
                f"Write {digits}." if fits else FIELDS["cloud.account"].find,
            )
    elif not is_uuid(value):
        yield error(
            "account-syntax",
            "cloud.account",
            f"{quoted(value)} is no Azure subscription id: it is a UUID "
            "such as 00000000-0000-0000-0000-000000000000",
            FIELDS["cloud.account"].find,
        )
    if value in (facts.offer.aws_account, *map(str.lower, facts.offer.azure_subscriptions)):
        yield error(
            "account-of-magento",
            "cloud.account",
            f"{value} is Magento's own account",
            "Write your own: the one that your VPC or VNet is in.",
        )


def region(facts: Facts) -> Iterator[Problem]:
    """A region's name, of the request's cloud."""
    value = facts.region
    if value is None or facts.platform is None:
        return
    form = region_platform(value)
    if form == facts.platform:
        return
    cloud = CLOUD_NAMES[facts.platform]
    if form is not None:
        yield error(
            "region-platform",
            "cloud.region",
            f"{quoted(value)} is a region of {CLOUD_NAMES[form]}, but the platform is {cloud}",
            "Correct the region or the platform: both sides must be on one platform, in one region.",
        )
        return
    packed = re.sub(r"\([^)]*\)|\s", "", value)
    if is_zone(value):
        remedy = f"{value} is an Availability Zone; write its region, {value[:-1]}."
    elif packed != value and region_platform(packed) == facts.platform:
        remedy = f"Write {packed}."
    else:
        remedy = f"Write it as {cloud} does, for example {_REGION_EXAMPLES[facts.platform]}."
    yield error("region-syntax", "cloud.region", f"{quoted(value)} is no region of {cloud}", remedy)


def network(facts: Facts) -> Iterator[Problem]:
    """A VPC id, or the resource id of a VNet in the request's subscription."""
    value = facts.network
    if value is None or facts.platform is None:
        return
    find = FIELDS["cloud.network"].find
    if facts.platform == "aws":
        if not is_aws_id("vpc", value):
            yield error(
                "network-syntax",
                "cloud.network",
                f"{quoted(value)} is no VPC id: it is vpc- and hexadecimal digits",
                find,
            )
        return
    subscription = network_subscription(value)
    if subscription is None:
        yield error(
            "network-syntax",
            "cloud.network",
            f"{quoted(value)} is no VNet resource id: it is /subscriptions/…/resourceGroups/…"
            "/providers/Microsoft.Network/virtualNetworks/…",
            find,
        )
    elif facts.account and is_uuid(facts.account) and subscription != facts.account:
        yield error(
            "network-subscription",
            "cloud.network",
            f"the VNet is in subscription {subscription}, but the account is {facts.account}",
            "Correct the account or the VNet: the VNet must be in the account.",
        )


def subnets(facts: Facts) -> Iterator[Problem]:
    """Subnet ids, each once; on Azure of the request's VNet."""
    seen: set[str] = set()
    for path, subnet in facts.subnets:
        if facts.platform == "aws" and not is_aws_id("subnet", subnet):
            yield error(
                "subnet-syntax",
                path,
                f"{quoted(subnet)} is no subnet id: it is subnet- and hexadecimal digits",
                FIELDS["cloud.subnets"].find,
            )
        elif facts.platform == "azure":
            yield from _azure_subnet(facts, path, subnet)
        if subnet.lower() in seen:
            yield warning(
                "subnet-duplicate", path, f"{quoted(subnet)} is named twice", "Remove one; it is used once."
            )
        seen.add(subnet.lower())


def _azure_subnet(facts: Facts, path: str, subnet: str) -> Iterator[Problem]:
    vnet = subnet_network(subnet)
    if vnet is None:
        yield error(
            "subnet-syntax",
            path,
            f"{quoted(subnet)} is no subnet resource id: it is the VNet's resource id and /subnets/…",
            FIELDS["cloud.subnets"].find,
        )
    elif facts.network and network_subscription(facts.network) and vnet.lower() != facts.network.lower():
        yield error(
            "subnet-network",
            path,
            f"{quoted(subnet, 200)} is in another VNet than the request names",
            "Name subnets of the request's VNet, or correct the VNet.",
        )


CLOUD_RULES: tuple[Rule, ...] = (platform, account, region, network, subnets)
"""Every rule about the customer's cloud."""
