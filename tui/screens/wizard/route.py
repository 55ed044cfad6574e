"""The wizard's pages in their order, and how far each is: pure functions of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.workflow.timeline import StepState
from tui.model import Model

NOT_YET = frozenset(
    {"required", "bidirectional-from-magento-missing", "bidirectional-to-magento-missing", "targets-missing"}
)
"""Problems that only say that an answer is not there yet: on a page that is still open, nothing is wrong."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """One page: its key, its title in the rail (with words in braces), ``module:class`` of the page, and its state."""

    key: str
    title: str
    page: str
    state: Callable[[Model], StepState]


def _answered(*prefixes: str) -> Callable[[Model], StepState]:
    """Done when no rule objects to these fields."""

    def state(model: Model) -> StepState:
        found = model.problems_in(*prefixes)
        if any(problem.severity == "error" for problem in found):
            wrong = any(problem.code not in NOT_YET for problem in found if problem.severity == "error")
            return "problem" if wrong else "active"
        return "done"

    return state


def _account(model: Model) -> StepState:
    if model.identity is None:
        return "problem" if "connect" in model.failures else "active"
    if model.draft.cloud.account is None:
        return "active"
    return "done" if model.identity.account == model.draft.cloud.account else "problem"


def _prerequisites(model: Model) -> StepState:
    if any(problem.code in NOT_YET for problem in model.problems if problem.severity == "error"):
        return "todo"
    states = {one.state for one in model.prerequisites if one.code != "setup"}
    if "problem" in states:
        return "problem"
    return "active" if "not-checked" in states or not states else "done"


def _step(*numbers: str) -> Callable[[Model], StepState]:
    """The state of the first of these workflow steps that is not done."""

    def state(model: Model) -> StepState:
        if model.timeline is None:
            return "todo"
        states = [step.state for step in model.timeline.steps if step.number in numbers]
        left = [one for one in states if one != "not-needed"]
        return next((one for one in left if one != "done"), "done" if left else "not-needed")

    return state


def _setup(model: Model) -> StepState:
    if model.draft.connection.type == "unidirectional":
        return "not-needed"
    return _step("0")(model)


def _progress(model: Model) -> StepState:
    """Not a thing to do, so never "active": a problem, somebody else's turn, or behind us."""
    line = model.timeline
    if line is None:
        return "todo"
    if line.state == "problem":
        return "problem"
    if line.turn in ("cta", "magento"):
        return "waiting"
    return "done" if _step("5")(model) == "done" else "todo"


def _done(model: Model) -> StepState:
    return "done" if model.timeline is not None and model.timeline.state == "verified" else "todo"


def _doctor(model: Model) -> StepState:
    if model.diagnosis is None:
        return "active"
    return "done" if model.diagnosis.healthy else "problem"


def _audit(model: Model) -> StepState:
    if model.audit is None:
        return "active"
    grave = any(one.severity in ("critical", "high") for one in model.audit.findings)
    return "problem" if grave else "done"


def _undo(model: Model) -> StepState:
    return "done" if model.story.undone_at is not None else "active"


PAGES: tuple[PageInfo, ...] = (
    PageInfo("account", "Sign-in", "account:AccountPage", _account),
    PageInfo("project", "Project", "project:ProjectPage", _answered("project")),
    PageInfo("type", "Type", "type:TypePage", _answered("connection.type")),
    PageInfo("network", "Network", "network:NetworkPage", _answered("cloud.network", "cloud.subnets")),
    PageInfo("services", "Services", "services:ServicesPage", _answered("services")),
    PageInfo("prerequisites", "Prerequisites", "prerequisites:PrerequisitesPage", _prerequisites),
    PageInfo("setup", "Your side", "setup:SetupPage", _setup),
    PageInfo("ticket", "Ticket", "ticket:TicketPage", _step("1", "2")),
    PageInfo("details", "Reply", "details:DetailsPage", _step("3")),
    PageInfo("request", "Request", "request:RequestPage", _step("4")),
    PageInfo("progress", "Progress", "progress:ProgressPage", _progress),
    PageInfo("accept", "{w.accept}", "accept:AcceptPage", _step("7b")),
    PageInfo("verify", "Verify", "verify:VerifyPage", _step("6", "7c")),
    PageInfo("done", "Done", "done:DonePage", _done),
    PageInfo("doctor", "Diagnosis", "doctor:DoctorPage", _doctor),
    PageInfo("findings", "Audit", "audit:AuditPage", _audit),
    PageInfo("undo", "Undo", "undo:UndoPage", _undo),
)

BY_KEY = {page.key: page for page in PAGES}


def needed(model: Model) -> tuple[PageInfo, ...]:
    """The pages that this connection type has; diagnosis, audit and undo once somebody asked for them."""
    left_out = set() if model.bidirectional or model.draft.connection.type is None else {"setup", "accept"}
    if not model.diagnosing:
        left_out.add("doctor")
    if model.audit is None and "audit" not in model.jobs:
        left_out.add("findings")
    if model.removal is None:
        left_out.add("undo")
    return tuple(page for page in PAGES if page.key not in left_out)


IN_TURN = frozenset({"account", "project", "type", "network", "services", "prerequisites", "setup", "ticket"})
"""The pages that come one after the other: the customer's, before anybody else has a turn."""


def rail(model: Model) -> tuple[tuple[PageInfo, StepState], ...]:
    """The pages with their states; of those that come in turn only the first that is open is the one for now."""
    pages = [(page, page.state(model)) for page in needed(model)]
    first = next((page.key for page, state in pages if state == "active"), None)
    return tuple(
        (page, "todo" if state == "active" and page.key in IN_TURN and page.key != first else state)
        for page, state in pages
    )


def beside(model: Model, key: str, by: int) -> str:
    """The key of the page before (-1) or after (+1) one."""
    keys = [page.key for page in needed(model)]
    place = keys.index(key) if key in keys else len(keys) - 1
    return keys[max(0, min(len(keys) - 1, place + by))]


def first_open(model: Model) -> str:
    """Where to resume: the first page that is not done; live progress while it is somebody else's turn.

    Prerequisites that only wait for the sign-in, which is yet to come, are passed over: the plan of the step that
    follows checks them too.
    """
    if model.timeline is not None and model.timeline.state == "verified":
        return "done"
    if model.timeline is not None and model.timeline.turn in ("cta", "magento"):
        return "progress"
    for page in needed(model):
        if page.key == "account":
            if model.draft.cloud.account is None or model.problems_in("cloud.account", "cloud.region"):
                return "account"
        elif page.key == "prerequisites" and model.identity is None and page.state(model) == "active":
            continue
        elif page.state(model) not in ("done", "not-needed"):
            return page.key
    return "done"
