"""Signing in to Azure on the first page, with the real session and a token endpoint that behaves like Entra's."""

from __future__ import annotations

import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.request.model import Draft, DraftCloud
from providers.sandbox import azure
from tui.app import PrivateLink
from tui.model import Model
from tui.screens.wizard import Wizard

PATIENCE = 30.0
DRAFT = Draft(cloud=DraftCloud(platform="azure", region="westeurope"))
OURS = ("PRIVATELINK_AZURE_ENDPOINT", "PRIVATELINK_AZURE_CA", "AZURE_AUTHORITY_HOST")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[azure.Sandbox]:
    """An Azure whose people enter their codes themselves."""
    with azure.start(auto=False) as running:
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
    assert app.session is not None
    end = time.monotonic() + PATIENCE
    while not there(app.session.model):
        assert time.monotonic() < end, f"{what}: {app.session.model.failures} {app.session.model.jobs}"
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
        app.end_session()


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


async def test_no_browser_here(nobody: Mapping[str, str], tmp_path: Path) -> None:
    """A machine without a browser says so; nothing hangs."""
    async with asked(tmp_path) as pilot:
        await press(pilot, "browser")
        model = await until(pilot, "the reason", lambda model: "connect" in model.failures and not model.jobs)
        assert "browser" in model.failures["connect"].message.lower()
