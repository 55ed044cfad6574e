"""Azure's bad moments on the screen, with the real session on the local Azure: said in words, and got over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.request.read import read
from core.setup.plan import pending
from providers.sandbox import azure
from providers.sandbox.azure.faults import Fault, FaultKind
from tests.e2e import requests
from tests.e2e.azure_account import Magento
from tests.tui.screens.test_rehearsal import go
from tests.tui.screens.test_sign_in import until
from tui.app import PrivateLink
from tui.model import Model
from tui.widgets.copyable import Copyable
from tui.widgets.dialog import ConfirmDialog
from tui.widgets.plan_table import PlanTable

FULL = {"code": "SubnetIsFull", "message": "Subnet shop-nat is full."}
FULL_TOLD = "The subnet has no free address: Subnet shop-nat is full. Choose a subnet with free addresses."


def often(kind: FaultKind, path: str, resources: int = 1) -> Fault:
    """A refusal that each of so many resources meets once more than the SDK tries by itself."""
    return Fault(kind, "PUT", path, times=4 * resources, seconds=0.01)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[azure.Sandbox]:
    """An Azure where nobody does anything by himself, which this machine is signed in to as a service principal."""
    with azure.start(auto=False, operation=0.02, retry_after=0.01) as running:
        for name, value in {**running.environment, "PATH": str(tmp_path), "HOME": str(tmp_path)}.items():
            monkeypatch.setenv(name, value)
        yield running


@asynccontextmanager
async def planned(
    sandbox: azure.Sandbox, folder: Path, template: str = requests.AZURE_BIDIRECTIONAL, page: str = "setup"
) -> AsyncIterator[Pilot[Any]]:
    """The wizard on a page of an enablement: the plan of a bidirectional one."""
    file = requests.write(folder, template, sandbox.environment)
    app = PrivateLink(folder / "home")
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            app.begin(read(Path(file).read_bytes(), file).draft)
            await until(pilot, "sign-in", lambda model: model.networks and not model.jobs)
            await go(pilot, page)
            await until(pilot, "rest", lambda model: (model.plan or page != "setup") and not model.jobs)
            yield pilot
            assert not app._faults
        finally:
            # An app whose session still looks does not end: a failed test would hang.
            await app.end_session()


async def agree(pilot: Pilot[Any]) -> None:
    """Have the plan's changes made."""
    await pilot.press("f4")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ConfirmDialog)
    await pilot.press("enter")
    await pilot.pause()


async def ended(pilot: Pilot[Any], failed: bool) -> set[str]:
    """Wait until the changes are made, or stopped at one that failed; what the rows said meanwhile."""
    said: set[str] = set()

    def over(model: Model) -> bool:
        said.update(one.text for one in model.executing.values())
        if {"apply", "plan"} & model.jobs or model.plan is None:
            return False
        states = {one.state for one in model.executing.values()}
        return "failed" in states if failed else not pending(model.plan)

    await until(pilot, "the end", over)
    return said


def shown(pilot: Pilot[Any]) -> str:
    """What the box beneath the plan says, as far as it is not scrolled away, without blanks: lines are folded."""
    box = pilot.app.screen.query_one("#detail", Copyable).scrollable_content_region
    lines = pilot.app.screen._compositor.render_strips()
    text = "".join(lines[y].crop(box.x, box.right).text for y in range(box.y, box.bottom))
    return "".join(text.split())


def standing(sandbox: azure.Sandbox) -> tuple[int, int]:
    """How many load balancers and private link services were made."""
    net = sandbox.customer_clients.network
    balancers = [one for one in net.load_balancers.list_all() if one.name != "shop-legacy"]
    return len(balancers), len(list(net.private_link_services.list_by_subscription()))


ALONE: tuple[tuple[str, Fault, tuple[str, ...], str], ...] = (
    (
        "429 for a while",
        Fault("throttled", "PUT", "/subnets/", 2, seconds=3),
        ("Trying again in 3 s: Azure asked to slow down",),
        "",
    ),
    (
        "429 for long",
        Fault("throttled", "PUT", "/subnets/", 99, seconds=600),
        (),
        "Azure asked to slow down (Microsoft.Network/virtualNetworks/subnets/write). Wait 600 s and try again",
    ),
    ("503", often("unavailable", "/loadBalancers/"), ("Looking whether an earlier call made it",), ""),
    ("slow operation", Fault("slow", "PUT", "/privateLinkServices/", seconds=3), (), ""),
    ("reset", Fault("reset", "PUT", "/loadBalancers/", 4), ("Looking whether an earlier call made it",), ""),
    ("answer lost", Fault("lost", "PUT", "/privateLinkServices/", 4), ("Trying again in 0.5 s: ",), ""),
    ("reset while waiting", Fault("reset", "GET", "/operations/", 2), (), ""),
    ("not seen yet", Fault("not-found", "GET", "/privateLinkServices/"), (), ""),
    ("failed at first", Fault("failed", "PUT", "/loadBalancers/"), ("Azure had an error of its own",), ""),
    (
        "403",
        Fault("forbidden", "PUT", "/loadBalancers/"),
        (),
        "Not allowed: Microsoft.Network/loadBalancers/write",
    ),
)
"""A fault, what the plan's rows say while it is waited for, and what the box says first where it stops the changes."""


@pytest.mark.parametrize(
    ("faults", "words", "remedy"),
    [
        pytest.param(
            (
                often("throttled", "/loadBalancers/"),
                often("unavailable", "/networkInterfaces/", 2),
                Fault("busy", "PUT", "/subnets/"),
                Fault("reset", "PUT", "/networkInterfaces/"),
                Fault("failed", "PUT", "/privateLinkServices/", **FULL),
            ),
            (
                "Azure asked to slow down",
                "Azure had an error of its own",
                "Azure is still busy with an earlier change to the same resource",
            ),
            FULL_TOLD,
            id="one after the other",
        ),
        *(
            pytest.param((fault,), words, remedy, id=id, marks=pytest.mark.slow)
            for id, fault, words, remedy in ALONE
        ),
    ],
)
async def test_a_bad_moment(
    sandbox: azure.Sandbox, tmp_path: Path, faults: tuple[Fault, ...], words: tuple[str, ...], remedy: str
) -> None:
    """What can be waited for is waited for, in words; what failed is told with what to do (``remedy``), also on a
    small screen. Agreed to once more, everything stands, and one of each.
    """
    async with planned(sandbox, tmp_path) as pilot:
        for fault in faults:
            sandbox.faults.add(fault)
        await agree(pilot)
        said = await ended(pilot, failed=bool(remedy))
        assert [one for one in words if not any(one in text for text in said)] == []
        if remedy:
            assert shown(pilot).startswith(remedy.replace(" ", ""))
            sandbox.faults.clear()
            await agree(pilot)
            await ended(pilot, failed=False)
    assert standing(sandbox) == (1, 1)


@pytest.mark.slow
async def test_a_subscription_that_is_not_registered(sandbox: azure.Sandbox, tmp_path: Path) -> None:
    """The registration is the plan's first row, with its command; it is made with the others."""
    providers = sandbox.customer_clients.resources.providers
    providers.unregister("Microsoft.Network")
    async with planned(sandbox, tmp_path) as pilot:
        change = pilot.app.screen.query_one(PlanTable).change
        assert change is not None
        assert (change.kind, change.key) == ("registration", "registration")
        assert change.command.startswith("az provider register --namespace Microsoft.Network ")
        assert shown(pilot).startswith("ThesubscriptionisnotregisteredforMicrosoft.Networkyet")
        assert providers.get("Microsoft.Network").registration_state == "NotRegistered"
        await agree(pilot)
        await ended(pilot, failed=False)
    assert providers.get("Microsoft.Network").registration_state == "Registered"
    assert standing(sandbox) == (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "word"), [("turn_down", "Rejected"), ("cut", "Disconnected")])
async def test_a_connection_that_ended_is_explained_and_made_anew(
    sandbox: azure.Sandbox, tmp_path: Path, ending: str, word: str
) -> None:
    """Looking tells it; the plan deletes the endpoint and makes it anew; then Magento is asked again."""
    magento = Magento(sandbox.environment)
    magento.allow(sandbox.environment["PRIVATELINK_SANDBOX_ACCOUNT"], (80, 2222))
    async with planned(sandbox, tmp_path, requests.AZURE_UNIDIRECTIONAL, "details") as pilot:
        app = pilot.app
        assert isinstance(app, PrivateLink)
        assert app.session is not None
        app.session.details(f"Alias: {magento.service_name}\nOur subscription: {magento.id}")
        await until(pilot, "the names", lambda model: model.story.service_names and not model.jobs)
        await go(pilot, "request")
        await until(pilot, "plan", lambda model: model.plan and pending(model.plan) and not model.jobs)
        await agree(pilot)
        await ended(pilot, failed=False)
        (endpoint,) = magento.approve()
        await pilot.press("f5")
        await until(
            pilot,
            "approval",
            lambda model: any(
                one.fact.state == "available" for one in model.story.seen.values() if one.fact.id == endpoint
            ),
        )
        getattr(magento, ending)(endpoint)
        await pilot.press("f5")
        model = await until(
            pilot, "the end", lambda model: model.timeline and model.timeline.state == "problem"
        )
        assert model.timeline is not None
        assert "make it anew" in model.timeline.next
        await go(pilot, "progress")
        assert word in "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        await pilot.press("f2")
        await until(
            pilot, "plan", lambda model: model.plan and len(pending(model.plan)) == 2 and not model.jobs
        )
        assert [(one.key, one.action) for one in pending(app.session.model.plan)] == [
            ("endpoint/1/old", "delete"),
            ("endpoint/1", "create"),
        ]
        await agree(pilot)
        await ended(pilot, failed=False)
        assert magento.approve() == [endpoint], "it asks again, by the same name"
