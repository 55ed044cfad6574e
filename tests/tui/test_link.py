"""The wizard's link to a cloud: one process a sign-in, anew where the answers name another, ours to end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from core.cloud import CloudError, SignInCode
from core.request.model import DraftCloud
from core.workflow.enablement import NotYet
from providers import worker
from providers.worker_child import Start
from tui.link import Link

HERE = DraftCloud(platform="aws", region="us-west-2", account="111122223333")


@pytest.fixture(autouse=True)
def _play(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real processes, in which a play cloud answers; a person's sign-in never ends."""

    def start(platform: str, region: str, *rest: object) -> Start:
        if rest[-1] is not None:
            return Start("tests.providers.play_cloud:wait_for_a_person", tells=True)
        return Start("tests.providers.play_cloud:connect", {"region": region})

    monkeypatch.setattr(worker, "signing_in", start)


@pytest.fixture
def link() -> Iterator[Link]:
    one = Link(None)
    yield one
    one.close()


def process(link: Link, named: DraftCloud = HERE) -> int:
    """The id of the process that answers."""
    return int(link.identity(named).principal.removeprefix("pid "))


def alive(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, 0)
        return True
    return False


def test_one_process_for_one_place_and_another_for_another(link: Link) -> None:
    first = process(link)
    assert process(link) == first
    elsewhere = HERE.model_copy(update={"region": "eu-west-1"})
    second = process(link, elsewhere)
    assert second != first
    assert link.open(elsewhere).region == "eu-west-1"
    assert not alive(first), "the one before is ended"
    link.close()
    assert not alive(second)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (DraftCloud(), "no cloud is chosen"),
        (DraftCloud(region="us-west-2"), "no cloud is chosen"),
        (DraftCloud(platform="aws"), "no region is named"),
        (DraftCloud(platform="azure"), "no location is named"),
    ],
)
def test_without_cloud_and_region_nothing_is_started(link: Link, named: DraftCloud, told: str) -> None:
    with pytest.raises(NotYet, match=told):
        link.open(named)


def test_another_account_is_not_worked_in(link: Link) -> None:
    assert link.right_account(HERE).region == "us-west-2"
    with pytest.raises(NotYet, match="the request names 999900001111"):
        link.right_account(HERE.model_copy(update={"account": "999900001111"}))


def test_a_sign_in_that_failed_can_be_tried_again(link: Link) -> None:
    nowhere = HERE.model_copy(update={"region": "nowhere"})
    with pytest.raises(CloudError, match="nobody is signed in"):
        link.open(nowhere)
    with pytest.raises(CloudError, match="nobody is signed in"):
        link.sign_in(nowhere, None, lambda code: None)
    assert link.sign_in(HERE, None, lambda code: None).region == "us-west-2"


def test_a_person_s_sign_in_can_be_given_up_and_is_asked_for_again(link: Link) -> None:
    """Who gave up is not signed in by something else behind their back."""
    told: list[SignInCode] = []
    shown = threading.Event()
    failures: list[CloudError] = []

    def on_code(code: SignInCode) -> None:
        told.append(code)
        shown.set()

    def sign_in() -> None:
        try:
            link.sign_in(HERE, "device-code", on_code)
        except CloudError as error:
            failures.append(error)

    waiting = threading.Thread(target=sign_in)
    waiting.start()
    assert shown.wait(60)
    link.give_up()
    waiting.join(60)
    assert [error.code for error in failures] == ["unavailable"]
    assert not alive(int(told[0].code))
    with pytest.raises(NotYet, match="not signed in"):
        link.open(HERE)


def test_a_rehearsal_s_process_is_used_for_every_place_and_not_ended_here() -> None:
    given = worker.Worker(Start("tests.providers.play_cloud:connect", {"region": "us-west-2"}))
    try:
        link = Link(given)
        first = process(link)
        assert process(link, DraftCloud(platform="azure", region="westus2")) == first
        link.give_up()
        link.close()
        assert alive(first)
    finally:
        given.close()
    assert not alive(first)
