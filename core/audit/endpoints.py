"""Checks of own endpoints that are the same on both clouds: the request's state, its region, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from core.audit.about import about
from core.audit.check import Hit, Survey, Unread, facts
from core.audit.finding import Evidence
from core.export.advice import aws, az
from core.network.model import ConnectionState, Endpoint
from core.request.identifiers import parse_service_name
from core.workflow.words import state_word

DEAD: frozenset[ConnectionState] = frozenset({"rejected", "disconnected", "expired", "failed"})
LIVE: frozenset[ConnectionState] = frozenset({"available", "partial", "pending", "pending-acceptance"})


def delete(survey: Survey, one: Endpoint) -> str:
    """The command that deletes an endpoint."""
    if survey.inventory.platform == "aws":
        return aws(survey.region, "ec2 delete-vpc-endpoints", vpc_endpoint_ids=one.id)
    return az("network private-endpoint delete", ids=one.id)


def show(survey: Survey, one: Endpoint) -> str:
    """The command that shows an endpoint."""
    if survey.inventory.platform == "aws":
        return aws(survey.region, "ec2 describe-vpc-endpoints", vpc_endpoint_ids=one.id)
    return az("network private-endpoint show", ids=one.id)


def evidence(survey: Survey, one: Endpoint) -> tuple[Evidence, ...]:
    """The API's fields about an endpoint's state."""
    if survey.inventory.platform == "aws":
        return facts(
            ServiceName=one.service_name,
            State=state_word(one.state, azure=False),
            LastError=one.reason or None,
        )
    return facts(
        privateLinkServiceId=one.service_name,
        privateLinkServiceConnectionState__status=state_word(one.state, azure=True),
        privateLinkServiceConnectionState__description=one.reason or None,
    )


def partner(one: Endpoint) -> bool:
    """Whether an endpoint leads to somebody's own service, not to one of the cloud's."""
    return parse_service_name(one.service_name) is not None


def dead(survey: Survey) -> Iterator[Hit | Unread]:
    """It was rejected, or failed, expired or was disconnected."""
    for one in survey.inventory.endpoints:
        if one.state in DEAD:
            told = f": {one.reason}" if one.reason else ""
            yield Hit(
                about(survey, one),
                f"It is {one.state}{told}. It never connects again, and is billed while it stands.",
                evidence(survey, one),
                delete(survey, one),
            )


def waits_long(survey: Survey) -> Iterator[Hit | Unread]:
    """It waits for acceptance for longer than an enablement takes."""
    # Five business days are seven days of the calendar: so many as weekends add, without holidays.
    days = survey.offer.business_days + 2 * -(-survey.offer.business_days // 5)
    for one in survey.inventory.endpoints:
        if one.state != "pending-acceptance":
            continue
        if one.created_at is None:
            yield Unread(about(survey, one), "when it was created")
        elif (waited := _utc(survey.inventory.taken_at) - _utc(one.created_at)) > timedelta(days=days):
            yield Hit(
                about(survey, one),
                f"It waits to be accepted for {waited.days} days.",
                (*evidence(survey, one), *facts(CreationTimestamp=one.created_at.isoformat())),
                show(survey, one),
            )


def _utc(moment: datetime) -> datetime:
    """A moment that names no zone, as a file can hold it, is one of UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def duplicate(survey: Survey) -> Iterator[Hit | Unread]:
    """A second one leads from the same network to the same service."""
    first: dict[tuple[str, str], Endpoint] = {}
    for one in sorted(survey.inventory.endpoints, key=lambda each: (each.state != "available", each.id)):
        if one.state not in LIVE:
            continue
        known = first.setdefault((one.network_id.lower(), one.service_name.lower()), one)
        if known is not one:
            yield Hit(
                about(survey, one),
                f"{known.id} leads from the same network to the same service; each is billed.",
                evidence(survey, one),
                delete(survey, one),
            )


def other_region(survey: Survey) -> Iterator[Hit | Unread]:
    """The service that it names is in another region."""
    for one in survey.inventory.endpoints:
        named = parse_service_name(one.service_name)
        if named and named.region and named.region != survey.region.lower():
            yield Hit(
                about(survey, one),
                f"The service is in {named.region}, the endpoint in {survey.region}.",
                evidence(survey, one),
                delete(survey, one),
            )


def idle_network(survey: Survey) -> Iterator[Hit | Unread]:
    """Its network has no machine that could use it."""
    for one in survey.inventory.endpoints:
        if one.state == "available" and not survey.index.machines_of(one.network_id):
            yield Hit(
                about(survey, one),
                f"{one.network_id} has no machine that could use it, and it is billed by the hour.",
                (*evidence(survey, one), *facts(machines=0)),
                delete(survey, one),
            )
