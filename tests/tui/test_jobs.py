"""Jobs: one of a kind at a time, told in words where they fail, over at once where a person cancels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import get_args

import pytest

from core.cloud import CloudError
from tui.jobs import Jobs
from tui.model import Failure, Job

DENIED = CloudError("denied", "may not describe", "Ask for it.")


class Screen:
    """Remembers what it was told, and holds work back until it is let go."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.running: frozenset[Job] = frozenset()
        self.failures: Mapping[Job, Failure] = {}
        self.log: list[str] = []
        self.jobs = Jobs(self._start, self._told, self.log.append, threading.RLock())

    def _start(self, _name: str, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def _told(self, jobs: frozenset[Job], failures: Mapping[Job, Failure]) -> None:
        self.running, self.failures = jobs, failures

    def go_on(self) -> None:
        self.waiting.pop(0)()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def refuse() -> None:
    raise DENIED


def test_two_of_a_kind_run_one_after_the_other_and_the_last_wins(screen: Screen) -> None:
    done: list[str] = []
    for name in ("first", "second", "third"):
        screen.jobs.run("plan", lambda name=name: done.append(name))
    assert (screen.running, len(screen.waiting)) == ({"plan"}, 1)
    screen.go_on()
    assert (screen.running, done) == ({"plan"}, ["first"])
    screen.go_on()
    assert (screen.running, done, screen.waiting) == (frozenset(), ["first", "third"], [])


def test_other_kinds_do_not_wait(screen: Screen) -> None:
    screen.jobs.run("plan", lambda: None)
    screen.jobs.run("probe", lambda: None)
    assert (screen.running, len(screen.waiting)) == ({"plan", "probe"}, 2)


def test_a_failure_is_told_and_taken_back_when_it_works(screen: Screen) -> None:
    screen.jobs.run("plan", refuse)
    screen.go_on()
    assert screen.failures["plan"] == Failure("denied", "may not describe", "Ask for it.", "")
    assert screen.log == ["plan: may not describe"]
    screen.jobs.run("plan", lambda: None)
    screen.go_on()
    assert screen.failures == {}


def test_a_fault_is_not_swallowed_and_leaves_nothing_running(screen: Screen) -> None:
    screen.jobs.run("plan", lambda: 1 // 0 and None)
    with pytest.raises(ZeroDivisionError):
        screen.go_on()
    assert screen.running == frozenset()


def test_a_cancelled_job_changes_nothing_any_more(screen: Screen) -> None:
    seen: list[str] = []

    def slow() -> None:
        screen.jobs.check()
        seen.append("before")
        screen.jobs.cancel("plan")
        screen.jobs.check()
        seen.append("after")

    screen.jobs.run("plan", slow)
    screen.go_on()
    assert (seen, screen.running, screen.failures, screen.log) == (["before"], frozenset(), {}, [])


def test_cancelling_takes_back_what_was_to_run_next_too(screen: Screen) -> None:
    done: list[str] = []
    screen.jobs.run("plan", lambda: done.append("first"))
    screen.jobs.run("plan", lambda: done.append("second"))
    screen.jobs.cancel("plan")
    screen.go_on()
    assert (done, screen.waiting) == (["first"], [])


def test_a_job_begun_after_a_cancelled_one_of_its_kind_is_not_ended_by_it(screen: Screen) -> None:
    screen.jobs.run("plan", refuse)
    screen.jobs.cancel("plan")
    screen.jobs.run("plan", lambda: screen.jobs.check())
    screen.go_on()
    assert (screen.running, screen.failures) == ({"plan"}, {})
    screen.go_on()
    assert screen.running == frozenset()


def test_nothing_is_begun_again_once_the_session_ends(screen: Screen) -> None:
    screen.jobs.run("plan", lambda: None)
    screen.jobs.run("plan", refuse)
    screen.jobs.stopping.set()
    screen.go_on()
    assert screen.waiting == []


@pytest.mark.parametrize("job", get_args(Job))
def test_work_that_is_no_job_tells_its_failures_too(screen: Screen, job: Job) -> None:
    failure = Failure("denied", "no", "", "")
    screen.jobs.note(job, failure)
    assert screen.failures == {job: failure}
    screen.jobs.note(job, None)
    assert screen.failures == {}
