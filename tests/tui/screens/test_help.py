"""F1: every page has its topic, its values are found somewhere, and its addresses can be taken away."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Static

from core.explain.look_up import explain
from core.explain.vendor_page import SECTIONS
from core.request.fields import FIELDS
from core.request.model import Platform
from tests.tui.screens.stage import Stage, settle
from tests.tui.screens.states import STATES
from tui.help_fields import field_help
from tui.help_text import TOPICS
from tui.screens.glossary import Glossary, WordList
from tui.screens.help import Help, TermList, _links
from tui.screens.wizard.route import PAGES
from tui.settings_table import BY_PATH
from tui.widgets.copyable import Copyable
from tui.widgets.field import Field

ROOT = Path(__file__).parents[3]


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


def fields_of_the_screens() -> set[str]:
    """The path of every field that a screen makes, and the ids of inputs that stand alone."""
    found = set()
    for file in (ROOT / "tui/screens").rglob("*.py"):
        for call in (one for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.Call)):
            name = getattr(call.func, "id", "")
            given = {one.arg: one.value for one in call.keywords}
            path = (
                call.args[0] if name == "Field" else given.get("id") if name in ("Input", "Pasted") else None
            )
            if isinstance(path, ast.Constant):
                found.add(str(path.value))
    return found - {"word"}  # the glossary's own search, where F1 closes it


def test_every_field_has_its_help() -> None:
    found = fields_of_the_screens() | set(BY_PATH)
    assert {"cloud.region", "ticket", "reply", "search", "audit.file", "target_port"} <= found
    for path in found:
        told = field_help(path, None)
        assert told is not None, path
        assert told.text.endswith((".", "”")), path


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_what_the_cloud_knows_is_found_in_its_console(path: str) -> None:
    if path in ("cloud.account", "cloud.region", "cloud.network", "cloud.subnets", "services.*.targets"):
        others: dict[Platform, str] = {"aws": "Azure portal", "azure": "console"}
        for platform, other in others.items():
            told = field_help(path, platform)
            assert told is not None
            assert told.example
            assert other not in told.find[0]


async def test_f1_on_a_field_tells_of_it_first() -> None:
    app = Stage(STATES["project-filled"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, Help)
        first, told, *_ = (str(one.render()) for one in app.screen.query(Static))
        assert first == "Magento Cloud project ID"
        assert "As in: abcdefg123456" in told


async def test_f1_works_in_a_dialog_and_leaves_its_answers() -> None:
    app = Stage(STATES["services-list"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.wizard.do("add")
        await settle(pilot)
        app.screen.query_one("#name-field", Field).fill("Shop")
        app.screen.query_one("#port-field", Field).focus()
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, Help)
        assert (app.screen.asked.topic, app.screen.asked.path) == ("services", "port")
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query_one("#name-field", Field).value == "Shop"


async def test_from_a_word_of_the_page_to_the_glossary_and_its_search() -> None:
    app = Stage(STATES["setup-plan"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        words = app.screen.query_one(TermList)
        assert {"Endpoint service", "NLB"} <= {one.name for one in words.items}
        words.point("Endpoint service")
        words.focus()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(app.screen, Glossary)
        assert "Endpoint service" in str(app.screen.query_one("#meaning", Static).render())
        await pilot.press("slash", *"port-ssh")
        await settle(pilot)
        listed = app.screen.query_one(WordList).items
        assert {one.name for one in listed if "ssh" in one.name} == {one.name for one in explain("port-ssh")}
        assert "What to do" in str(app.screen.query_one("#meaning", Static).render())
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, Help)


def test_every_step_links_its_section_of_the_vendors_page() -> None:
    assert {page.key for page in PAGES} - {key for key, one in TOPICS.items() if one.sections} == {"undo"}
    assert {section for one in TOPICS.values() for section in one.sections} == set(SECTIONS)
    told = [link for one in TOPICS.values() for link in _links(one)]
    assert len({name for name, _ in told}) == len({address for _, address in told}), "one name, one address"
