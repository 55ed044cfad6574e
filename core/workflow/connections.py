"""The connections, watched and decided on: what a look showed, and Magento's requests accepted or rejected."""

from __future__ import annotations

from dataclasses import dataclass

from core.cloud import Cloud, Watch
from core.journal import events as e
from core.network.model import Connection, Observation
from core.workflow.enablement import Enablement, complete_request
from core.workflow.facts import news
from core.workflow.story import vendor_subscriptions

OPEN = frozenset({"available", "partial"})
ACCEPTED = OPEN | {"pending"}
LIVE = ACCEPTED | {"pending-acceptance"}


def watch(enablement: Enablement) -> Watch | None:
    """What one look has to ask for, or None while there is nothing to look at."""
    story = enablement.story
    draft = story.draft
    if not draft.cloud.network:
        return None
    made = story.made
    service = made.get("endpoint-service")
    named = draft.connection.service_name
    ids = (named,) if named and named.startswith("/") else ()
    watched = Watch(
        network_id=draft.cloud.network,
        vendor_services=story.service_names,
        service_ids=(service.id,) if service else ids,
        service_names=(named,) if named and not service and not ids else (),
        load_balancer_ids=tuple(one.id for one in made.values() if one.kind == "load-balancer"),
    )
    asked = (
        watched.vendor_services or watched.service_ids or watched.service_names or watched.load_balancer_ids
    )
    return watched if asked else None


def look(enablement: Enablement, cloud: Cloud) -> Observation | None:
    """One look at everything watched; what is new is journaled. None where there is nothing to watch yet."""
    watched = watch(enablement)
    if watched is None:
        return None
    observation = cloud.observe(watched)
    enablement.observation = observation
    if enablement.journal.writable:
        record_news(enablement, observation)
    return observation


def has_news(enablement: Enablement, observation: Observation) -> bool:
    """Whether a look showed what the journal does not say yet."""
    return bool(news(enablement.story, observation, watch(enablement)))


def record_news(enablement: Enablement, observation: Observation) -> None:
    """Journal what a look showed, as far as it is new."""
    new = news(enablement.story, observation, watch(enablement))
    if new:
        enablement.record(e.Observed(at=enablement.now(), facts=new))


@dataclass(frozen=True, slots=True)
class Incoming:
    """The connections of the customer's service, sorted by what may be done with them.

    ``accepted`` ones are available or on their way there, ``pending`` ones wait for the customer's decision.
    """

    accepted: tuple[Connection, ...]
    pending: tuple[Connection, ...]
    strangers: tuple[Connection, ...]
    closed: tuple[Connection, ...]


def incoming(enablement: Enablement, observation: Observation | None) -> Incoming:
    """Sort the incoming connections: only those of Magento's account can be accepted."""
    offer = enablement.offer
    vendors = {offer.aws_account, *vendor_subscriptions(enablement.story, offer)}
    connections = observation.connections if observation else ()
    ours = tuple(one for one in connections if one.owner.lower() in vendors)
    return Incoming(
        accepted=tuple(one for one in ours if one.state in ACCEPTED),
        pending=tuple(one for one in ours if one.state == "pending-acceptance"),
        strangers=tuple(one for one in connections if one.owner.lower() not in vendors),
        closed=tuple(one for one in ours if one.state not in LIVE),
    )


def accept_pending(enablement: Enablement, cloud: Cloud) -> Incoming:
    """Step 7b: accept every pending connection of Magento's account, and no other; then look again."""
    complete_request(enablement)
    seen = incoming(enablement, look(enablement, cloud))
    for connection in seen.pending:
        cloud.accept(connection)
        enablement.record(
            e.ConnectionDecided(
                at=enablement.now(),
                service_id=connection.service_id,
                endpoint_id=connection.endpoint_id,
                owner=connection.owner,
                decision="accept",
            )
        )
    return incoming(enablement, look(enablement, cloud)) if seen.pending else seen


def reject_connection(enablement: Enablement, cloud: Cloud, connection: Connection) -> None:
    """Reject an incoming connection, whoever asks."""
    cloud.reject(connection)
    enablement.record(
        e.ConnectionDecided(
            at=enablement.now(),
            service_id=connection.service_id,
            endpoint_id=connection.endpoint_id,
            owner=connection.owner,
            decision="reject",
        )
    )
