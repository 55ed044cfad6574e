"""F1: every page has its topic, its values are found somewhere, and its addresses can be taken away."""

from __future__ import annotations

import importlib
from urllib.parse import urlsplit

import pytest
from textual.containers import VerticalScroll

from tests.tui.screens.stage import Stage, settle
from tests.tui.screens.states import STATES
from tui.help_text import TOPICS
from tui.screens.help import Help
from tui.screens.wizard.route import PAGES
from tui.widgets.copyable import Copyable


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.key)
def test_every_page_has_its_topic(page: object) -> None:
    module, _, name = str(getattr(page, "page", "")).partition(":")
    shown = getattr(importlib.import_module(f"tui.screens.wizard.pages.{module}"), name)
    assert getattr(page, "key", "") == shown.TOPIC
    assert TOPICS[shown.TOPIC].text


@pytest.mark.parametrize("topic", ["account", "project", "type", "network", "services", "ticket", "details"])
def test_every_value_that_is_asked_for_is_found_somewhere(topic: str) -> None:
    assert TOPICS[topic].find


@pytest.mark.parametrize(("topic", "says"), [
    ("services", "SSH never crosses PrivateLink"),
    ("services", "Port 443 into Magento works on AWS, but not on Azure"),
    ("project", "nor for the Starter plan"),
    ("account", "same cloud and in the same region"),
    ("ticket", "up to five business days"),
    ("setup", "You pay"),
    ("request", "Private DNS is not part of the offer"),
    ("done", "Changes are made by ticket"),
    ("done", "can be bought from Magento Services"),
])  # fmt: skip
def test_what_privatelink_cannot_do_is_said_where_it_is_decided(topic: str, says: str) -> None:
    one = TOPICS[topic]
    assert says in " ".join((one.text, *one.know))


def test_addresses_are_whole() -> None:
    links = [link for topic in TOPICS.values() for link in topic.links]
    assert all(urlsplit(address).scheme == "https" and urlsplit(address).hostname for _, address in links)
    assert len({name for name, _ in links}) == len({address for _, address in links}), "one name, one address"


@pytest.mark.parametrize(
    "state", ["setup-plan", "accept-pending", "request-plan", "type-none", "account-fresh"]
)
async def test_the_documentation_can_be_copied_at_80_columns(state: str) -> None:
    app = Stage(STATES[state])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, Help)
        text = app.screen.query_one(VerticalScroll)
        assert text.virtual_size.width <= text.size.width
        await pilot.press("tab", "c")
        await settle(pilot)
        assert app.screen.query_one(Copyable).has_focus
        for _, address in TOPICS[app.screen.topic].links:
            assert address in app.clipboard.splitlines()
        await pilot.press("escape")
        assert not isinstance(app.screen, Help)
