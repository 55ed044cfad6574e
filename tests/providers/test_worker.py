"""A cloud in a process of its own: answers, errors, and ends that come from either side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.cloud import CloudError, Progress, carry_out
from core.setup.change import Change
from providers.remote import connect
from providers.worker import Worker
from providers.worker_child import Start
from tests.providers.play_cloud import CROWD

OPENER = "tests.providers.play_cloud:connect"
WAITER = "tests.providers.play_cloud:wait_for_a_person"


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker(Start(OPENER, {"region": "us-west-2"}))
    yield one
    one.close()


def child_of(worker: Worker) -> int:
    return int(connect(worker).cloud.identity().principal.removeprefix("pid "))


def ended(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_verbs_are_answered_in_another_process(worker: Worker) -> None:
    connected = connect(worker)
    assert (connected.cloud.platform, connected.cloud.region) == ("aws", "us-west-2")
    assert connected.environment == {"A": "b"}
    assert connected.counterpart is None
    assert child_of(worker) != os.getpid()


def test_many_calls_at_once(worker: Worker) -> None:
    cloud = connect(worker).cloud
    with ThreadPoolExecutor(CROWD) as pool:
        assert len(list(pool.map(lambda _: cloud.regions(), range(CROWD)))) == CROWD


def test_progress_comes_before_the_answer(worker: Worker) -> None:
    told: list[Progress] = []
    inventory = connect(worker).cloud.inventory("vpc-0a", on_progress=told.append)
    assert inventory.region == "us-west-2"
    assert [one.what for one in told] == ["subnets", "endpoints"]


@pytest.mark.parametrize(
    ("name", "code"), [("svc", "service-not-visible"), ("fault", "unexpected"), ("unspeakable", "unexpected")]
)
def test_errors_come_as_the_ports_own(worker: Worker, name: str, code: str) -> None:
    cloud = connect(worker).cloud
    with pytest.raises(CloudError) as caught:
        cloud.vendor_service(name)
    assert caught.value.code == code
    assert caught.value.remedy
    assert cloud.identity().account == "111122223333", "one failure must not end the child"


def test_a_child_that_dies_fails_its_calls(worker: Worker) -> None:
    cloud = connect(worker).cloud
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cloud.regions)
        with pytest.raises(CloudError, match="has ended"):
            cloud.networks()
        with pytest.raises(CloudError, match="has ended"):
            slow.result(10)
    with pytest.raises(CloudError, match="has ended"):
        cloud.identity()


def test_what_cannot_connect_says_why() -> None:
    one = Worker(Start(OPENER, {"region": "nowhere"}))
    try:
        with pytest.raises(CloudError) as caught:
            connect(one)
        assert caught.value.code == "no-credentials"
    finally:
        one.close()


def test_closing_ends_the_child_and_twice_is_no_error(worker: Worker) -> None:
    pid = child_of(worker)
    worker.close()
    assert ended(pid)
    worker.close()


def test_a_killed_parent_leaves_no_child() -> None:
    program = (
        "from providers.remote import connect\n"
        "from providers.worker import Worker\n"
        "from providers.worker_child import Start\n"
        f"cloud = connect(Worker(Start({OPENER!r}, {{'region': 'us-west-2'}}))).cloud\n"
        "print(cloud.identity().principal, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline().removeprefix("pid "))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert ended(pid)


def test_a_killed_parent_leaves_no_child_that_waits_for_a_person() -> None:
    program = (
        "import time\n"
        "from providers.worker import Worker\n"
        "from providers.worker_child import Start\n"
        f"Worker(Start({WAITER!r}, tells=True), lambda code: print(code.code, flush=True))\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert ended(pid)


@pytest.mark.parametrize(
    ("region", "answer", "heard"),
    [("resumable", "key after earlier", ["first", "second"]), ("us-west-2", "key token", [])],
)
def test_operations_are_told_before_the_answer(region: str, answer: str, heard: list[str]) -> None:
    """A cloud that cannot resume is asked to apply instead."""
    worker = Worker(Start(OPENER, {"region": region}))
    try:
        told: list[str] = []
        change = Change("key", "create", "endpoint", "name")
        made = carry_out(connect(worker).cloud, change, "shop", "token", "earlier", told.append)
        assert (made.id, told) == (answer, heard)
    finally:
        worker.close()
