"""A cloud all of whose words are tricks, through every command: nothing a terminal obeys, and JSON that is JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.cloud import CloudError, ProbeReport, ProbeResult, ProbeTarget, Progress
from core.network.model import Gap
from tests import nasty, tally
from tests.e2e import requests
from tests.e2e.program import InProcess, clean_environment
from tests.tui.screens import account as a
from tests.tui.screens import states as s
from tui.cli import desk

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": a.ACCOUNT, "PRIVATELINK_SANDBOX_VPC": a.VPC}
WORDS = frozenset(
    {"name", "description", "reason", "principal", "source", "message", "what", "title", "tags", "state"}
)
"""Fields of the model that a cloud or its people word; the others are ids, by which things are found."""


def reworded(value: Any, words: Iterator[str], name: str = "") -> Any:
    """The value with another trick in everything that somebody words."""
    if isinstance(value, str):
        return next(words) if name in WORDS else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.init}
        return replace(value, **{key: reworded(one, words, key) for key, one in fields.items()})
    if isinstance(value, tuple):
        return tuple(reworded(one, words, name) for one in value)
    if isinstance(value, dict):
        return {key: reworded(one, words, name) for key, one in value.items()}
    return value


class Hostile:
    """Answers :class:`core.cloud.Cloud`. ``everything``: ids are tricks too."""

    platform, region = "aws", a.REGION

    def __init__(self, start: int, everything: bool) -> None:
        self.words = nasty.rotated(start)
        self.twist = nasty.spoil if everything else reworded

    def identity(self) -> Any:
        return replace(reworded(a.IDENTITY, self.words), account=a.ACCOUNT)

    def networks(self) -> Any:
        return self.twist(a.NETWORKS, self.words)

    def inventory(self, network_id: str | None, detail: str = "setup", on_progress: Any = None) -> Any:
        if on_progress is not None:
            on_progress(Progress(1, 2, next(self.words), 3))
        gap = Gap(next(self.words), "access-denied", next(self.words), next(self.words))
        return replace(self.twist(a.all_stands("available"), self.words), gaps=(gap,))

    def observe(self, watch: Any) -> Any:
        gap = Gap(next(self.words), "access-denied", next(self.words), next(self.words))
        return replace(self.twist(s.LOOK_STRANGER, self.words), gaps=(gap,))

    def vendor_service(self, service_name: str) -> Any:
        return self.twist(a.MAGENTO, self.words)

    def probe(self, targets: tuple[ProbeTarget, ...], inside: Any) -> ProbeReport:
        told = tuple(ProbeResult(one, False, (next(self.words),), ()) for one in targets)
        return ProbeReport(next(self.words), True, told)

    def _refuse(self, *_: Any) -> Any:
        raise CloudError("invalid", next(self.words), next(self.words), detail=next(self.words))

    apply = find = accept = reject = _refuse


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("plan",),
    ("plan", "--guide"),
    ("plan", "--undo"),
    ("drift",),
    ("apply", "--yes"),
    ("status",),
    ("accept",),
    ("verify",),
    ("doctor",),
    ("undo", "--yes", "--force"),
    ("ticket",),
    ("journal", "export"),
)


def try_all(start: int, everything: bool, folder: Path, patch: pytest.MonkeyPatch) -> None:
    cloud: Any = Hostile(start, everything)
    patch.setattr(desk, "cloud_of", lambda *_: cloud)
    patch.setattr(desk, "account_of", lambda *_: cloud)
    program = InProcess(clean_environment(folder))
    name = program.json("new", requests.write(folder, requests.BIDIRECTIONAL, PLACE))["id"]
    program("filed", name, "--ticket", "1")
    program("details", name, "--service-name", a.MAGENTO_NAME)
    seen = 0
    for verb, *options in COMMANDS:
        words = (verb, *options, name) if verb == "journal" else (verb, name, *options)
        for form in ("text", "json"):
            ran = program(*words, "--format", form, code=None)
            assert nasty.obeyed(ran.err) == "", (words, ran.err)
            seen += len(ran.out)
            if form == "json" and verb != "journal":
                assert ran.out.isascii()
                json.loads(ran.out)
            else:
                assert nasty.obeyed(ran.out) == "", (words, ran.out)
    assert seen > 1_000
    tally.add("inputs fuzzed", len(nasty.TEXTS))


@pytest.mark.parametrize(
    "everything",
    [pytest.param(False, id="names"), pytest.param(True, id="everything", marks=pytest.mark.slow)],
)
def test_every_command(everything: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try_all(0, everything, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(3, len(nasty.TEXTS), 4))
@pytest.mark.parametrize("everything", [False, True], ids=["names", "everything"])
def test_every_command_and_every_trick(
    start: int, everything: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_all(start, everything, tmp_path, monkeypatch)
