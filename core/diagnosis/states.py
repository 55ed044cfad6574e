"""Hops that both clouds share: the state of an own endpoint, and of Magento's connection to the own service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.diagnosis.case import Case
from core.diagnosis.walk import Walk, seen
from core.network.balancing import over_tcp
from core.network.model import Connection, Endpoint, LoadBalancer
from core.request.facts import ACCOUNT_NAMES
from core.text import excerpt

ENDED: Mapping[str, str] = {
    "rejected": "endpoint-rejected",
    "disconnected": "endpoint-disconnected",
    "expired": "endpoint-expired",
    "failed": "endpoint-failed",
    "deleting": "endpoint-missing",
    "deleted": "endpoint-missing",
}
"""States that lead nowhere by themselves, and the cause that each is."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a cloud calls its endpoint, and its command that deletes one."""

    endpoint: str
    delete: tuple[str, ...]


def endpoint_hop(case: Case, here: Walk, endpoint: Endpoint, word: str, delete: str) -> bool:
    """The endpoint's own state; whether anything can come through it."""
    facts = (
        seen(endpoint.id, State=endpoint.state, LastError=endpoint.reason or None)
        if case.inventory.platform == "aws"
        else seen(
            endpoint.id,
            privateLinkServiceConnectionState__status=endpoint.state,
            privateLinkServiceConnectionState__description=endpoint.reason or None,
        )
    )
    title = word.capitalize()
    why = f": {excerpt(endpoint.reason, 120)}" if endpoint.reason else ""
    if endpoint.state == "available":
        here.proof("endpoint", title, f"{endpoint.id} is available.", *facts)
        return True
    here.fault("endpoint", title, f"{endpoint.id} is {endpoint.state}{why}.", *facts)
    code = ENDED.get(endpoint.state)
    if code is None:
        waiting = endpoint.state in ("pending-acceptance", "pending")
        here.cause(
            "not-accepted",
            f"{endpoint.id} waits for Magento to accept it."
            if waiting
            else f"{endpoint.id} is {endpoint.state}: some of it cannot be used.",
            "Magento's infrastructure team accepts the connection request; ask in the ticket.",
        )
        return False
    here.cause(
        code,
        f"{endpoint.id} is {endpoint.state}{why}. It never comes back by itself.",
        "Ask in the ticket why; then delete it and make it anew (privatelink apply).",
        delete,
    )
    return False


def quota_hop(case: Case, here: Walk, network_id: str = "") -> None:
    """The quotas that are used up: what they hold for cannot be made. Nothing is told where there is room."""
    for quota in case.inventory.quotas:
        if quota.used is None or quota.used < quota.limit or quota.scope_id not in ("", network_id):
            continue
        facts = seen(
            quota.scope_id or case.inventory.account, **{quota.code: f"{quota.used} of {quota.limit}"}
        )
        here.fault(
            f"quota/{quota.code}", "Quota", f"{quota.name}: {quota.used} of {quota.limit} are used.", *facts
        )
        here.cause(
            "quota",
            f"The quota “{quota.name}” is used up ({quota.used} of {quota.limit}): no further one can be made.",
            "Remove what is not needed, or ask the cloud for a higher quota.",
            certainty="likely",
        )


def no_endpoint(here: Walk, service_name: str, word: str, unread: str) -> None:
    """There is no own endpoint to Magento's service, or it could not be seen."""
    title = word.capitalize()
    if unread:
        here.unknown("endpoint", title, f"Not checked, because endpoints could not be read: {unread}.")
        return
    here.fault("endpoint", title, f"There is no {word} to {service_name}.")
    here.cause(
        "endpoint-missing",
        f"There is no {word} to {service_name}: nothing can reach Magento.",
        "The customer sends the connection request (privatelink apply).",
        "",
        *seen(service_name, ServiceName=service_name),
    )


def connection_hop(case: Case, here: Walk, accept: str) -> Connection | None:
    """Magento's connection to the own service; the one that traffic comes through, or None."""
    service = case.service
    assert service is not None
    unread = case.unread("connections")
    rows = case.connections
    if not rows:
        if unread:
            here.unknown(
                "connection",
                "Magento's connection",
                f"Not checked, because connections could not be read: {unread}.",
            )
            return None
        there = case.index.connections_of(service)
        facts = seen(service.id, Connections=[f"{one.endpoint_id} of {one.owner}" for one in there])
        if not case.vendors:
            here.unknown(
                "connection",
                "Magento's connection",
                "Not checked, because Magento's subscription is not known: it comes with the ticket "
                "(offer.azure_subscriptions).",
                *facts,
            )
            return None
        here.fault("connection", "Magento's connection", "Magento has not connected to this service.", *facts)
        account = ACCOUNT_NAMES[case.inventory.platform]
        here.cause(
            "no-connection",
            f"No connection of Magento's {account} to {service.service_name} is there.",
            "Magento's infrastructure team requests it (step 7); ask in the ticket, naming the service.",
        )
        return None
    one = rows[0]
    facts = (
        seen(one.endpoint_id, VpcEndpointState=one.state, VpcEndpointOwner=one.owner)
        if case.inventory.platform == "aws"
        else seen(
            one.endpoint_id, privateLinkServiceConnectionState__status=one.state, subscription=one.owner
        )
    )
    if one.state == "available":
        here.proof("connection", "Magento's connection", f"{one.endpoint_id} is accepted.", *facts)
        return one
    here.fault("connection", "Magento's connection", f"{one.endpoint_id} is {one.state}.", *facts)
    if one.state == "pending-acceptance":
        here.cause(
            "not-accepted",
            f"Magento's connection {one.endpoint_id} waits for you to accept it.",
            "The customer accepts it (privatelink accept).",
            accept,
        )
    else:
        here.cause(
            ENDED.get(one.state, "endpoint-failed"),
            f"Magento's connection {one.endpoint_id} is {one.state}.",
            "Ask in the ticket for a new connection request; accept it then.",
        )
    return None


def no_ports(case: Case, here: Walk, balancer: LoadBalancer, word: str) -> None:
    """Where no port is asked about: nothing is known to answer. Either nothing listens, or nobody can tell where."""
    key, title = f"listeners/{balancer.id}", "Ports"
    unread = case.unread("listeners") or case.unread("load balancers")
    rows = [row for row in case.index.listeners_of(balancer) if over_tcp(row)]
    facts = seen(balancer.id, Listeners=[f"{row.protocol} {row.port}" for row in rows])
    if unread:
        here.unknown(key, title, f"Not checked, because they could not be read: {unread}.")
    elif rows:
        here.unknown(
            key,
            title,
            "Not checked, because a rule for all ports names none: ask about one (--port).",
            *facts,
        )
    else:
        here.fault(key, title, f"{balancer.name} has no {word}.", *facts)
        here.cause(
            "no-listener",
            f"Load balancer {balancer.name} has no {word}: nothing answers there.",
            "The customer adds one for each port (privatelink plan, then apply).",
        )


def service_missing(case: Case, here: Walk, name: str, word: str) -> None:
    """There is no own service for Magento to connect to, or it could not be seen."""
    title = word.capitalize()
    unread = case.unread("endpoint services") or case.unread("private link services")
    if unread:
        here.unknown("service", title, f"Not checked, because the {word}s could not be read: {unread}.")
        return
    told = f"{name} is not there" if name else f"There is no {word} for Magento"
    here.fault("service", title, f"{told}.", *seen(name or word, ServiceName=name or "none"))
    here.cause(
        "service-missing",
        f"{told}: Magento has nothing to connect to.",
        "The customer makes it (privatelink plan, then apply), and puts its name in the ticket.",
    )
