"""Turns events into the model that the session would show: the real core, on paper, at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from core.export.commands import script
from core.journal import events as e
from core.network.model import Inventory, Observation, VendorService
from core.request.model import Draft
from core.request.rules import check, request_of
from core.setup.plan import Plan
from core.setup.planning import plan
from core.workflow import connections, exchange, provision
from core.workflow.enablement import Enablement
from core.workflow.prerequisites import prerequisites
from tests.tui.screens.account import BARE, ID, IDENTITY, NETWORKS, OFFER, REGIONS
from tui.answers import known as known_of
from tui.answers import probe_commands
from tui.model import Model

ZONE = timezone(timedelta(hours=1), "CET")
"""The person's time zone. The tests' own is the same."""


TZ = "CET-1CEST,M3.5.0,M10.5.0/3"
"""The same for the machine; a rule rather than a name needs no zone files."""


class Paper:
    """A journal that is kept nowhere."""

    id = ID
    writable = True

    def __init__(self, events: Sequence[e.Event]) -> None:
        self.written = list(events)

    def events(self) -> Iterator[e.Event]:
        """All of them, oldest first."""
        return iter(self.written)

    def append(self, event: e.Event) -> None:
        """Write one."""
        self.written.append(event)


def enablement(events: Sequence[e.Event], now: datetime, observation: Observation | None) -> Enablement:
    """An enablement on paper."""
    one = Enablement(Paper(events), OFFER, lambda: now)  # type: ignore[arg-type]  # what is used of a journal
    one.observation = observation
    return one


def answered(draft: Draft, now: datetime, **fields: Any) -> Model:
    """A model of answers alone: nothing is in a journal yet."""
    model = Model(now=now, draft=draft, problems=check(draft, OFFER))
    model = replace(model, **fields)
    return replace(model, prerequisites=prerequisites(known_of(model, draft, model.problems)))


def planned(
    draft: Draft, one: Enablement, inventory: Inventory = BARE, vendor: tuple[VendorService, ...] = ()
) -> Plan:
    """The plan of a complete draft."""
    made = plan(request_of(draft, OFFER), one.story, inventory, vendor, OFFER, one.id)
    shown = {row.service_name: row for row in vendor}
    return replace(made, drift=provision.drifted(one, inventory, shown, made))


def told(
    draft: Draft,
    events: Sequence[e.Event],
    now: datetime,
    *,
    observation: Observation | None = None,
    inventory: Inventory = BARE,
    vendor: tuple[VendorService, ...] = (),
    **fields: Any,
) -> Model:
    """The model after these events, with the plan that the account asks for."""
    saved = e.RequestSaved(at=now - timedelta(days=9), request=draft)
    one = enablement((saved, *events), now, observation)
    problems = check(draft, OFFER)
    complete = not any(problem.severity == "error" for problem in problems)
    made = planned(draft, one, inventory, vendor) if complete else None
    base: dict[str, Any] = {
        "now": now,
        "id": ID,
        "draft": draft,
        "problems": problems,
        "identity": IDENTITY,
        "regions": REGIONS,
        "networks": NETWORKS,
        "inventory": inventory,
        "story": one.story,
        "plan": made,
        "script": script(made, one.id, draft.cloud.region or "") if made else "",
        "ticket": exchange.write_ticket(one, None),
        "observation": observation,
        "incoming": connections.incoming(one, observation),
        "timeline": one.timeline(),
        "commands": probe_commands(one) if complete else {},
    }
    model = Model(**(base | fields))
    known = known_of(model, draft, problems)
    return replace(model, prerequisites=fields.get("prerequisites", prerequisites(known)))
