"""A verified enablement for ``doctor`` to look at, ways to break it, and what has to be told then."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from core.journal import events as e
from core.journal import store
from core.request.model import Platform
from core.workflow.story import tell
from providers.sandbox import faults
from tests.core.diagnosis.expected import ASKED, ONLY_POSSIBLE
from tests.e2e.account import Resource
from tests.e2e.program import InProcess
from tui.cli.sandbox import remember

ALSO_ASKED = {"request-unanswered", "request-automatic", "large-packets"}
"""Faults of which Magento is asked, although their causes may be the customer's own."""
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

    @property
    def cloud(self) -> Platform:
        """Which cloud it is on."""
        return "azure" if "PRIVATELINK_AZURE_ENDPOINT" in self.program.environment else "aws"

    @property
    def region(self) -> str:
        """Where it is."""
        return "westeurope" if self.cloud == "azure" else self.program.environment["AWS_REGION"]

    @contextmanager
    def broken(self, name: str) -> Iterator[list[str]]:
        """Something is broken in the sandbox as long as it lasts; gives what has to be asked about besides."""
        told = self._break(name)
        assert any(told.values()) is faults.fault(self.cloud, name).aside
        aside = faults.Aside(**told)
        home = Path(self.program.environment["PRIVATELINK_HOME"])
        with store.open_to_read(home, self.id) as journal:
            before = tell(journal.events())
        remember(home, self.id, aside)
        yield ["--host", aside.host] if aside.host else []
        self._break("")
        if aside.service_name:
            remember(home, self.id, faults.Aside(service_name=before.service_names[0]))
        if aside.tls_port:
            with store.open_to_write(home, self.id, "tests") as journal:
                journal.append(e.RequestSaved(at=datetime.now(UTC), request=before.draft))

    def _break(self, name: str) -> dict[str, Any]:
        url = f"{self.program.environment['PRIVATELINK_SANDBOX']}/break?fault={name}"
        with urllib.request.urlopen(url, data=b"", timeout=20) as answer:
            told = json.load(answer)
        assert isinstance(told, dict)
        return told

    def doctor(self, code: int) -> dict[str, Any]:
        """What ``doctor`` says as JSON."""
        told = self.program.json("doctor", self.id, code=code)
        assert isinstance(told, dict)
        return told


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


def some_slow(broken: Collection[str], fast: Collection[str]) -> list[Any]:
    """The names as parameters: every test run tries the fast ones, all of them are tried at length."""
    assert set(fast) <= set(broken)
    return [what if what in fast else pytest.param(what, marks=pytest.mark.slow) for what in broken]


def is_named_first(stood: Stood[Any, Any], name: str) -> None:
    """Break it, ask, and see that the cause is named before all others and that the audit finds it; then mend it."""
    known = faults.fault(stood.cloud, name)
    with stood.broken(name) as asked:
        code = None if not known.cause else int(known.cause not in ONLY_POSSIBLE)
        told = stood.program("doctor", stood.id, *asked, "--format", "json", code=code).json
        found = _findings(stood) if known.finding else ()
    assert not known.finding or known.finding in found
    if not known.cause:
        return
    first = told["causes"][0]
    assert (first["direction"], first["code"]) == (known.direction, known.cause), [
        (one["code"], one["certainty"], one["message"]) for one in told["causes"]
    ]
    assert first["evidence"]
    assert first["fix"]
    assert bool(told["ask"]) is ((stood.cloud, known.cause, known.direction) in ASKED or name in ALSO_ASKED)


def _findings(stood: Stood[Any, Any]) -> set[str]:
    where = ("--cloud", stood.cloud, "--region", stood.region)
    report = stood.program("audit", *where, "--format", "json", "--fail-on", "info", code=None).json
    return {one["check"] for one in report["findings"]}
