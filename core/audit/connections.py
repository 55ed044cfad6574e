"""Checks of the connections to own services, on both clouds: who asks, who is in, and what is left over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from core.audit.about import about_connection
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.finding import Evidence, Source
from core.audit.sources import AWS_SHARE, AZURE_ENDPOINT_MANAGE, AZURE_SERVICE, OFFER
from core.export.advice import aws, az
from core.network.model import Connection, ConnectionState
from core.request.facts import ACCOUNT_NAMES
from core.request.model import Platform
from core.workflow.words import state_word

CONNECTIONS = {"aws": "connections", "azure": "private link services"}
ASKING: frozenset[ConnectionState] = frozenset({"pending-acceptance"})
IN: frozenset[ConnectionState] = frozenset({"available", "pending", "partial"})
DEAD: frozenset[ConnectionState] = frozenset({"rejected", "disconnected", "expired", "failed"})


def _decide(survey: Survey, one: Connection, verb: Literal["accept", "reject"]) -> str:
    if survey.inventory.platform == "aws":
        return aws(
            survey.region,
            f"ec2 {verb}-vpc-endpoint-connections",
            service_id=one.service_id,
            vpc_endpoint_ids=one.endpoint_id,
        )
    word = "approve" if verb == "accept" else "reject"
    id = f"{one.service_id}/privateEndpointConnections/{one.name}"
    return az(f"network private-endpoint-connection {word}", id=id, description=f"{word} by audit")


def _evidence(survey: Survey, one: Connection) -> tuple[Evidence, ...]:
    if survey.inventory.platform == "aws":
        return facts(
            ServiceId=one.service_id,
            VpcEndpointOwner=one.owner,
            VpcEndpointState=state_word(one.state, azure=False),
        )
    return facts(
        privateEndpoint__id=one.endpoint_id,
        privateLinkServiceConnectionState__status=state_word(one.state, azure=True),
        subscription=one.owner,
    )


def _of_strangers(survey: Survey, states: frozenset[ConnectionState], words: str) -> Iterator[Hit | Unread]:
    account = ACCOUNT_NAMES[survey.inventory.platform]
    for one in survey.inventory.connections:
        if one.state not in states or one.owner.lower() in survey.trusted:
            continue
        if not survey.vendors:
            yield Unread(
                about_connection(survey, one), "Magento's subscription (offer.azure_subscriptions is not set)"
            )
            continue
        yield Hit(
            about_connection(survey, one),
            f"{account.capitalize()} {one.owner or 'of an unknown owner'} {words} {one.service_id}: it is "
            "neither Magento's nor this one.",
            _evidence(survey, one),
            _decide(survey, one, "reject"),
        )


def stranger_asks(survey: Survey) -> Iterator[Hit | Unread]:
    """Somebody unknown asks to be connected."""
    return _of_strangers(survey, ASKING, "asks to be connected to")


def stranger_connected(survey: Survey) -> Iterator[Hit | Unread]:
    """Somebody unknown is connected."""
    return _of_strangers(survey, IN, "is connected to")


def magento_waits(survey: Survey) -> Iterator[Hit | Unread]:
    """Magento's request is not decided."""
    for one in survey.inventory.connections:
        if one.state in ASKING and one.owner.lower() in survey.vendors:
            yield Hit(
                about_connection(survey, one),
                f"Magento asks to be connected to {one.service_id} and waits for you.",
                _evidence(survey, one),
                _decide(survey, one, "accept"),
            )


def dead(survey: Survey) -> Iterator[Hit | Unread]:
    """A connection that leads nowhere any more is still listed."""
    for one in survey.inventory.connections:
        if one.state in DEAD:
            azure = survey.inventory.platform == "azure"
            id = f"{one.service_id}/privateEndpointConnections/{one.name}"
            yield Hit(
                about_connection(survey, one),
                f"The connection to {one.service_id} is {one.state}: whoever owns its endpoint makes a new one.",
                _evidence(survey, one),
                az("network private-endpoint-connection delete", id=id, yes=True)
                if azure
                else _decide(survey, one, "reject"),
            )


def _rows(platform: Platform, service: str, source: Source) -> tuple[Check, ...]:
    account, reads = ACCOUNT_NAMES[platform], (CONNECTIONS[platform],)
    return (
        Check(
            f"{platform}-connection-stranger-connected",
            f"An unknown {account} is connected",
            "critical",
            f"Who is connected reaches the ports of the {service} from their own network.",
            f"The owner of the {service} rejects the connection, unless the {account} is known: then it is "
            "suppressed with the reason.",
            source,
            stranger_connected,
            reads,
        ),
        Check(
            f"{platform}-connection-stranger-asks",
            f"An unknown {account} asks to be connected",
            "high",
            "A request that nobody knows is one click away from being a way into this network.",
            f"The owner of the {service} rejects it, and asks who it was.",
            source,
            stranger_asks,
            reads,
        ),
        Check(
            f"{platform}-connection-magento-waits",
            "Magento waits to be accepted",
            "medium",
            "The enablement goes on only when its request is accepted; an undecided request expires.",
            f"The owner of the {service} accepts it.",
            OFFER,
            magento_waits,
            reads,
        ),
        Check(
            f"{platform}-connection-dead",
            "A connection that leads nowhere",
            "low",
            "A rejected, failed, expired or disconnected connection never comes back; it counts against the "
            "limits and hides the ones that live.",
            "The other side makes a new endpoint where the connection is still wanted; the old one is removed.",
            AWS_SHARE if platform == "aws" else AZURE_ENDPOINT_MANAGE,
            dead,
            reads,
        ),
    )


CHECKS = (
    *_rows("aws", "endpoint service", AWS_SHARE),
    *_rows("azure", "private link service", AZURE_SERVICE),
)
"""Connections to own services, on both clouds."""
