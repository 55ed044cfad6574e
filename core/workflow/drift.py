"""What looks at the cloud show to have drifted, and all of it together with what a plan shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from core.network.model import Inventory
from core.request.model import Platform
from core.setup.admission import intruders
from core.setup.change import Change
from core.setup.drift import PLANNED, by_own_side, left, of_changes
from core.setup.ground import Resource
from core.workflow.facts import NOT_VISIBLE, VISIBLE, hides
from core.workflow.model import Drift
from core.workflow.story import Made, Seen
from core.workflow.view import ABSENT, ENDED, View
from core.workflow.words import moment, state_word

_ASK_WHY = "Ask Magento in the ticket why. "

_PLAN_AGAIN = "Plan again (privatelink plan): what the plan shows is made once you agree (privatelink apply)."

_BY_MAGENTO = {
    "rejected": "Magento's side: only a service's owner rejects.",
    "disconnected": "Magento's side: it removed the connection.",
    "expired": "Nobody: it was not answered in time.",
    "failed": "The cloud: it could not set it up.",
}
"""Who brings an own endpoint into a state that it does not leave."""


def drift(view: View, inventory: Inventory, changes: Iterable[Change]) -> tuple[Drift, ...]:
    """Everything that has drifted: what the plan's changes mend, and what is seen beside it.

    ``view`` knows what the inventory shows. A plan that is blocked has no changes: what is gone is named all the
    same.
    """
    mended = {one.key: one for one in of_changes(view.story, changes, _platform(view), view.now)}
    seen = {one.key: one for one in (*_missing(view, inventory), *of_story(view))}
    return (
        *(one for one in mended.values() if one.key not in seen),
        *(
            replace(one, planned=True, mend=_with_plan(one)) if one.key in mended else one
            for one in seen.values()
        ),
    )


def _missing(view: View, inventory: Inventory) -> Iterator[Drift]:
    """What was made or used and is not in an inventory that would show it."""
    shown: Mapping[str, Iterable[Resource]] = {
        "load-balancer": inventory.load_balancers,
        "listener": inventory.listeners,
        "target-group": inventory.target_groups,
        "endpoint-service": inventory.endpoint_services,
        "security-group": inventory.security_groups,
        "endpoint": inventory.endpoints,
    }
    there = {row.id.lower() for rows in shown.values() for row in rows}
    for made in view.story.made.values():
        if made.kind not in shown or made.id.lower() in there or made.key in view.story.in_doubt:
            continue
        if not any(hides(gap, made.kind) for gap in inventory.gaps):
            yield Drift(
                made.key,
                made.kind,
                made.id,
                left(made, view.now),
                "gone",
                _by_own_side(view, made.kind, gone=True),
                _PLAN_AGAIN,
            )


def _with_plan(one: Drift) -> str:
    return _ASK_WHY + PLANNED if one.mend.startswith(_ASK_WHY) else PLANNED


def of_story(view: View) -> tuple[Drift, ...]:
    """What the last looks showed of that which was made here or is used."""
    return (*_gone(view), *_let_in(view), *_cut(view), *_hidden(view))


def _platform(view: View) -> Platform:
    return "azure" if view.azure else "aws"


def _by_own_side(view: View, kind: str, *, gone: bool) -> str:
    return by_own_side(_platform(view), view.story.draft.cloud.account, kind, gone=gone)


def _gone(view: View) -> Iterator[Drift]:
    """Load balancers, services and endpoints that went away or came into a state that leads nowhere."""
    looks = {(kind, id.lower()): seen for (kind, id), seen in view.story.seen.items()}
    for made in view.story.made.values():
        seen = looks.get((made.kind, made.id.lower()))
        if seen is None or made.key in view.story.in_doubt or not _lost(seen):
            continue
        state = seen.fact.state
        yield Drift(
            made.key,
            made.kind,
            made.id,
            _was(view, made, seen),
            "gone" if state in ABSENT else state_word(state, view.azure),
            _BY_MAGENTO.get(state, "")
            if made.kind == "endpoint" and state in _BY_MAGENTO
            else _by_own_side(view, made.kind, gone=True),
            _ASK_WHY + "Then the next plan makes it anew (privatelink plan, then apply)."
            if made.kind == "endpoint" and state in ENDED
            else _PLAN_AGAIN,
            seen.since,
        )


def _lost(seen: Seen) -> bool:
    state = seen.fact.state
    if state in ABSENT:
        return True
    if seen.fact.kind == "endpoint":
        return state in ENDED
    return state in ENDED and seen.before in ("available", "active")


def _was(view: View, made: Made, seen: Seen) -> str:
    before = f", last {state_word(seen.before, view.azure)}" if seen.before else ""
    return left(made, view.now) + before


def _let_in(view: View) -> Iterator[Drift]:
    """What changed about whom the own service lets in."""
    service = view.own_service()
    made = view.story.made.get("endpoint-service")
    if service is None or made is None or made.id.lower() != service.fact.id.lower() or _lost(service):
        return
    id = service.fact.id
    if view.asks_nobody(service):
        yield Drift(
            made.key,
            made.kind,
            id,
            f"{left(made, view.now)}, asking before anybody is let in",
            "letting in without asking",
            _by_own_side(view, made.kind, gone=False),
            "Plan again (privatelink plan): the plan turns it off once you agree (privatelink apply).",
        )
    who = view.admitted()
    for name, problem in zip(
        view.strangers(service),
        intruders(who, id, view.strangers(service), view.story.draft.cloud.region or ""),
        strict=True,
    ):
        yield Drift(
            f"principal/{name}",
            made.kind,
            id,
            "open to Magento alone",
            f"open to {'everybody (*)' if name == '*' else name}",
            _by_own_side(view, "principal", gone=False),
            problem.remedy,
        )
    ever = view.story.allowed.get(id.lower(), ())
    if view.allows_vendor(service) is False and any(map(who.vendor, ever)):
        yield Drift(
            "principal",
            made.kind,
            id,
            "open to Magento",
            "not open to Magento any more",
            _by_own_side(view, "principal", gone=True),
            "Plan again (privatelink plan): the plan adds Magento once you agree (privatelink apply).",
        )


def _cut(view: View) -> Iterator[Drift]:
    """Connections of Magento's that were accepted here and are not there any more."""
    for decision in view.story.decided.values():
        seen = view.story.seen.get(("connection", decision.endpoint_id))
        if decision.decision != "accept" or seen is None or seen.fact.state not in ABSENT | ENDED:
            continue
        if seen.since < decision.at or not view.admitted().vendor(decision.owner):
            continue
        rejected = seen.fact.state == "rejected"
        yield Drift(
            f"connection/{decision.endpoint_id}",
            "connection",
            decision.endpoint_id,
            f"accepted here {moment(decision.at, view.now)}",
            "gone" if seen.fact.state in ABSENT else state_word(seen.fact.state, view.azure),
            _by_own_side(view, "connection", gone=False)
            if rejected
            else "Magento's side, whose endpoint it is.",
            "Ask Magento in the ticket to request the connection again.",
            seen.since,
        )


def _hidden(view: View) -> Iterator[Drift]:
    """Services of Magento's that do not show themselves any more."""
    for name in view.story.service_names:
        seen = view.story.seen.get(("vendor-service", name))
        if seen is not None and seen.fact.state == NOT_VISIBLE and seen.before == VISIBLE:
            yield Drift(
                f"vendor-service/{name}",
                "vendor-service",
                name,
                "visible to you",
                "not visible to you any more",
                "Magento's side: it took the permission back, or removed the service.",
                "Ask Magento in the ticket.",
                seen.since,
            )
