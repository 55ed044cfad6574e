"""The connections, watched and decided on: what a look showed, and Magento's requests accepted or rejected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.cloud import Cloud, Watch
from core.journal import events as e
from core.network.model import Connection, Observation
from core.request.identifiers import same_id
from core.request.model import Platform
from core.setup.admission import Admitted, admitted, intruders, unguarded
from core.workflow.enablement import Enablement, NotYet, complete_request
from core.workflow.facts import news

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
    """Sort the incoming connections: those of Magento's account, and strangers'."""
    vendor = _admitted(enablement).vendor
    connections = observation.connections if observation else ()
    ours = tuple(one for one in connections if vendor(one.owner))
    return Incoming(
        accepted=tuple(one for one in ours if one.state in ACCEPTED),
        pending=tuple(one for one in ours if one.state == "pending-acceptance"),
        strangers=tuple(one for one in connections if not vendor(one.owner)),
        closed=tuple(one for one in ours if one.state not in LIVE),
    )


def _admitted(enablement: Enablement) -> Admitted:
    """Whom the customer's endpoint service may let in."""
    platform: Platform = "azure" if enablement.on_azure else "aws"
    story = enablement.story
    return admitted(platform, story.draft.cloud.account, story, enablement.offer)


def accept_pending(enablement: Enablement, cloud: Cloud) -> Incoming:
    """Step 7b: accept every pending connection of Magento's account, and no other; then look again.

    Raises NotYet while the service lets in anybody else, or without asking.
    """
    complete_request(enablement)
    seen = incoming(enablement, look(enablement, cloud))
    if seen.pending:
        _must_be_closed(enablement)
    for connection in seen.pending:
        cloud.accept(connection)
        _decided(enablement, connection, "accept")
    return incoming(enablement, look(enablement, cloud)) if seen.pending else seen


def accept_stranger(
    enablement: Enablement, cloud: Cloud, account: str, endpoint_id: str | None = None
) -> tuple[Connection, ...]:
    """Accept what waits of an account that is not Magento's, because a person typed its number; answers it as it is
    then. ``endpoint_id`` names one connection where several of that account wait.

    Raises NotYet where nothing of that account waits, where it is Magento's, or while the service lets in yet
    another, or without asking.
    """
    complete_request(enablement)
    typed = account.strip()
    if _admitted(enablement).vendor(typed):
        raise NotYet(f"{typed} is Magento's own", f"Accept Magento's: privatelink accept {enablement.id}.")
    asking = [
        one
        for one in incoming(enablement, look(enablement, cloud)).strangers
        if one.state == "pending-acceptance"
        and same_id(one.owner, typed)
        and (endpoint_id is None or same_id(one.endpoint_id, endpoint_id))
    ]
    if not asking:
        raise NotYet(
            f"no connection of {typed or 'an account without a number'} waits to be accepted",
            f"See who asks, and from which account: privatelink status {enablement.id}.",
        )
    _must_be_closed(enablement, besides=typed)
    for connection in asking:
        cloud.accept(connection)
        _decided(enablement, connection, "accept")
    after = incoming(enablement, look(enablement, cloud)).strangers
    ids = {one.endpoint_id for one in asking}
    return tuple(one for one in after if one.endpoint_id in ids)


def _must_be_closed(enablement: Enablement, besides: str = "") -> None:
    """Raise NotYet where a service that was just looked at lets in whom it may not, or without asking.

    ``besides`` is an account that a person lets in knowingly.
    """
    who, region = _admitted(enablement), enablement.story.draft.cloud.region or ""
    who = replace(who, vendors=who.vendors | {besides.lower()}) if besides else who
    made = enablement.story.made.get("endpoint-service")
    for service in enablement.observation.endpoint_services if enablement.observation else ():
        here = made is not None and made.own and same_id(made.id, service.id)
        found = (
            *intruders(who, service.id, service.principals or (), region),
            *unguarded(who, service, made_here=here),
        )
        if found:
            raise NotYet(found[0].message, found[0].remedy, code=found[0].code)


def reject_connection(enablement: Enablement, cloud: Cloud, connection: Connection) -> None:
    """Reject an incoming connection, whoever asks."""
    cloud.reject(connection)
    _decided(enablement, connection, "reject")


def _decided(enablement: Enablement, connection: Connection, decision: Literal["accept", "reject"]) -> None:
    enablement.record(
        e.ConnectionDecided(
            at=enablement.now(),
            service_id=connection.service_id,
            endpoint_id=connection.endpoint_id,
            owner=connection.owner,
            decision=decision,
        )
    )
