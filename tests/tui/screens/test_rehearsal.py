"""The wizard with its real session on the real sandbox, by keys: from nothing to verified, both types."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.handoff.ticket import Ticket
from core.setup.plan import pending
from providers.worker import Worker
from providers.worker_child import Start
from tui.app import PrivateLink
from tui.model import Model
from tui.screens.wizard import Wizard
from tui.screens.wizard.run_dialog import RunDialog
from tui.widgets.dialog import ConfirmDialog

PATIENCE = 60.0
"""Seconds to wait for one thing; a busy machine may need them."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A sandbox in a process of its own, whose Magento answers at once."""
    one = Worker(Start("providers.sandbox:rehearse", {"delay": 0.1}))
    yield one
    one.close()


async def until(pilot: Pilot[Any], what: str, there: Callable[[Model], object]) -> None:
    """Wait for the model to be so."""
    app = pilot.app
    assert isinstance(app, PrivateLink)
    end = time.monotonic() + PATIENCE
    while app.session is None or not there(app.session.model):
        told = app.session and (app.session.model.failures, app.session.model.jobs)
        assert time.monotonic() < end, f"{what}: {told}"
        assert not app._faults
        await pilot.pause(0.05)
    await pilot.pause()


async def go(pilot: Pilot[Any], key: str) -> None:
    """Turn pages forward with F3."""
    screen = pilot.app.screen
    assert isinstance(screen, Wizard)
    while screen.key != key:
        before = screen.key
        await pilot.press("f3")
        await pilot.pause()
        assert screen.key != before


def proved(direction: str) -> Callable[[Model], bool]:
    """Whether a direction is proved."""
    return lambda model: direction in model.story.proofs and model.story.proofs[direction].ok


def step(number: str, model: Model) -> str:
    """A step's state."""
    line = model.timeline
    return next((one.state for one in line.steps if one.number == number), "") if line else ""


async def make_changes(pilot: Pilot[Any]) -> None:
    """Let the tool make the plan's changes."""
    await until(pilot, "plan", lambda model: model.plan and pending(model.plan) and "plan" not in model.jobs)
    await pilot.press("f4")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ConfirmDialog)
    await pilot.press("enter")
    await until(
        pilot,
        "changes",
        lambda model: model.plan and not pending(model.plan) and not {"plan", "apply"} & model.jobs,
    )


async def probes_run_on_a_machine(pilot: Pilot[Any]) -> None:
    """From the page of the diagnosis: asked, agreed to, run, and read."""
    wizard = pilot.app.screen
    assert isinstance(wizard, Wizard)
    await wizard.go("doctor")
    await until(pilot, "diagnosis", lambda model: model.runs and not model.jobs)
    wizard.do("run")
    await pilot.pause()
    dialog = pilot.app.screen
    assert isinstance(dialog, RunDialog)
    await pilot.click("#yes")
    await until(pilot, "run", lambda model: any("* Connected to" in one.text for one in model.log))
    await until(
        pilot,
        "what it showed",
        lambda model: (
            model.diagnosis
            and any(
                row.value.startswith("connected to 10.")
                for path in model.diagnosis.paths
                for hop in path.hops
                for row in hop.evidence
            )
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bidirectional", "unidirectional"])
async def test_from_nothing_to_verified(worker: Worker, tmp_path: Path, kind: str) -> None:
    both = kind == "bidirectional"
    app = PrivateLink(tmp_path, rehearsal=worker)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, "sign-in", lambda model: model.networks and not model.jobs)
        await go(pilot, "type")
        app.screen.query_one("TypeList").point(kind)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, "type", lambda model: model.draft.connection.type == kind)
        if both:
            await go(pilot, "setup")
            await make_changes(pilot)
        await go(pilot, "ticket")
        await until(pilot, "ticket", lambda model: isinstance(model.ticket, Ticket))
        await pilot.press("f4")
        await until(pilot, "filed", lambda model: model.story.ticket)
        await go(pilot, "details")
        await until(pilot, "reply", lambda model: model.inbox)
        await pilot.press("f4")
        await until(pilot, "names", lambda model: model.story.service_names)
        await go(pilot, "request")
        await make_changes(pilot)
        await go(pilot, "progress")
        await until(pilot, "approval", lambda model: step("5", model) == "done")
        if both:
            await go(pilot, "accept")
            await until(pilot, "request", lambda model: model.incoming and model.incoming.pending)
            await pilot.press("f4")
            await until(pilot, "accepted", lambda model: step("7b", model) == "done")
        await go(pilot, "verify")
        await until(pilot, "commands", lambda model: "to-magento" in model.commands)
        await pilot.press("f4")
        await until(pilot, "proof", proved("to-magento"))
        if both:
            await until(pilot, "idle", lambda model: not model.jobs)
            await pilot.press("f4")
            await until(pilot, "proof from the other side", proved("from-magento"))
        await until(
            pilot, "end", lambda model: model.timeline is not None and model.timeline.state == "verified"
        )
        await go(pilot, "done")
        if not both:
            await probes_run_on_a_machine(pilot)
        await pilot.press("f10")
        end = time.monotonic() + PATIENCE
        while app.return_value is None and time.monotonic() < end:
            await asyncio.sleep(0.05)
    assert app.return_value == 0
