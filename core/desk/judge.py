"""A request judged: by the offer's rules, by what its ticket still lacks, and by the inventories that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.audit.catalogue import audit_all
from core.audit.finding import Finding, Report
from core.handoff.ticket import Missing, Ticket, ticket
from core.network.model import EndpointService, Inventory
from core.request.identifiers import account_of, same_id
from core.request.model import Draft, Problem, Request
from core.request.offer import Offer
from core.request.rules import request_of
from core.setup.planning import plan
from core.workflow.exchange import service_of_story
from core.workflow.story import Story, vendor_subscriptions

NOBODY = Report((), (), (), ())
"""What an audit of nothing finds."""
NAMELESS = "service-name-missing"
UNNAMED = "the-desk"
"""The enablement that a request is planned as which belongs to none: nothing carries its tag."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a request, and its ticket where nothing is.

    ``seen`` is the inventory that it was held against, None without one; ``report`` is that one's audit, as far as it
    is about the request's network.
    """

    problems: tuple[Problem, ...]
    ticket: Ticket | None
    seen: Inventory | None = None
    report: Report = NOBODY

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stands in the way of the ticket."""
        return tuple(one for one in self.problems if one.severity == "error")


def judge(
    draft: Draft,
    problems: tuple[Problem, ...],
    inventories: Sequence[Inventory],
    offer: Offer,
    *,
    enablement: str = "",
    story: Story | None = None,
    company: str | None = None,
) -> Verdict:
    """Judge a draft, whose problems by the rules are known, against the inventories of its account. What carries the
    tag of ``enablement`` is its own.
    """
    story = story or Story(draft=draft)
    own, service = service_of_story(story), None
    problems = _told(problems, own)
    seen = _fitting(draft, inventories)
    report = _about(draft, audit_all((seen,), offer)) if seen is not None else NOBODY
    if any(one.severity == "error" for one in problems):
        return Verdict(problems, None, seen, report)
    request = request_of(draft, offer)
    if seen is not None:
        planned = plan(request, story, seen, (), offer, enablement or UNNAMED)
        problems = _joined(problems, planned.problems)
        adopted = next((one.id for one in planned.changes if one.key == "endpoint-service"), None)
        service = _service(seen, own, adopted)
        own = own or _name(service, request)
        problems = _told(problems, own)
    made = ticket(
        request,
        company=company,
        service_name=own,
        offer=offer,
        principal_allowed=_allows(service, request, story, offer),
        acceptance_required=service.acceptance_required and not service.auto_approval if service else None,
    )
    if isinstance(made, Missing):
        problems = _joined(problems, made.reasons)
    wrong = any(one.severity == "error" for one in problems)
    return Verdict(problems, None if wrong or isinstance(made, Missing) else made, seen, report)


def _fitting(draft: Draft, inventories: Sequence[Inventory]) -> Inventory | None:
    """The inventory of the request's account: that of its region before others, the newest before older ones."""
    account, region = (draft.cloud.account or "").strip().lower(), (draft.cloud.region or "").strip().lower()
    fitting = [one for one in inventories if account and one.account.lower() == account]
    return max(fitting, key=lambda one: (one.region == region, one.taken_at), default=None)


def _about(draft: Draft, report: Report) -> Report:
    """What a report says of the request's network, and of what is in none."""
    network = draft.cloud.network

    def near(one: Finding) -> bool:
        return not network or not one.resource.network or same_id(one.resource.network, network)

    return Report(report.scopes, tuple(filter(near, report.findings)), report.not_checked, report.held)


def _told(problems: tuple[Problem, ...], own: str | None) -> tuple[Problem, ...]:
    """The problems; that a service has no name yet is none where its name is known from elsewhere."""
    return tuple(one for one in problems if own is None or one.code != NAMELESS)


def _joined(problems: tuple[Problem, ...], more: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Both; of a field that has an error by now, a warning that something is missing says nothing more."""
    fields = {one.field for one in more if one.severity == "error"}
    kept = (one for one in problems if not (one.code == NAMELESS and one.field in fields))
    return tuple(dict.fromkeys((*kept, *more)))


def _service(seen: Inventory, own: str | None, adopted: str | None) -> EndpointService | None:
    names = [name for name in (own, adopted) if name]
    return next(
        (
            one
            for one in seen.endpoint_services
            if any(same_id(name, known) for name in names for known in (one.id, one.service_name) if known)
        ),
        None,
    )


def _name(service: EndpointService | None, request: Request) -> str | None:
    """An own service's name as the ticket wants it."""
    if service is None:
        return None
    return service.id if request.platform == "azure" else service.service_name


def _allows(service: EndpointService | None, request: Request, story: Story, offer: Offer) -> bool | None:
    """Whether the service allows Magento; None where it was not seen, or nobody of Magento's is known yet."""
    azure = request.platform == "azure"
    vendors = vendor_subscriptions(story, offer) if azure else (offer.aws_account,)
    if service is None or service.principals is None or not vendors:
        return None
    return set(vendors) <= {account_of(one).lower() for one in service.principals}
