"""A verified enablement for ``doctor`` to look at, ways to break it, and what has to be told then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from core.request.model import Direction
from tests.e2e.account import Resource
from tests.e2e.program import InProcess

C = TypeVar("C")
M = TypeVar("M")
S = TypeVar("S", bound="Stood[Any, Any]")


@dataclass
class Stood(Generic[C, M]):
    """A verified enablement: the commands, its id, both accounts, and what it made by kind. ``connection`` is
    Magento's endpoint to the customer.
    """

    program: InProcess
    id: str
    customer: C
    magento: M
    made: dict[str, Resource]
    connection: str

    def doctor(self, code: int) -> dict[str, Any]:
        """What ``doctor`` says as JSON."""
        told = self.program.json("doctor", self.id, code=code)
        assert isinstance(told, dict)
        return told


@dataclass(frozen=True)
class Break(Generic[S]):
    """``how`` breaks it while its context lasts. Then the cause ``code`` is named first; ``fault``: a hop is seen to
    be wrong; ``asked``: Magento has to act, and there is a text for the ticket.
    """

    how: Callable[[S], AbstractContextManager[None]]
    direction: Direction
    code: str
    fault: bool = True
    asked: bool = False


def is_run_on(stood: S, machine: str) -> None:
    """The probes on a machine: shown first, run after ``--yes``, and their output is what is told."""
    shown = stood.program.json("doctor", stood.id, "--run-on", machine)
    assert shown["ran"] is False
    assert "curl -v --max-time 10 telnet://" in shown["run"]["script"]
    words = stood.program("doctor", stood.id, "--run-on", machine).out
    assert shown["run"]["script"] in words
    assert "Nothing was run." in words
    done = stood.program("doctor", stood.id, "--run-on", machine, "--yes", "--format", "json")
    assert "* Connected to " in done.err
    hops = [hop for path in done.json["paths"] for hop in path["hops"] if hop["key"].startswith("answer/")]
    assert [hop["verdict"] for hop in hops] == ["proof"]
    assert any("connected to 10." in row["value"] for hop in hops for row in hop["evidence"])
    none = stood.program("doctor", stood.id, "--run-on", "nobody", "--yes", code=1)
    assert "nobody is no machine in the network" in none.err


def some_slow(broken: Mapping[str, object], fast: Collection[str]) -> list[Any]:
    """The names as parameters: every test run tries the fast ones, all of them are tried at length."""
    assert set(fast) <= set(broken)
    return [what if what in fast else pytest.param(what, marks=pytest.mark.slow) for what in broken]


def is_named_first(stood: S, broken: Break[S]) -> None:
    """Break it, ask, and see that the cause is named before all others, and that mending it makes it healthy."""
    with broken.how(stood):
        told = stood.doctor(1 if broken.fault else 0)
    first = told["causes"][0]
    assert (first["direction"], first["code"]) == (broken.direction, broken.code), [
        (one["code"], one["certainty"], one["message"]) for one in told["causes"]
    ]
    assert first["evidence"]
    assert first["fix"]
    assert bool(told["ask"]) is broken.asked
