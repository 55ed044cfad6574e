"""A scenario: the acts of one walkthrough in their order, as data. One TOML file each.

The format is :class:`Scenario`; ``privatelink scenarios schema`` prints it as JSON Schema.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.request.model import PLATFORMS, ConnectionType, Platform
from core.text import excerpt
from core.unusable import UnusableFile
from core.walkthrough.acts import ActName
from core.workflow.model import State

MAX_BYTES = 1 << 18
YEARS = range(2000, 2101)
"""When a scenario may begin: the clock has to be able to go on from there, in every time zone."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_FOLDER = "scenarios"
_REMEDY = (
    "`privatelink scenarios show NAME` prints one to begin with, `privatelink scenarios schema` the format."
)

Words = Annotated[str, Field(min_length=1, max_length=300)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Checkpoint(_Table):
    """One act, and where the walkthrough can be stepped back to."""

    act: ActName = Field(description="What happens.")
    hours: float | None = Field(
        None,
        ge=0,
        le=24 * 60,
        description="How long it takes on the virtual clock; the act's own time if left out.",
    )
    shows: str | None = Field(
        None,
        max_length=80,
        description="What has to be seen when it is over: a state of the enablement (verified, problem ...), "
        "overdue, stranger, or the code of a problem, cause or finding. Else the walkthrough says that it failed.",
    )
    gone: str | None = Field(
        None,
        max_length=80,
        description="What must not be seen any more when it is over, in the same words.",
    )
    now: Words | None = Field(None, description="What happens, in other words than the act's own.")
    why: Words | None = Field(None, description="The reason, in other words.")
    ask: Words | None = Field(None, description="What to ask the customer, in other words.")
    maps: Words | None = Field(None, description="What it is in the customer's account, in other words.")


class Scenario(_Table):
    """A walkthrough as data."""

    title: str = Field(min_length=1, max_length=60, description="What it is about, in a few words.")
    about: str = Field("", max_length=600, description="What one learns from it.")
    clouds: tuple[Platform, ...] = Field(
        PLATFORMS, min_length=1, description="The clouds that it can be played on."
    )
    after: str | None = Field(
        None, max_length=60, description="A scenario of the program whose checkpoints come first."
    )
    type: ConnectionType = Field(description="The connection type that it enables.")
    begins: datetime = Field(
        datetime(2026, 3, 2, 9, 0),  # a wall clock's time, in whichever zone the person is
        description="When it begins on the virtual clock, from 2000 to 2100, without a time zone: a Monday morning if "
        "left out.",
    )
    fault: str | None = Field(
        None, max_length=80, description="What the act `break` breaks: a fault of the sandbox."
    )
    ends: State = Field("verified", description="The state of the enablement at its end.")
    checkpoint: tuple[Checkpoint, ...] = Field(
        min_length=1, max_length=60, description="The acts, in their order."
    )


def read(data: bytes) -> Scenario:
    """A scenario from a file's bytes. Raises UnusableFile naming the place in it."""
    try:
        return _coherent(_whole(Scenario.model_validate(tomllib.loads(data.decode("utf-8-sig")))))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnusableFile(f"{where}: {excerpt(first['msg'], 300)}", _REMEDY) from error
    except RecursionError as error:
        raise UnusableFile("nested too deeply", _REMEDY) from error
    except ValueError as error:
        # No UTF-8, or no TOML.
        raise UnusableFile(excerpt(str(error), 300), _REMEDY) from error


def _whole(scenario: Scenario) -> Scenario:
    """The scenario with the checkpoints that come first. Raises UnusableFile."""
    if scenario.after is None:
        return scenario
    before = Scenario.model_validate(tomllib.loads(source(scenario.after)))
    if before.after is not None:
        raise UnusableFile(f"after: {scenario.after} itself comes after another scenario", _REMEDY)
    checkpoints = (*before.checkpoint, *scenario.checkpoint)
    return scenario.model_copy(update={"after": None, "checkpoint": checkpoints})


def _coherent(scenario: Scenario) -> Scenario:
    """The scenario, where its acts fit each other. Raises UnusableFile."""
    for problem in _incoherent(scenario):
        raise UnusableFile(problem, _REMEDY)
    return scenario


_BACK: frozenset[ActName] = frozenset({"own-side", "call", "stranger", "turn-away", "accept", "prove-back"})
"""Acts of the connection from Magento to the customer."""


def _incoherent(scenario: Scenario) -> Iterator[str]:
    if scenario.begins.tzinfo is not None:
        yield "begins: has a time zone; it is a wall clock's time in the zone of whoever plays it"
    if scenario.begins.year not in YEARS:
        yield f"begins: the year is not from {YEARS.start} to {YEARS.stop - 1}"
    acts = [one.act for one in scenario.checkpoint]
    for number, act in enumerate(acts):
        if act in _BACK and scenario.type == "unidirectional":
            yield f"checkpoint.{number}.act: {act} needs a bidirectional connection"
    if "break" in acts and scenario.fault is None:
        yield "fault: the act break needs it"
    if scenario.fault is not None and "break" not in acts:
        yield "checkpoint: no act is break, so that the fault never comes"


@cache
def names() -> tuple[str, ...]:
    """The names of the scenarios that come with the program."""
    found = (one.name for one in resources.files(__package__).joinpath(_FOLDER).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def source(name: str) -> str:
    """The file of a scenario that comes with the program. Raises UnusableFile for a name that is none."""
    if name not in names():
        raise UnusableFile(
            f"there is no scenario {excerpt(name, 60)}", "Choose one of: " + ", ".join(names()) + "."
        )
    return resources.files(__package__).joinpath(_FOLDER, f"{name}.toml").read_text(encoding="utf-8")


def load(name: str) -> Scenario:
    """A scenario that comes with the program. Raises UnusableFile for a name that is none."""
    return read(source(name).encode())


def schema() -> dict[str, object]:
    """JSON Schema of a scenario's file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
