"""The picture of the connections as far as they are known: a pure function of the model."""

from __future__ import annotations

from core.network.model import Connection, Endpoint
from tui.model import Model
from tui.widgets.connection_picture import Incoming, Node, Outgoing, Picture
from tui.words import Words, short_id, words_of


def _endpoint(model: Model) -> Endpoint | None:
    observation = model.observation
    ended = ("deleted", "deleting")
    found = [one for one in observation.endpoints if one.state not in ended] if observation else []
    return found[0] if found else None


def _outgoing(model: Model, words: Words) -> Outgoing:
    endpoint = _endpoint(model)
    proof = model.story.proofs.get("to-magento")
    names = model.story.service_names
    visible = (
        {name: seen is not None for name, seen in model.observation.vendor_services.items()}
        if model.observation
        else {}
    )
    service = ""
    if names:
        service = "visible" if visible.get(names[0]) else "not-visible" if names[0] in visible else ""
    proved = "verified" if proof is not None and proof.ok else ""
    return Outgoing(
        client=Node("your systems"),
        endpoint=Node(
            words.endpoint,
            _endpoint_detail(endpoint) if endpoint else "",
            endpoint.state if endpoint else "planned",
            words.state(endpoint.state) if endpoint else "",
        ),
        link=proved or (endpoint.state if endpoint else ""),
        link_word=words.state(endpoint.state) if endpoint and not proved else "",
        service=Node(words.service, _service_detail(names[0]) if names else "", service),
    )


def _endpoint_detail(endpoint: Endpoint) -> str:
    """The id; Azure's says little, but the private address is what clients use there."""
    return (
        ", ".join(endpoint.addresses) or short_id(endpoint.id) if endpoint.id.startswith("/") else endpoint.id
    )


def _service_detail(name: str) -> str:
    """What tells a service from another: the end of a service name, the beginning of an alias."""
    if name.startswith("/"):
        return short_id(name)
    return name if name.endswith(".azure.privatelinkservice") else name.rpartition(".")[2]


def _asked(model: Model) -> Connection | None:
    seen = model.incoming
    found = (*seen.accepted, *seen.pending, *seen.closed) if seen else ()
    return found[0] if found else None


def _incoming(model: Model, words: Words) -> Incoming:
    observation, made = model.observation, model.story.made
    asked = _asked(model)
    proof = model.story.proofs.get("from-magento")
    services = observation.endpoint_services if observation else ()
    balancers = observation.load_balancers if observation else ()
    service = services[0] if services else None
    balancer = balancers[0] if balancers else None
    made_service, made_balancer = made.get("endpoint-service"), made.get("load-balancer")
    targets = sorted({target for one in model.draft.services for target in one.targets})
    proved = "verified" if proof is not None and proof.ok else ""
    return Incoming(
        endpoint=Node(
            words.endpoint,
            short_id(asked.endpoint_id) if asked else "",
            asked.state if asked else "",
            words.state(asked.state) if asked else "",
        ),
        link=proved or (asked.state if asked else ""),
        link_word=words.state(asked.state) if asked and not proved else "",
        service=Node(
            words.service,
            short_id(service.id if service else made_service.id if made_service else ""),
            service.state if service else "" if made_service else "planned",
        ),
        balancer=Node(
            words.balancer,
            balancer.name if balancer else "",
            balancer.state if balancer else "" if made_balancer else "planned",
        ),
        balancer_short=words.balancer_short,
        targets=Node(
            "targets",
            short_id(targets[0]) if len(targets) == 1 else f"{len(targets)} targets" if targets else "",
        ),
    )


def picture_of(model: Model, both: bool | None = None) -> Picture:
    """One connection, or both; without a word on that, as the type says."""
    cloud = model.draft.cloud
    words = words_of(cloud.platform)
    return Picture(
        customer=f"Your {words.network} {short_id(cloud.network or '')}".rstrip(),
        vendor="Magento",
        outgoing=_outgoing(model, words),
        incoming=_incoming(model, words) if (model.bidirectional if both is None else both) else None,
    )
