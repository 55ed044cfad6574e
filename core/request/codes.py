"""The codes of a request's problems, each with its meaning and the source of its rule."""

from __future__ import annotations

from collections.abc import Mapping

from core.request.model import Problem

CODES: Mapping[str, str] = {
    # The file's shape (core/request/read.py).
    "file-too-large": "A request file has 1 MiB at most. Source: this program.",
    "file-not-utf8": "A request file is UTF-8 text. Source: TOML 1.0 and RFC 8259.",
    "file-syntax": "A request file is valid TOML, or JSON with one object. Source: TOML 1.0 and RFC 8259.",
    "file-too-deep": "Tables and lists are not nested deeply. Source: this program.",
    "unknown-key": "Every key means something. Source: this program, against typing errors.",
    "duplicate-key": "Every key is given once. Source: RFC 8259, section 4; TOML says it is no TOML.",
    "wrong-type": "Every value has its field's type. Source: the request file's schema.",
    "broken-text": "Text is whole Unicode characters. Source: RFC 8259, section 8.2.",
    "list-too-long": "Lists have a sensible length. Source: this program.",
    # What was left out.
    "required": "All data required for enablement is there. Source: PrivateLink page, Prerequisites.",
    "hidden-character": "No value holds characters that can't be seen. Source: this program.",
    # [project]
    "project-id-characters": (
        "A project ID is lower-case letters and digits. Source: Magento Cloud CLI, project:list."
    ),
    "project-id-length": "A project ID has, as a rule, 13 characters. Source: Magento Cloud documentation.",
    "plan-not-offered": "PrivateLink is for Pro plan projects only. Source: PrivateLink page, Limitations.",
    "environment-not-offered": (
        "PrivateLink is for Production and Staging only. Source: PrivateLink page, Limitations."
    ),
    "magento-region-unknown": "The Magento region is a known one. Source: Magento Cloud regions list.",
    "magento-region-differs": (
        "Both sides are in the same cloud region. Source: PrivateLink page, Features and support; "
        "Magento Cloud regions list, which is about integration environments."
    ),
    "magento-region-platform": (
        "Both sides are on the same cloud platform. Source: PrivateLink page; Magento Cloud regions list."
    ),
    "cluster-missing": "On Azure the ticket wants the cluster id. Source: current PrivateLink page.",
    "cluster-syntax": "A cluster id is one short word. Source: this program.",
    # [cloud]
    "platform-unknown": "The platform is AWS or Azure. Source: PrivateLink page, Prerequisites.",
    "account-syntax": (
        "An AWS account has 12 digits, an Azure subscription is a UUID. Source: AWS and Azure documentation."
    ),
    "account-of-magento": "The account is the customer's, not Magento's. Source: PrivateLink page.",
    "region-syntax": "The region has the form of a cloud region's name. Source: AWS and Azure documentation.",
    "region-platform": "The region is one of the request's platform. Source: PrivateLink page, same region.",
    "network-syntax": (
        "The network is a VPC id or a VNet's resource id. Source: ec2:DescribeVpcs, Azure resource ids."
    ),
    "network-subscription": "The VNet is in the request's subscription. Source: Azure resource ids.",
    "subnet-syntax": "A subnet is a subnet id or resource id. Source: ec2:DescribeSubnets, Azure.",
    "subnet-network": "The subnets are in the request's VNet. Source: Azure resource ids.",
    "subnet-duplicate": "A subnet is named once. Source: elbv2:CreateLoadBalancer, one subnet a zone.",
    # [connection]
    "connection-type-unknown": (
        "The connection is unidirectional or bidirectional. Source: PrivateLink page, PrivateLink connection types."
    ),
    "bidirectional-from-magento-missing": (
        "Bidirectional means two connections, one each way. Source: PrivateLink page, PrivateLink connection types."
    ),
    "bidirectional-to-magento-missing": (
        "Bidirectional means two connections, one each way. Source: PrivateLink page, PrivateLink connection types."
    ),
    "service-name-missing": (
        "The ticket for a bidirectional connection needs the service name. "
        "Source: PrivateLink page, Prerequisites."
    ),
    "service-name-unneeded": (
        "The service name is for bidirectional connections only. Source: PrivateLink page, Prerequisites."
    ),
    "service-name-syntax": (
        "The service name has the cloud's form. Source: ec2:DescribeVpcEndpointServices, "
        "Azure Private Link Service."
    ),
    "service-name-region": (
        "The endpoint service is in the request's region. Source: PrivateLink page, Features and support."
    ),
    "service-name-subscription": (
        "The Private Link Service is in the request's subscription. Source: Azure resource ids."
    ),
    "service-name-alias": (
        "On Azure the ticket wants resource ids rather than aliases. Source: current PrivateLink page."
    ),
    # [[services]]
    "direction-unknown": "A service goes to Magento or comes from Magento. Source: this program.",
    "unidirectional-from-magento": (
        "Unidirectional means that only the customer connects. Source: PrivateLink page, PrivateLink connection types."
    ),
    "service-label-long": "A service's name is short enough to show. Source: this program.",
    "service-label-duplicate": "Services have different names. Source: this program.",
    "protocol-syntax": "A protocol is a short word. Source: this program.",
    "protocol-ssh": "SSH can't cross PrivateLink. Source: PrivateLink page, Limitations.",
    "protocol-udp": "Only TCP is set up. Source: this program, conservative about what Magento opens.",
    "protocol-unknown": "The protocol is a known one. Source: IANA's service name and port number registry.",
    "protocol-port": (
        "A protocol is on a port that fits it. Source: IANA's service name and port number registry."
    ),
    "port-range": "A port is 1 to 65535. Source: RFC 9293.",
    "port-ssh": "Magento can't open port 22. Source: PrivateLink page, Limitations.",
    "port-duplicate": "A port is used once in each direction. Source: elbv2:CreateListener.",
    "port-refused": "Port 443 into Magento does not work on Azure. Source: current PrivateLink page.",
    "targets-missing": "Something answers behind the load balancer. Source: elbv2:RegisterTargets.",
    "target-syntax": (
        "A target is a private IPv4 address, an instance id (AWS), or a virtual machine's or network "
        "interface's resource id (Azure). Source: elbv2:RegisterTargets, Azure resource ids."
    ),
    "target-subscription": "A target is in the request's subscription. Source: Azure resource ids.",
    "target-public": "A target's address is private. Source: elbv2:RegisterTargets.",
    "target-duplicate": "A target is named once. Source: elbv2:RegisterTargets.",
    "targets-unneeded": "Targets belong to services that Magento connects to. Source: this program.",
    "target-port-unneeded": "A target port is for services that Magento connects to. Source: this program.",
}
"""Every code that reading and checking a request can give, with one line on what should hold and why."""


def error(code: str, field: str, message: str, remedy: str) -> Problem:
    """A problem that keeps the request from being complete."""
    return Problem(code, field, "error", message, remedy)


def warning(code: str, field: str, message: str, remedy: str) -> Problem:
    """A problem that a person should look at, and may leave."""
    return Problem(code, field, "warning", message, remedy)
