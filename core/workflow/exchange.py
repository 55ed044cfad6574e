"""What goes to Magento and what comes back: the Support ticket, its number, and the reply with the details."""

from __future__ import annotations

from core.handoff.reply import Reply, read_reply
from core.handoff.ticket import Missing, Ticket, ticket
from core.journal import events as e
from core.request.identifiers import same_id
from core.request.rules import check, request_of
from core.text import hidden
from core.workflow.enablement import Enablement, NotYet
from core.workflow.story import Story, vendor_subscriptions

MOST_NUMBER = 200
"""Characters of a ticket number at the most."""


def _unfit_number(number: str) -> tuple[str, str] | None:
    """Why this cannot be a ticket's number, and what to do; None where it can."""
    unseen = hidden(number)
    if unseen is not None:
        return (
            f"the ticket number has a character that cannot be seen: {unseen}",
            "Type the number as the help desk shows it.",
        )
    if not 0 < len(number) <= MOST_NUMBER:
        return (
            f"a ticket number has 1 to {MOST_NUMBER} characters",
            "Give the number that the help desk shows.",
        )
    return None


def file_ticket(enablement: Enablement, ticket: str) -> None:
    """Step 2: remember the Support ticket's number. Nothing that was done elsewhere stands in its way.

    Raises NotYet for what can be no ticket's number, JournalError.
    """
    unfit = _unfit_number(ticket)
    if unfit is not None:
        raise NotYet(*unfit)
    enablement.record(e.TicketFiled(at=enablement.now(), ticket=ticket))


def own_service_name(enablement: Enablement) -> str | None:
    """The customer's own endpoint service as far as anything said or showed it; on Azure its resource id, which
    the ticket wants rather than the alias.
    """
    given = enablement.story.draft.connection.service_name
    made = enablement.story.made.get("endpoint-service")
    observation = enablement.observation
    for service in observation.endpoint_services if observation else ():
        if given and enablement.on_azure and same_id(service.service_name, given):
            return service.id
        if not given and made is not None and not enablement.on_azure and service.id == made.id:
            return service.service_name
    return service_of_story(enablement.story)


def service_of_story(story: Story) -> str | None:
    """The customer's own endpoint service as far as the request names it or the journal says that it was made."""
    cloud, made = story.draft.cloud, story.made.get("endpoint-service")
    if story.draft.connection.service_name or made is None:
        return story.draft.connection.service_name
    if cloud.platform == "azure":
        return made.id
    return f"com.amazonaws.vpce.{cloud.region}.{made.id}" if made.id.startswith("vpce-svc-") else None


def _own_names(enablement: Enablement) -> tuple[str, ...]:
    """Every name of the customer's own service: on Azure it has two."""
    observation = enablement.observation
    seen = observation.endpoint_services if observation else ()
    name = own_service_name(enablement)
    also = (one for row in seen for one in (row.id, row.service_name)) if enablement.on_azure else ()
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
    if enablement.on_azure:
        vendors = vendor_subscriptions(enablement.story, enablement.offer)
    if principals is None or not vendors:
        return None
    return {one.lower() for one in vendors} <= {one.lower() for one in principals}
