"""The fields of the request file: what each is, where its value is found, an example.

One table for the remedies of the rules, the JSON Schema and whatever else explains a field. Source:
"Prerequisites" of the PrivateLink page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.request.model import CONNECTION_TYPES, DIRECTIONS, PLATFORMS


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``label`` names it in a sentence, ``find`` says where its value is found.

    ``choices`` are the allowed words, empty where the value is free. ``required`` is about a complete
    request: a draft may lack anything.
    """

    label: str
    description: str
    find: str
    example: str | int | tuple[str, ...]
    required: bool = True
    choices: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    "project.id": Field(
        "the Magento Cloud project ID",
        "Magento Cloud project ID: lower-case letters and digits, as a rule 13 of them.",
        "Copy it from the project's address in the Cloud Console, or from `magento-cloud project:list`.",
        "abcdefg123456",
    ),
    "project.plan": Field(
        "the plan",
        "Plan of the project. PrivateLink is offered for Pro only.",
        "It is in your contract; your CTA knows it.",
        "pro",
        choices=("pro",),
    ),
    "project.environment": Field(
        "the environment",
        "Environment to connect. PrivateLink is offered for Production and Staging only.",
        "Write production or staging.",
        "production",
        choices=("production", "staging"),
    ),
    "project.region": Field(
        "the Magento region",
        "Magento region of the project, as the Cloud Console shows it.",
        "Look at the project in the Cloud Console, or run `magento-cloud project:info region`.",
        "US-3",
        required=False,
    ),
    "project.cluster": Field(
        "the cluster id",
        "Azure only: id of the Magento cluster that the environment runs on, for the ticket.",
        "Run `magento-cloud ssh -e <environment> 'cat /etc/platform_cluster'`.",
        "abcdefg123456_stg",
        required=False,
    ),
    "cloud.platform": Field(
        "the cloud platform",
        "Cloud platform of both sides: aws or azure.",
        "Write aws or azure, whichever your Magento environment runs on.",
        "aws",
        choices=PLATFORMS,
    ),
    "cloud.account": Field(
        "the cloud account number",
        "Your cloud account: 12 digits (AWS) or the subscription's UUID (Azure). In quotes.",
        "AWS: `aws sts get-caller-identity`. Azure: `az account show --query id`.",
        "111122223333",
    ),
    "cloud.region": Field(
        "the cloud region",
        "Cloud region of your VPC or VNet; the Magento environment must be in the same one.",
        "It is the region your VPC or VNet is in; your CTA knows the Magento environment's.",
        "us-west-2",
    ),
    "cloud.network": Field(
        "the VPC or VNet",
        "VPC id (AWS) or VNet resource id (Azure) that hosts the services to connect.",
        "AWS: `aws ec2 describe-vpcs`. Azure: `az network vnet list --query [].id`.",
        "vpc-0abc",
    ),
    "cloud.subnets": Field(
        "the subnets",
        "Subnets to use. Left out: one in each zone of the network.",
        "AWS: `aws ec2 describe-subnets`. Azure: the subnets' resource ids.",
        ("subnet-0abc", "subnet-0def"),
        required=False,
    ),
    "cloud.profile": Field(
        "the profile",
        "Named profile of your cloud credentials. Left out: the usual way of finding credentials.",
        "AWS: `aws configure list-profiles`.",
        "default",
        required=False,
    ),
    "cloud.tenant": Field(
        "the tenant",
        "Azure only: the tenant to sign in to as a person. Left out: the one of whoever signs in.",
        "Run `az account show --query tenantId`, or look in the Azure portal under Microsoft Entra ID.",
        "1a2b3c4d-1111-2222-3333-444455556666",
        required=False,
    ),
    "connection.type": Field(
        "the connection type",
        "unidirectional: you read from the store. bidirectional: two connections, one each way.",
        "Write unidirectional or bidirectional; your network administrator and CTA help to choose.",
        "bidirectional",
        choices=CONNECTION_TYPES,
    ),
    "connection.service_name": Field(
        "the service name",
        "Name of your own endpoint service, that Magento connects to. Bidirectional only; left out, the "
        "set-up makes the service. On Azure: the Private Link Service's resource id.",
        "AWS: VPC console, Endpoint services. Azure: the Private Link Service's properties.",
        "com.amazonaws.vpce.us-west-2.vpce-svc-0abc",
        required=False,
    ),
    "services": Field(
        "at least one service with its port",
        "Services that cross the connection, each with its port and direction.",
        "Add a [[services]] table for each service, for example Webserver, HTTP, port 80.",
        (),
    ),
    "services.*.name": Field(
        "the service's name",
        "Name of the service, in your own words.",
        "Write what people call it, for example Webserver.",
        "Webserver",
    ),
    "services.*.protocol": Field(
        "the protocol",
        "Protocol that the service speaks, for example HTTP, SFTP or TCP. Never SSH.",
        "Write what the service speaks, for example HTTP; TCP where nothing more exact fits.",
        "HTTP",
    ),
    "services.*.port": Field(
        "the port",
        "Port, 1 to 65535, that crosses the connection. Never 22.",
        "Write the port that the service is reached on, for example 80, without quotes.",
        80,
    ),
    "services.*.direction": Field(
        "the direction",
        "to-magento: you connect to Magento. from-magento: Magento connects to you.",
        "Write to-magento (you connect to Magento) or from-magento (Magento connects to you).",
        "to-magento",
        choices=DIRECTIONS,
    ),
    "services.*.targets": Field(
        "the targets",
        "from-magento only: what answers, as private IPv4 addresses, instance ids (AWS), or resource ids of "
        "virtual machines or network interfaces (Azure).",
        "AWS: `aws ec2 describe-instances`. Azure: `az network nic list`. Or the private addresses of the "
        "machines that answer.",
        ("10.20.0.4", "i-0abc"),
        required=False,
    ),
    "services.*.target_port": Field(
        "the target port",
        "from-magento only: port that the targets listen on. Left out: the same as port.",
        "Write the port that the targets listen on, without quotes.",
        3306,
        required=False,
    ),
}
"""Every field of the request file by its path; ``*`` stands for a service's index."""

_INDEX = re.compile(r"\.[0-9]+(?=\.|$)")


def field_at(path: str) -> Field:
    """The field at a path such as ``services.0.port``. Raises KeyError for a path that is none."""
    return FIELDS[_INDEX.sub(".*", path)]
