"""The syntax of the clouds' identifiers, and what can be read from them.

Nothing here asks a cloud: an identifier that is well formed may still name nothing.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

from core.request.model import Platform

UUID_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
AWS_REGION_PATTERN = r"[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-[0-9]{1,2}"
AZURE_REGION_PATTERN = r"[a-z]{5,30}[0-9]?"
AZURE_GROUP_PATTERN = (
    rf"/subscriptions/(?P<subscription>{UUID_PATTERN})/resourceGroups/[\w.()-]{{0,89}}[\w()-]"
)
_NETWORK_PROVIDER = "/providers/Microsoft.Network"
AZURE_NAME_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?"
"""Names of network resources: at most 80 characters, at the end no dot or hyphen (ARM naming rules)."""
HEX_ID_PATTERN = r"[0-9a-f]{3,32}"

_UUID = re.compile(UUID_PATTERN)
_AWS_REGION = re.compile(AWS_REGION_PATTERN)
_AZURE_REGION = re.compile(AZURE_REGION_PATTERN)
_AWS_SERVICE = re.compile(
    rf"com\.amazonaws\.vpce\.(?P<region>{AWS_REGION_PATTERN})\.vpce-svc-{HEX_ID_PATTERN}"
)
_AZURE_ALIAS = re.compile(
    rf"{AZURE_NAME_PATTERN}\.{UUID_PATTERN}\.(?P<region>{AZURE_REGION_PATTERN})\.azure\.privatelinkservice",
    re.IGNORECASE,
)
_AZURE_SERVICE = re.compile(
    rf"{AZURE_GROUP_PATTERN}{_NETWORK_PROVIDER}/privateLinkServices/{AZURE_NAME_PATTERN}", re.IGNORECASE
)
_AZURE_NETWORK = re.compile(
    rf"{AZURE_GROUP_PATTERN}{_NETWORK_PROVIDER}/virtualNetworks/{AZURE_NAME_PATTERN}", re.IGNORECASE
)
_AZURE_SUBNET = re.compile(
    rf"(?P<network>{AZURE_GROUP_PATTERN}{_NETWORK_PROVIDER}/virtualNetworks/{AZURE_NAME_PATTERN})"
    rf"/subnets/{AZURE_NAME_PATTERN}",
    re.IGNORECASE,
)
_AZURE_MACHINE = re.compile(
    rf"{AZURE_GROUP_PATTERN}(?:{_NETWORK_PROVIDER}/networkInterfaces|/providers/Microsoft\.Compute"
    rf"/virtualMachines)/{AZURE_NAME_PATTERN}",
    re.IGNORECASE,
)
_PRIVATE = tuple(
    ipaddress.ip_network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_UNIQUE_LOCAL = ipaddress.ip_network("fc00::/7")

ServiceNameKind = Literal["aws", "azure-alias", "azure-resource"]


@dataclass(frozen=True, slots=True)
class ServiceName:
    """What a service name says of itself. ``name`` is in lower case for AWS, as written for Azure.

    ``region`` is None for an Azure resource id, ``subscription`` (lower case) None for the two others.
    """

    name: str
    kind: ServiceNameKind
    region: str | None
    subscription: str | None

    @property
    def platform(self) -> Platform:
        """The cloud whose form of name it is."""
        return "aws" if self.kind == "aws" else "azure"


def parse_service_name(text: str) -> ServiceName | None:
    """Read a service name of either cloud, or None where it is none.

    AWS ``com.amazonaws.vpce.<region>.vpce-svc-<hex>`` (``DescribeVpcEndpointServices``); Azure alias
    ``prefix.<guid>.<region>.azure.privatelinkservice`` or a Private Link Service's resource id.
    """
    if found := _AWS_SERVICE.fullmatch(text.lower()):
        return ServiceName(found[0], "aws", found["region"], None)
    if found := _AZURE_ALIAS.fullmatch(text):
        return ServiceName(found[0], "azure-alias", found["region"].lower(), None)
    if found := _AZURE_SERVICE.fullmatch(text):
        return ServiceName(found[0], "azure-resource", None, found["subscription"].lower())
    return None


def same_id(one: str, other: str) -> bool:
    """Whether two ids name one resource: the case of Azure's resource ids says nothing, and no two ids of AWS
    differ in case alone.
    """
    return one.lower() == other.lower()


def account_of(principal: str) -> str:
    """The account that a principal's ARN names; what is no ARN (an account, a subscription) as it is."""
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else principal


def id_part(id: str, name: str) -> str:
    """The part of an Azure resource id that follows ``name`` (``resourceGroups``); empty where there is none."""
    parts = id.split("/")
    lower = [part.lower() for part in parts]
    place = lower.index(name.lower()) + 1 if name.lower() in lower else len(parts)
    return parts[place] if place < len(parts) else ""


def is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID with its hyphens, in either case."""
    return _UUID.fullmatch(text.lower()) is not None


def region_platform(text: str) -> Platform | None:
    """The cloud whose form of region name ``text`` (lower case) has, or None."""
    if _AWS_REGION.fullmatch(text):
        return "aws"
    return "azure" if _AZURE_REGION.fullmatch(text) else None


def is_zone(text: str) -> bool:
    """Whether ``text`` is an AWS Availability Zone's name (``us-west-2a``): a region and a letter."""
    return bool(text) and text[-1] in "abcdefghij" and _AWS_REGION.fullmatch(text[:-1]) is not None


def is_aws_id(prefix: str, text: str) -> bool:
    """Whether ``text`` is an AWS id with this prefix: ``vpc-0abc`` for ``vpc``. Case does not matter."""
    return re.fullmatch(rf"{prefix}-{HEX_ID_PATTERN}", text.lower()) is not None


def network_subscription(text: str) -> str | None:
    """The subscription (lower case) of a VNet's resource id, or None where ``text`` is no such id."""
    found = _AZURE_NETWORK.fullmatch(text)
    return found["subscription"].lower() if found else None


def subnet_network(text: str) -> str | None:
    """The VNet's resource id (as written) of an Azure subnet's, or None where ``text`` is no such id."""
    found = _AZURE_SUBNET.fullmatch(text)
    return found["network"] if found else None


def machine_subscription(text: str) -> str | None:
    """The subscription (lower case) of a virtual machine's or network interface's resource id (Azure), or None
    where ``text`` is no such id.
    """
    found = _AZURE_MACHINE.fullmatch(text)
    return found["subscription"].lower() if found else None


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that ``text`` is, or None."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_private(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address can be a machine in a VPC or VNet: RFC 1918, RFC 6598, or IPv6 unique local.

    Loopback and link-local addresses are not: they never leave the machine or the link.
    Source: the address ranges that ``elbv2:RegisterTargets`` takes for targets of type ``ip``.
    """
    if isinstance(one, ipaddress.IPv6Address):
        return one in _UNIQUE_LOCAL if one.ipv4_mapped is None else is_private(one.ipv4_mapped)
    return any(one in network for network in _PRIVATE)
