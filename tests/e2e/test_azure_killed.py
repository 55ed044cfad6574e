"""Killed while Azure is at work: the same command goes on with the same operation, and makes nothing twice."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.journal import events as e
from core.journal import store
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.arm import Exchange
from providers.sandbox.azure.faults import Fault
from tests.e2e import requests
from tests.e2e.program import InProcess, clean_environment

SLOW = 3.0
"""Seconds of the operation that the program is killed in."""


@pytest.fixture
def sandbox() -> Iterator[tuple[Sandbox, list[Exchange]]]:
    """A local Azure in this process, and all that it was asked."""
    seen: list[Exchange] = []
    with start(auto=False, operation=0.05, retry_after=0.05) as running:
        running.arm.watcher = seen.append
        yield running, seen


def wait_for(there: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("collection", "key"),
    [("loadBalancers", "load-balancer"), ("privateLinkServices", "endpoint-service")],
)
def test_the_same_operation_is_waited_for(
    sandbox: tuple[Sandbox, list[Exchange]], tmp_path: Path, collection: str, key: str
) -> None:
    running, seen = sandbox
    program = InProcess(clean_environment(tmp_path, **running.environment))
    name = program("new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, running.environment)).out
    name = name.strip()

    def intent() -> e.ChangeIntended | None:
        with store.open_to_read(tmp_path / "privatelink", name) as journal:
            told = [one for one in journal.events() if isinstance(one, e.ChangeIntended) and one.key == key]
        return told[-1] if told else None

    def puts() -> list[str]:
        return [one.path for one in seen if one.method == "PUT" and f"/{collection}/" in one.path]

    def asked(since: int) -> set[str]:
        return {one.path for one in seen[since:] if "/operations/" in one.path}

    running.faults.add(Fault("slow", "PUT", f"/{collection}/", seconds=SLOW))
    killed = subprocess.Popen(
        [*program.command, "apply", name, "--yes"],
        env=program.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: (told := intent()) is not None and told.continuation is not None)
    finally:
        killed.kill()
        killed.wait()
    time.sleep(0.1)
    (operation,) = {
        one.headers["Azure-AsyncOperation"].partition("?")[0].partition("/subscriptions/")[2]
        for one in seen
        if one.method == "PUT" and f"/{collection}/" in one.path
    }
    since = len(seen)
    program("apply", name, "--yes")
    assert len(puts()) == 1, "no second one is begun"
    assert any(operation in path for path in asked(since)), "the first one is asked for"
    with store.open_to_read(tmp_path / "privatelink", name) as journal:
        done = [one for one in journal.events() if isinstance(one, e.ChangeDone) and one.key == key]
    assert [one.action for one in done] == ["create"]
    again = program.json("plan", name)["changes"]
    assert {one["action"] for one in again} == {"leave"}
    program("undo", name, "--yes", "--force")
    assert [one.name for one in running.customer_clients.network.load_balancers.list_all()] == ["shop-legacy"]
