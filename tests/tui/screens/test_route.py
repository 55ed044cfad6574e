"""Where an enablement is resumed: at the step where it was left, though nobody is signed in yet."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace

import pytest

from core.workflow.prerequisites import prerequisites
from tests.tui.screens.states import STATES
from tui.answers import known as known_of
from tui.model import Model
from tui.screens.wizard.route import PAGES, PageInfo, first_open


def resumed(name: str) -> Model:
    """The model as it is read from the journal: no sign-in, no networks, no plan."""
    model = replace(STATES[name].model, identity=None, inventory=None, plan=None, networks=())
    return replace(model, prerequisites=prerequisites(known_of(model, model.draft, model.problems)))


@pytest.mark.parametrize(
    ("state", "page"),
    [
        ("setup-plan", "setup"),
        ("ticket-complete", "ticket"),
        ("details-pasted", "progress"),
        ("progress-waiting", "progress"),
        ("accept-pending", "accept"),
        ("done-verified", "done"),
    ],
)
def test_the_same_step_is_resumed(state: str, page: str) -> None:
    model = resumed(state)
    assert "not-checked" in {one.state for one in model.prerequisites}
    assert first_open(model) == page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_page_says_you_and_never_the_customer(page: PageInfo) -> None:
    """It speaks to whoever sets up; only the presenter of a walkthrough speaks of the customer."""
    module, name = page.page.split(":")
    shown = getattr(importlib.import_module(f"tui.screens.wizard.pages.{module}"), name)
    for text in (page.title, shown.HEADING, shown.WHY):
        assert not re.search(r"\bcustomer", text.replace("Customer Technical Advisor", ""), re.IGNORECASE)
