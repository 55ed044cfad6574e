"""The rules about the connection: its type, and the customer's own endpoint service."""

from __future__ import annotations

from collections.abc import Iterator

from core.request.codes import error, warning
from core.request.facts import CLOUD_NAMES, SERVICE_NAMES, Facts, Rule, is_blank, said
from core.request.fields import FIELDS
from core.request.identifiers import is_aws_id, is_uuid, parse_service_name, region_platform
from core.request.model import Platform, Problem
from core.text import quoted


def connection_type(facts: Facts) -> Iterator[Problem]:
    """Unidirectional or bidirectional; the latter needs a service each way."""
    value = said(facts.draft.connection.type)
    if value is not None and facts.type is None:
        yield error(
            "connection-type-unknown",
            "connection.type",
            f"{quoted(value)} is no connection type; there are unidirectional and bidirectional",
            FIELDS["connection.type"].find,
        )
    # While a service's direction is missing or unknown, it may be the one that seems to be lacking.
    if facts.type != "bidirectional" or any(service.direction is None for service in facts.services):
        return
    if facts.services and not facts.heading("from-magento"):
        yield error(
            "bidirectional-from-magento-missing",
            "services",
            "bidirectional is two connections, one each way, but no service comes from Magento",
            "Add the service that Magento connects to (direction from-magento), or choose unidirectional.",
        )
    if facts.services and not facts.heading("to-magento"):
        yield error(
            "bidirectional-to-magento-missing",
            "services",
            "bidirectional is two connections, one each way, but no service goes to Magento",
            "Add the service that you connect to in Magento (direction to-magento), for example the "
            "webserver. If you do not connect to Magento at all, ask your CTA.",
        )


def service_name(facts: Facts) -> Iterator[Problem]:
    """The customer's own endpoint service: its form, region and subscription."""
    field = "connection.service_name"
    value = facts.service_name
    service = SERVICE_NAMES[facts.platform or "aws"]
    if value is None:
        if facts.type == "bidirectional" and is_blank(facts.draft.connection.service_name):
            yield warning(
                "service-name-missing",
                field,
                f"the service name of your {service} is not known yet; the ticket needs it",
                f"Let the set-up make the {service}, or name the one that you have.",
            )
        return
    if facts.type == "unidirectional":
        yield warning(
            "service-name-unneeded",
            field,
            "a unidirectional connection needs no service name; this one is ignored",
            "Remove it, or choose bidirectional if Magento is to connect to you.",
        )
        return
    if facts.platform is None:
        return
    cloud = CLOUD_NAMES[facts.platform]
    name = parse_service_name(value)
    if name is None or name.platform != facts.platform:
        yield error(
            "service-name-syntax",
            field,
            f"{quoted(value, 120)} is no {service} name of {cloud}",
            _service_name_remedy(facts.platform, facts.region, value),
        )
        return
    if name.region and facts.region and name.region != facts.region:
        yield error(
            "service-name-region",
            field,
            f"the {service} is in {name.region}, but the request's region is {quoted(facts.region)}",
            "Name one in the request's region, or correct the region.",
        )
    if name.subscription and facts.account and is_uuid(facts.account) and name.subscription != facts.account:
        yield error(
            "service-name-subscription",
            field,
            f"the Private Link Service is in subscription {name.subscription}, "
            f"but the request is for {facts.account}",
            "Name a Private Link Service of the request's subscription, or correct the subscription.",
        )
    if name.kind == "azure-alias":
        yield warning(
            "service-name-alias",
            field,
            "this is the Private Link Service's alias; the ticket wants its resource id",
            "Write the resource id: `az network private-link-service list --query [].id`.",
        )


def _service_name_remedy(platform: Platform, region: str | None, value: str) -> str:
    if platform == "azure":
        return (
            "Write the resource id: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network"
            "/privateLinkServices/…"
        )
    where = region if region and region_platform(region) == "aws" else "<region>"
    if is_aws_id("vpce-svc", value):
        return f"Write the whole name: com.amazonaws.vpce.{where}.{value}."
    if is_aws_id("vpce", value):
        return "This is an endpoint. Write the name of your endpoint service, that Magento connects to."
    return (
        f"Write it as the VPC console shows it under Endpoint services: com.amazonaws.vpce.{where}.vpce-svc-…"
    )


CONNECTION_RULES: tuple[Rule, ...] = (connection_type, service_name)
"""Every rule about the connection."""
