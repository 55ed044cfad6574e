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
