"""Signing in to Azure on the first page, with the real session and a token endpoint that behaves like Entra's."""

from __future__ import annotations

import shlex
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.request.model import Draft, DraftCloud
from providers.sandbox import azure
from tui.app import PrivateLink
from tui.model import Model
from tui.screens.wizard import Wizard
from tui.widgets.field import Field

PATIENCE = 30.0
DRAFT = Draft(cloud=DraftCloud(platform="azure", region="westeurope"))
OURS = ("PRIVATELINK_AZURE_ENDPOINT", "PRIVATELINK_AZURE_CA", "AZURE_AUTHORITY_HOST")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[azure.Sandbox]:
    """An Azure whose people enter their codes themselves."""
    with azure.start(auto=False) as running:
        running.timing.sign_in = None
        yield running


@pytest.fixture
def nobody(sandbox: azure.Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Mapping[str, str]:
    """A machine without any sign-in of its own, which reaches that Azure."""
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in OURS:
        monkeypatch.setenv(name, sandbox.environment[name])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return sandbox.environment


def enter(environment: Mapping[str, str], code: str) -> None:
    """Open the page on another device and enter the code."""
    trust = ssl.create_default_context(cafile=environment["PRIVATELINK_AZURE_CA"])
    url = f"{environment['AZURE_AUTHORITY_HOST']}/devicelogin?code={code}"
    with urllib.request.urlopen(url, context=trust, timeout=10) as answer:
        assert b"signed in" in answer.read()


async def until(pilot: Pilot[Any], what: str, there: Callable[[Model], object]) -> Model:
    """Wait for the model to be so."""
    app = pilot.app
    assert isinstance(app, PrivateLink)
    end = time.monotonic() + PATIENCE
    while app.session is None or not there(app.session.model):
        told = app.session and (app.session.model.failures, app.session.model.jobs)
        assert time.monotonic() < end, f"{what}: {told}"
        await pilot.pause(0.05)
    await pilot.pause()
    return app.session.model


async def press(pilot: Pilot[Any], name: str) -> None:
    """Press an action of the page."""
    assert isinstance(pilot.app.screen, Wizard)
    button = next(one for one in pilot.app.screen.query("#actions Button") if one.name == name)
    assert await pilot.click(button)
    await pilot.pause()


@asynccontextmanager
async def asked(folder: Path, tenant: str | None = None) -> Any:
    """The wizard's first page, after it has found no sign-in."""
    app = PrivateLink(folder / "home")
    async with app.run_test(size=(80, 24)) as pilot:
        cloud = DRAFT.cloud.model_copy(update={"tenant": tenant})
        app.begin(DRAFT.model_copy(update={"cloud": cloud}))
        model = await until(pilot, "no sign-in", lambda model: "connect" in model.failures)
        failure = model.failures["connect"]
        assert failure.code == "no-credentials"
        assert "AZURE_TENANT_ID" in failure.message
        yield pilot
        assert not app._faults
        await app.end_session()


async def test_with_a_code(nobody: Mapping[str, str], tmp_path: Path) -> None:
    """The code is shown and can be copied; keys work meanwhile; then everything goes on by itself."""
    async with asked(tmp_path) as pilot:
        await press(pilot, "code")
        model = await until(pilot, "the code", lambda model: model.code)
        assert model.code is not None
        await press(pilot, "copy")
        assert pilot.app.clipboard == model.code.code
        await pilot.press("f3")
        await until(pilot, "another page", lambda _: pilot.app.screen.key == "project")
        await pilot.press("f2")
        enter(nobody, model.code.code)
        model = await until(pilot, "the sign-in", lambda model: model.networks and not model.jobs)
        assert model.identity is not None
        assert model.identity.source == "device code"
        assert model.draft.cloud.account == nobody["PRIVATELINK_SANDBOX_ACCOUNT"]
        assert model.code is None
        assert not model.failures


@pytest.mark.slow
async def test_a_code_is_given_up(nobody: Mapping[str, str], tmp_path: Path) -> None:
    """At once and without a failure; then any way of signing in can be tried again."""
    async with asked(tmp_path) as pilot:
        await press(pilot, "code")
        first = await until(pilot, "the code", lambda model: model.code)
        begun = time.monotonic()
        await press(pilot, "stop")
        model = await until(pilot, "the end", lambda model: not model.jobs)
        assert time.monotonic() - begun < 3
        assert (model.code, model.identity, dict(model.failures)) == (None, None, {})
        await press(pilot, "sign_in")
        await until(pilot, "what is set up", lambda model: "connect" in model.failures)
        await press(pilot, "code")
        model = await until(pilot, "another code", lambda model: model.code and model.code != first.code)
        assert model.code is not None
        enter(nobody, model.code.code)
        await until(pilot, "the sign-in", lambda model: model.identity)


async def test_a_code_that_is_refused(
    nobody: Mapping[str, str], sandbox: azure.Sandbox, tmp_path: Path
) -> None:
    async with asked(tmp_path) as pilot:
        await press(pilot, "code")
        model = await until(pilot, "the code", lambda model: model.code)
        assert model.code is not None
        sandbox.arm.tokens.decide(model.code.code, allowed=False)
        model = await until(pilot, "the refusal", lambda model: not model.jobs)
        assert model.failures["connect"].code == "no-credentials"
        assert "declined" in model.failures["connect"].message.lower()


BROWSER = """
import ssl, sys, urllib.request
ca, url = sys.argv[1:]
trust = ssl.create_default_context(cafile=ca)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
opener.open(url, timeout=10).read()
"""
"""A browser whose person signs in at once: it follows the page back to the program."""


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str, *arguments: str) -> None:
    """Make a program this machine's browser."""
    script = folder / "browser.py"
    script.write_text(program)
    # The & at the end: a browser that nobody waits for ("webbrowser", Python's library).
    monkeypatch.setenv(
        "BROWSER", shlex.join([sys.executable, str(script), *arguments, "%s", "&"]).replace("'", "")
    )


@pytest.mark.slow
async def test_a_browser_is_given_up_or_refused(
    nobody: Mapping[str, str], sandbox: azure.Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A page that stays open, then one where the person presses Cancel."""
    opened = tmp_path / "opened"
    install(monkeypatch, tmp_path, "import sys\nopen(sys.argv[1], 'w').close()", str(opened))
    async with asked(tmp_path) as pilot:
        await press(pilot, "browser")
        await until(pilot, "the page", lambda model: opened.exists())
        begun = time.monotonic()
        await press(pilot, "stop")
        model = await until(pilot, "the end", lambda model: not model.jobs)
        assert time.monotonic() - begun < 3
        assert (model.identity, dict(model.failures)) == (None, {})
        install(monkeypatch, tmp_path, BROWSER, nobody["PRIVATELINK_AZURE_CA"])
        monkeypatch.setattr(sandbox.arm.tokens, "refuses", True)
        await press(pilot, "browser")
        model = await until(
            pilot, "the refusal", lambda model: "connect" in model.failures and not model.jobs
        )
        assert model.failures["connect"].code == "no-credentials"
        assert "User declined to consent" in model.failures["connect"].message


async def test_in_the_browser_and_one_of_several_subscriptions(
    nobody: Mapping[str, str], sandbox: azure.Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sign-in lists them; the keyboard chooses; only then the subscription's networks are read."""
    install(monkeypatch, tmp_path, BROWSER, nobody["PRIVATELINK_AZURE_CA"])
    estate = sandbox.arm.estate
    ours = next(one for one in estate.subscriptions if one.id == nobody["PRIVATELINK_SANDBOX_ACCOUNT"])
    lab = replace(ours, id="aaaaaaaa-0000-4000-8000-00000000001a", name="A lab")
    monkeypatch.setattr(estate, "subscriptions", (*estate.subscriptions, lab))
    async with asked(tmp_path) as pilot:
        await press(pilot, "browser")
        model = await until(pilot, "the subscriptions", lambda model: model.accounts and not model.jobs)
        assert [one.id for one in model.accounts] == [lab.id, ours.id]
        assert (model.draft.cloud.account, model.networks) == (None, ())
        field = next(one for one in pilot.app.screen.query(Field) if one.path == "cloud.account")
        field.focus()
        await pilot.press("enter", "down", "down", "enter")
        model = await until(pilot, "its networks", lambda model: model.networks and not model.jobs)
        assert model.draft.cloud.account == ours.id
        assert model.identity is not None
        assert (model.identity.account, model.identity.source) == (ours.id, "browser")
        assert model.identity.principal == "admin@shop.sandbox.invalid"
        assert [one.name for one in model.networks] == ["shop-dev", "shop-prod"]
        assert not model.failures


async def test_no_browser_here(nobody: Mapping[str, str], tmp_path: Path) -> None:
    """A machine without a browser says so; nothing hangs."""
    async with asked(tmp_path) as pilot:
        await press(pilot, "browser")
        model = await until(pilot, "the reason", lambda model: "connect" in model.failures and not model.jobs)
        assert "browser" in model.failures["connect"].message.lower()
