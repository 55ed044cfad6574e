"""The picture of the connections as far as they are known: a pure function of the model."""

from __future__ import annotations

from core.network.model import Connection, Endpoint
from tui.model import Model
from tui.widgets.connection_picture import Incoming, Node, Outgoing, Picture


def _endpoint(model: Model) -> Endpoint | None:
    observation = model.observation
    ended = ("deleted", "deleting")
    found = [one for one in observation.endpoints if one.state not in ended] if observation else []
    return found[0] if found else None


def _outgoing(model: Model) -> Outgoing:
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
            "interface endpoint", endpoint.id if endpoint else "", endpoint.state if endpoint else "planned"
        ),
        link=proved or (endpoint.state if endpoint else ""),
        service=Node("endpoint service", names[0].rpartition(".")[2] if names else "", service),
    )


def _asked(model: Model) -> Connection | None:
    seen = model.incoming
    found = (*seen.accepted, *seen.pending, *seen.closed) if seen else ()
    return found[0] if found else None


def _incoming(model: Model) -> Incoming:
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
        endpoint=Node("interface endpoint", asked.endpoint_id if asked else "", asked.state if asked else ""),
        link=proved or (asked.state if asked else ""),
        service=Node(
            "endpoint service",
            service.id if service else made_service.id if made_service else "",
            service.state if service else "" if made_service else "planned",
        ),
        balancer=Node(
            "NLB",
            balancer.name if balancer else "",
            balancer.state if balancer else "" if made_balancer else "planned",
        ),
        targets=Node(
            "targets", targets[0] if len(targets) == 1 else f"{len(targets)} targets" if targets else ""
        ),
    )


def picture_of(model: Model, both: bool | None = None) -> Picture:
    """One connection, or both; without a word on that, as the type says."""
    cloud = model.draft.cloud
    return Picture(
        customer=f"Your VPC {cloud.network}" if cloud.network else "Your VPC",
        vendor="Magento",
        outgoing=_outgoing(model),
        incoming=_incoming(model) if (model.bidirectional if both is None else both) else None,
    )
