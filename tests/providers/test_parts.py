"""Reading side by side: order of what follows, what fails, and that it does not slow down with their number."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest

from core.cloud import CloudError, Progress
from providers.parts import WORKERS, Part, collect


def test_what_follows_is_read_and_the_last_only_when_all_else_is() -> None:
    order: list[str] = []
    steps: list[Progress] = []

    def reads(name: str, *then: Part) -> Part:
        def read() -> int:
            order.append(name)
            return 1

        return Part(name, read, lambda: then)

    def last() -> Iterable[Part]:
        order.append("asked")
        return [reads("tail", reads("tail of tail"))]

    collected = collect([reads("a", reads("b", reads("c")))], steps.append, last)
    assert order == ["a", "b", "c", "asked", "tail", "tail of tail"]
    assert collected.read == 5
    assert [step.done for step in steps] == [1, 2, 3, 4, 5]
    assert (steps[-1].total, steps[2].total) == (5, 4)


def test_a_shared_failure_is_one_gap_and_does_not_stop_the_last() -> None:
    def denied() -> int:
        raise CloudError("access-denied", "no", "ask", operation="ec2:DescribeX")

    asked: list[str] = []
    collected = collect(
        [Part("x", denied), Part("x", denied), Part("y", lambda: 1)],
        last=lambda: [Part("z", lambda: len(asked))],
    )
    (gap,) = collected.gaps
    assert (gap.what, gap.permission) == ("x", "ec2:DescribeX")
    assert (collected.read, len(collected.errors)) == (2, 2)


def test_nothing_to_read_is_done() -> None:
    assert collect([]).read == 0
    assert collect([], last=lambda: [Part("x", lambda: 1)]).read == 1


def test_a_fault_of_ours_is_raised() -> None:
    def fault() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        collect([Part("x", fault)])


def test_as_many_at_once_as_there_are_workers() -> None:
    crowd = threading.Barrier(WORKERS, timeout=10)

    def meet() -> int:
        crowd.wait()
        return 1

    assert collect([Part("x", meet)] * WORKERS).read == WORKERS


def throttled(after: float = 0.0) -> CloudError:
    return CloudError("throttled", "too many", "wait", after=after)


def test_what_is_refused_as_too_many_is_read_again_with_fewer_at_once() -> None:
    lock = threading.Lock()
    state = {"now": 0, "most": 0, "refused": 0, "allowed": 6}

    def read() -> int:
        with lock:
            state["now"] += 1
            state["most"] = max(state["most"], state["now"])
            refuse = state["now"] > state["allowed"]
            state["refused"] += refuse
        time.sleep(0.002)
        with lock:
            state["now"] -= 1
        if refuse:
            raise throttled()
        return 1

    steps: list[Progress] = []
    collected = collect([Part("x", read)] * 200, steps.append, delays=(0.01,) * 30)
    assert collected.read == 200
    assert collected.gaps == ()
    assert [step.done for step in steps] == list(range(1, 201))
    assert state["refused"] < 200, "it learns how many are welcome"


@pytest.mark.parametrize(("after", "delays", "tries"), [(0, (0.0, 0.0), 3), (600, (0.0, 1.0), 1), (0, (), 1)])
def test_patience_ends(after: float, delays: tuple[float, ...], tries: int) -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        raise throttled(after)

    (gap,) = collect([Part("x", read)], delays=delays).gaps
    assert gap.code == "throttled"
    assert len(asked) == tries


def test_other_failures_are_not_tried_again() -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        raise CloudError("access-denied", "no", "ask")

    assert collect([Part("x", read)], delays=(0.0, 0.0)).gaps
    assert len(asked) == 1


def test_the_cloud_says_how_long() -> None:
    began = time.monotonic()
    answers = [throttled(0.05)]

    def read() -> int:
        if answers:
            raise answers.pop()
        return 1

    assert collect([Part("x", read)], delays=(0.0, 1.0)).read == 1
    assert time.monotonic() - began >= 0.05
