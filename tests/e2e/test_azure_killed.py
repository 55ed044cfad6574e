"""Killed while Azure is at work: the same command goes on with the same operation, and makes nothing twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.journal import events as e
from core.journal import store
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.arm import Exchange
from providers.sandbox.azure.faults import Fault
from tests.contracts.test_azure_spec import undocumented
from tests.e2e import requests
from tests.e2e.program import InProcess, clean_environment
from tests.torture.launcher import Launcher, Start, launcher

SLOW, REST = 60.0, 0.3
"""Seconds of the operation that the program is killed in, and what is left of them after that."""


@pytest.fixture(scope="module")
def programs() -> Iterator[Launcher]:
    """Programs in processes of their own, which are there at once."""
    with launcher() as one:
        yield one


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


BOTH, ONE_WAY = requests.AZURE_BIDIRECTIONAL, requests.AZURE_UNIDIRECTIONAL
APPLY, UNDO = ("apply",), ("undo", "--force")


@pytest.mark.parametrize(
    ("template", "command", "method", "path", "key"),
    [
        pytest.param(
            BOTH, APPLY, "PUT", "/loadBalancers/", "load-balancer", id="load balancer", marks=pytest.mark.slow
        ),
        pytest.param(BOTH, APPLY, "PUT", "/privateLinkServices/", "endpoint-service", id="service"),
        pytest.param(BOTH, APPLY, "PUT", "/subnets/", "subnet-policy", id="subnet", marks=pytest.mark.slow),
        pytest.param(
            BOTH, APPLY, "PUT", "-db-nic", "targets/shop/shop-db-nic", id="NIC", marks=pytest.mark.slow
        ),
        pytest.param(ONE_WAY, APPLY, "PUT", "/privateEndpoints/", "endpoint/1", id="endpoint"),
        pytest.param(
            BOTH,
            UNDO,
            "DELETE",
            "/privateLinkServices/",
            "endpoint-service",
            id="undo",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_same_operation_is_waited_for(
    sandbox: tuple[Sandbox, list[Exchange]],
    programs: Launcher,
    tmp_path: Path,
    template: str,
    command: tuple[str, ...],
    method: str,
    path: str,
    key: str,
) -> None:
    running, seen = sandbox
    program = InProcess(clean_environment(tmp_path, **running.environment))
    name = program("new", requests.write(tmp_path, template, running.environment)).out.strip()
    if template == ONE_WAY:
        running.vendor.play("allow")
        program("details", name, "--service-name", running.world.service_name)
    if command == UNDO:
        program("apply", name, "--yes")

    def events() -> tuple[e.Event, ...]:
        with store.open_to_read(tmp_path / "privatelink", name) as journal:
            return tuple(journal.events())

    def begun() -> bool:
        told = [one for one in events() if isinstance(one, e.ChangeIntended) and one.key == key]
        here = bool(told) and (told[-1].action == "delete") == (command == UNDO)
        return here and told[-1].continuation is not None

    def calls() -> list[Exchange]:
        return [one for one in seen if one.method == method and path in one.path]

    before = len(calls())
    running.faults.add(Fault("slow", method, path, seconds=SLOW))
    verb, *options = command
    arguments = (verb, name, "--yes", *options)
    killed = programs.start(Start(arguments, program.environment, str(tmp_path / "killed"), hurry=1.0))
    try:
        wait_for(begun)
    finally:
        os.kill(killed, signal.SIGKILL)
        assert programs.wait(killed) == -signal.SIGKILL
    wait_for(lambda: len(calls()) > before)
    (call,) = calls()[before:]
    operation = call.headers["Azure-AsyncOperation"].partition("?")[0].partition("/subscriptions/")[2]
    since = len(seen)
    under_way = running.arm.store.operations.known[operation.rpartition("/")[2]]
    under_way.due = running.arm.estate.clock() + REST
    program(verb, name, "--yes", *options)
    assert calls()[before:] == [call], "no second one is begun"
    # What is being deleted is no part of a second undo: what hangs on it is tried until Azure lets it go.
    if command == APPLY:
        assert any(operation in one.path for one in seen[since:]), "the first one is asked for"
        done = [one for one in events() if isinstance(one, e.ChangeDone) and one.key == key]
        assert len(done) == 1
        assert {one["action"] for one in program.json("plan", name)["changes"]} == {"leave"}
        program("undo", name, "--yes", "--force")
    net = running.customer_clients.network
    assert [one.name for one in net.load_balancers.list_all()] == ["shop-legacy"]
    assert list(net.private_link_services.list_by_subscription()) == []
    assert list(net.private_endpoints.list_by_subscription()) == []
    assert undocumented(seen) == []
