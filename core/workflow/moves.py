"""What a person can do with an enablement: each move takes the enablement and a cloud, acts, and journals.

Commands and screens call these and nothing deeper. Each raises :class:`core.cloud.CloudError` where the cloud
failed, :class:`core.journal.store.JournalError` where the journal did, and :class:`NotYet` where the move
has to wait for something that the person can be told in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from core.cloud import Cloud, CloudError, Identity, OnProgress, ProbeReport, ProbeTarget, Watch
from core.handoff.proof import NOT_THERE, UNNAMED, read_output
from core.handoff.reply import Reply, read_reply
from core.handoff.ticket import Missing, Ticket, ticket
from core.journal import events as e
from core.network.model import Connection, Inventory, Observation, VendorService
from core.request.identifiers import same_id
from core.request.model import Direction, Problem, Request
from core.request.rules import check, request_of
from core.setup.executor import ExecutorEvent, Result, execute
from core.setup.plan import Plan, blocking, plan
from core.workflow.enablement import Enablement
from core.workflow.facts import news
from core.workflow.story import place_of, places, vendor_subscriptions

OPEN = frozenset({"available", "partial"})
ACCEPTED = OPEN | {"pending"}
LIVE = ACCEPTED | {"pending-acceptance"}
ENCRYPTED = frozenset({"HTTPS", "TLS", "FTPS", "LDAPS", "IMAPS", "SMTPS", "AMQPS"})


class NotYet(Exception):
    """A move that cannot be made now: ``message`` says why, ``remedy`` who does what, ``turn`` whose it is."""

    def __init__(self, message: str, remedy: str, turn: str = "customer") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.turn = turn


def complete_request(enablement: Enablement) -> Request:
    """The request. Raises NotYet while rules object to it."""
    request = enablement.request()
    if request is None:
        raise NotYet(
            "the request is not complete",
            f"See what is missing: privatelink status {enablement.id}; then correct it in the wizard.",
        )
    return request


def same_account(account: str | None, identity: Identity) -> Problem | None:
    """The problem that the credentials are for another account than the request's, or None."""
    if account is None or same_id(identity.account, account):
        return None
    return Problem(
        "wrong-account",
        "cloud.account",
        "error",
        f"the credentials ({identity.source}) are for account {identity.account}, "
        f"but the request names {account}",
        "Sign in to the request's account, or correct the account in the request.",
    )


def visible_services(cloud: Cloud, names: tuple[str, ...]) -> Mapping[str, VendorService | CloudError]:
    """Look every vendor service up side by side; a failure is the value instead of an answer."""
    if not names:
        return {}

    def look(name: str) -> VendorService | CloudError:
        try:
            return cloud.vendor_service(name)
        except CloudError as error:
            return error

    with ThreadPoolExecutor(min(8, len(names))) as pool:
        return dict(zip(names, pool.map(look, names), strict=True))


def collect(
    account: str | None, cloud: Cloud, network: str | None, on_progress: OnProgress | None = None
) -> Inventory | Problem:
    """Collect the network, or the problem that the credentials are for another account: there its resources
    are not to be found, which says nothing about them.
    """
    with ThreadPoolExecutor(1) as pool:
        identity = pool.submit(cloud.identity)
        try:
            inventory = cloud.inventory(network, on_progress)
        except CloudError:
            wrong = same_account(account, identity.result())
            if wrong is None:
                raise
            return wrong
        return same_account(account, identity.result()) or inventory


def make_plan(enablement: Enablement, cloud: Cloud, on_progress: OnProgress | None = None) -> Plan:
    """Collect the network and plan what the customer's side needs now. Changes nothing."""
    request = complete_request(enablement)
    with ThreadPoolExecutor(1) as pool:
        services = pool.submit(visible_services, cloud, enablement.story.service_names)
        inventory = collect(request.account, cloud, request.network, on_progress)
        looked_up = services.result()
    if isinstance(inventory, Problem):
        return Plan(problems=(inventory,))
    moved = _moved(enablement)
    if moved is not None:
        return Plan(problems=(moved,))
    vendor = tuple(value for value in looked_up.values() if isinstance(value, VendorService))
    planned = plan(request, enablement.story, inventory, vendor, enablement.offer, enablement.id)
    hidden = tuple(
        f"{name}: {value.message}" for name, value in looked_up.items() if isinstance(value, CloudError)
    )
    return Plan(planned.changes, planned.problems, (*planned.notes, *hidden))


def _moved(enablement: Enablement) -> Problem | None:
    """The problem that things were made somewhere else than the request names now.

    A second set in another place would leave the first one to nobody: what is made in one place is undone there.
    """
    here = place_of(enablement.story.draft)
    there = next((one for one in places(enablement.story) if one != here), None)
    if there is None:
        return None
    return Problem(
        "made-elsewhere",
        "cloud.network",
        "error",
        f"this enablement made things in {there.network} (account {there.account}, {there.region}), "
        f"and the request now names {here.network} (account {here.account}, {here.region})",
        f"Undo those first (privatelink undo {enablement.id}), or correct the request, or begin another "
        "enablement for the other network.",
    )


def apply_plan(
    enablement: Enablement,
    cloud: Cloud,
    planned: Plan,
    *,
    token: Callable[[str], str],
    pause: Callable[[float], bool],
    on_event: Callable[[ExecutorEvent], None] | None = None,
) -> Result:
    """Make a plan's changes. ``pause(seconds)`` waits and answers whether the person cancelled.

    Raises NotYet where a problem blocks the plan.
    """
    blocked = blocking(planned)
    if blocked:
        raise NotYet(blocked[0].message, blocked[0].remedy)
    story = enablement.story
    return execute(
        planned,
        cloud=cloud,
        enablement=enablement.id,
        known={key: made.id for key, made in story.made.items()},
        in_doubt=story.in_doubt,
        record=enablement.record,
        now=enablement.now,
        token=token,
        pause=pause,
        on_event=on_event,
    )


def file_ticket(enablement: Enablement, ticket: str) -> None:
    """Step 2: remember the Support ticket's number. Nothing that was done elsewhere stands in its way."""
    enablement.record(e.TicketFiled(at=enablement.now(), ticket=ticket))


def own_service_name(enablement: Enablement) -> str | None:
    """The customer's own endpoint service as far as anything said or showed it; on Azure its resource id, which
    the ticket wants rather than the alias.
    """
    given = enablement.story.draft.connection.service_name
    made = enablement.story.made.get("endpoint-service")
    observation = enablement.observation
    seen = observation.endpoint_services if observation else ()
    if given:
        return next(
            (one.id for one in seen if _azure(enablement) and same_id(one.service_name, given)), given
        )
    if made is None:
        return None
    if _azure(enablement):
        return made.id
    for service in seen:
        if service.id == made.id:
            return service.service_name
    region = enablement.story.draft.cloud.region
    return f"com.amazonaws.vpce.{region}.{made.id}" if made.id.startswith("vpce-svc-") else None


def _azure(enablement: Enablement) -> bool:
    return enablement.story.draft.cloud.platform == "azure"


def _own_names(enablement: Enablement) -> tuple[str, ...]:
    """Every name of the customer's own service: on Azure it has two."""
    observation = enablement.observation
    seen = observation.endpoint_services if observation else ()
    name = own_service_name(enablement)
    also = (one for row in seen for one in (row.id, row.service_name)) if _azure(enablement) else ()
    return tuple(one for one in (name, enablement.story.draft.connection.service_name, *also) if one)


def take_reply(enablement: Enablement, text: str) -> Reply:
    """Step 3: read the vendor's reply; what it names is journaled only where nothing is wrong with it."""
    cloud = enablement.story.draft.cloud
    reply = read_reply(
        text, cloud.platform or "aws", cloud.region or "", _own_names(enablement), cloud.account
    )
    told = reply.service_names or reply.subscriptions
    if told and not any(problem.severity == "error" for problem in reply.problems):
        enablement.record(
            e.DetailsReceived(
                at=enablement.now(),
                service_names=reply.service_names,
                subscriptions=reply.subscriptions,
            )
        )
    return reply


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
        if there and not hosts and _azure(enablement):
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
        if direction not in proofs or not proofs[direction].ok
    }


def write_ticket(enablement: Enablement, company: str | None) -> Ticket | Missing:
    """Step 1 and 2: the Support ticket, or why it cannot be filed yet."""
    problems = check(enablement.story.draft, enablement.offer)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    if errors:
        return Missing(errors)
    request = request_of(enablement.story.draft, enablement.offer)
    observation = enablement.observation
    service = next(iter(observation.endpoint_services), None) if observation else None
    asks = service.acceptance_required and not service.auto_approval if service else None
    return ticket(
        request,
        company=company,
        service_name=own_service_name(enablement),
        offer=enablement.offer,
        principal_allowed=_allows_magento(enablement, service.principals if service else None),
        acceptance_required=asks,
    )


def _allows_magento(enablement: Enablement, principals: tuple[str, ...] | None) -> bool | None:
    """Whether the own service allows Magento; None where nobody looked, or where no subscription of Magento's
    is known yet: then it comes with the ticket.
    """
    vendors: tuple[str, ...] = (enablement.offer.aws_principal,)
    if _azure(enablement):
        vendors = vendor_subscriptions(enablement.story, enablement.offer)
    if principals is None or not vendors:
        return None
    return {one.lower() for one in vendors} <= {one.lower() for one in principals}
