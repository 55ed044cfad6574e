"""Proof that a connection carries traffic: what has to answer, from where it was tried, and what that showed."""

from __future__ import annotations

from collections.abc import Mapping

from core.cloud import Cloud, ProbeReport, ProbeTarget
from core.handoff.proof import NOT_THERE, UNNAMED, read_output
from core.journal import events as e
from core.request.model import Direction
from core.workflow.connections import LIVE, OPEN, incoming
from core.workflow.enablement import Enablement, NotYet, complete_request
from core.workflow.view import unproved_ports

ENCRYPTED = frozenset({"HTTPS", "TLS", "FTPS", "LDAPS", "IMAPS", "SMTPS", "AMQPS"})


def probe_targets(enablement: Enablement, direction: Direction) -> tuple[ProbeTarget, ...]:
    """What has to answer for a direction to be proved; empty while its endpoint is not known."""
    request = complete_request(enablement)
    observation = enablement.observation
    if observation is None:
        return ()
    if direction == "to-magento":
        # A private endpoint of Azure has no name of its own, only addresses.
        names = ((*one.dns_names, *one.addresses) for one in observation.endpoints if one.state in LIVE)
        hosts = [one[0] for one in names if one]
    else:
        seen = incoming(enablement, observation)
        there = (*seen.accepted, *seen.pending)
        hosts = [one.dns_names[0] for one in there if one.dns_names]
        if there and not hosts and enablement.on_azure:
            hosts = [UNNAMED]
    return tuple(
        ProbeTarget(service.name, host, service.port, service.protocol.upper() in ENCRYPTED)
        for host in hosts
        for service in request.heading(direction)
    )


def record_probe(enablement: Enablement, report: ProbeReport) -> e.Probed:
    """Journal what probing from this machine showed. A probe from outside the network proves only success."""
    services = tuple(
        e.ProbedService(
            service=result.target.service,
            host=result.target.host,
            port=result.target.port,
            ok=result.ok,
            detail="; ".join(hop.detail for hop in result.hops),
        )
        for result in report.results
    )
    event = e.Probed(
        at=enablement.now(),
        direction="to-magento",
        place=report.place,
        ok=bool(services) and all(service.ok for service in services),
        services=services,
    )
    enablement.record(event)
    return event


def probe_from_here(enablement: Enablement, cloud: Cloud, inside: tuple[str, ...]) -> ProbeReport:
    """Step 6: try every service towards Magento from this machine.

    Raises NotYet where there is no endpoint that Magento approved: nothing could come through it.
    """
    targets = probe_targets(enablement, "to-magento")
    endpoints = enablement.observation.endpoints if enablement.observation else ()
    if not targets or not any(one.state in OPEN for one in endpoints):
        raise NotYet(
            "there is no approved endpoint to probe yet",
            "First the connection request has to be made (privatelink apply) and approved by Magento.",
            enablement.timeline().turn,
        )
    report = cloud.probe(targets, inside)
    if report.inside or all(result.ok for result in report.results):
        record_probe(enablement, report)
    return report


def take_output(enablement: Enablement, text: str) -> tuple[e.Probed, ...]:
    """Steps 6 and 7c: read the output of probe commands that were run elsewhere, and journal what it proves."""
    read: list[e.Probed] = []
    directions: tuple[Direction, ...] = ("to-magento", "from-magento")
    for direction in directions:
        targets = probe_targets(enablement, direction)
        named = any(target.host in text for target in targets)
        others = tuple(one.host for way in directions for one in probe_targets(enablement, way))
        services = read_output(text, targets, tuple(one for one in others if one != UNNAMED))
        if not named and all(one.detail == NOT_THERE for one in services):
            continue
        event = e.Probed(
            at=enablement.now(),
            direction=direction,
            place="pasted output",
            ok=bool(services) and all(service.ok for service in services),
            services=services,
        )
        enablement.record(event)
        read.append(event)
    return tuple(read)


def unproved(enablement: Enablement) -> Mapping[Direction, tuple[ProbeTarget, ...]]:
    """The directions that the connection type asks for and that no probe has proved, with what must answer."""
    request = complete_request(enablement)
    directions: tuple[Direction, ...] = (
        ("to-magento", "from-magento") if request.bidirectional else ("to-magento",)
    )
    proofs = enablement.story.proofs
    return {
        direction: probe_targets(enablement, direction)
        for direction in directions
        if direction not in proofs or not proofs[direction].ok or unproved_ports(enablement.story, direction)
    }
