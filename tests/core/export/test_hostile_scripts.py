"""Scripts full of hostile names: bash runs the cloud's CLI with these names as they are, and nothing else."""

from __future__ import annotations

import shlex
import string
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.export import advice, commands
from core.export.console import console, guide
from core.setup import change as c
from core.setup.plan import Plan
from tests import nasty, tally
from tests.core.export.test_aws_cli import REGION as AWS_REGION
from tests.core.export.test_aws_cli import every_change as aws_changes
from tests.core.export.test_az_cli import REGION as AZURE_REGION
from tests.core.export.test_az_cli import every_change as azure_changes

CLOUDS = {"aws": (AWS_REGION, aws_changes), "az": (AZURE_REGION, azure_changes)}
STUB = """#!/bin/bash
printf '%s\\0' "$@" >> "$CALLS"
printf '\\0' >> "$CALLS"
case "$*" in
  *length*) echo 0 ;;
  *) echo id-of-it ;;
esac
"""


def spoiled(changes: Sequence[c.Change], words: Iterator[str]) -> tuple[c.Change, ...]:
    """The changes with other text in every name, id and value."""
    return tuple(replace(nasty.spoil(change, words), needs=change.needs) for change in changes)


def made_of(cloud: str, words: Iterator[str]) -> tuple[str, tuple[c.Change, ...]]:
    """A script of every kind of change, all of whose names are hostile."""
    region, changes = CLOUDS[cloud]
    plan = spoiled(changes(), words)
    full = tuple(replace(one, command=commands.command(one, "pl-0", region)) for one in plan)
    return commands.script(Plan(full, notes=(next(words),)), "pl-0", region), full


def run(text: str, cloud: str, folder: Path) -> tuple[int, list[list[str]], str]:
    """Run a script in an empty folder; its exit code, how the CLI was called, and what bash complained of."""
    tools, work = folder / "tools", folder / "work"
    tools.mkdir(exist_ok=True)
    work.mkdir(exist_ok=True)
    stub, calls, file = tools / cloud, folder / "calls", folder / "script"
    stub.write_text(STUB)
    stub.chmod(0o755)
    calls.write_bytes(b"")
    file.write_bytes(text.encode("utf-8", "replace"))
    done = subprocess.run(
        ["bash", str(file)],
        cwd=work,
        env={"PATH": f"{tools}:/usr/bin:/bin", "CALLS": str(calls), "LANG": "C.UTF-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert list(work.iterdir()) == [], "a name was obeyed"
    told = calls.read_bytes().decode("utf-8", "replace").split("\0\0")
    return done.returncode, [one.split("\0") for one in told if one], done.stderr.decode("utf-8", "replace")


def inert(cloud: str, words: Iterator[str], folder: Path) -> list[list[str]]:
    """The calls of a script of these words, in which nothing but the CLI ran and every name stayed one word."""
    text, changes = made_of(cloud, words)
    code, calls, said = run(text, cloud, folder)
    assert (code, said) == (0, ""), said
    assert len(calls) >= sum(bool(one.command) for one in changes)
    options = {word for call in calls for word in call if word.startswith("--")}
    calm, _ = made_of(cloud, nasty.rotated(0, ("calm",)))
    usual = {word for call in run(calm, cloud, folder)[1] for word in call if word.startswith("--")}
    assert options <= usual, "a name became an option"
    return calls


PRINTABLE = tuple(text for text in nasty.TEXTS.values() if text and "\0" not in text and len(text) < 5_000)
"""No cloud has an empty id, nor a NUL in a name, and no shell has one."""

FEW = ("shell-line", "fences", "bidi", "markup")
EACH = [
    pytest.param(text, id=name, marks=[] if name in FEW else [pytest.mark.slow])
    for name, text in nasty.TEXTS.items()
]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_script_of_hostile_names_runs_the_cli_and_nothing_else(cloud: str, tmp_path: Path) -> None:
    calls = inert(cloud, nasty.rotated(0, PRINTABLE), tmp_path)
    words = {word for call in calls for word in call}
    tricks = {text for name, text in nasty.TEXTS.items() if name in ("shell", "shell-line", "file", "fences")}
    assert any(trick in word for trick in tricks for word in words), "else nothing was tried"


@pytest.mark.slow
@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("start", range(0, len(PRINTABLE), 2))
def test_every_trick_in_every_place(cloud: str, start: int, tmp_path: Path) -> None:
    inert(cloud, nasty.rotated(start, PRINTABLE), tmp_path)
    tally.add("inputs fuzzed", len(PRINTABLE))


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cloud=st.sampled_from(sorted(CLOUDS)),
    given=st.lists(
        nasty.texts().filter(lambda text: bool(text) and "\0" not in text), min_size=3, max_size=30
    ),
)
def test_any_names(cloud: str, given: list[str], tmp_path: Path) -> None:
    inert(cloud, nasty.rotated(0, given), tmp_path)
    tally.add("inputs fuzzed", len(given))


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("--profile=evil", "'�-profile=evil'"),
        ("-rf /", "'�rf /'"),
        ("--ids", "�-ids"),
        ("-o", "�o"),
        ("-1", "-1"),
        ("@/etc/passwd", "�/etc/passwd"),
        ("file:///etc/passwd", "�ile:///etc/passwd"),
        ("https://evil.example", "�ttps://evil.example"),
        ("shop@example", "shop@example"),
        ("vpce-1", "vpce-1"),
    ],
)
def test_a_value_is_no_option_and_no_file_to_read(word: str, told: str) -> None:
    told = shlex.quote(told) if "'" not in told else told
    assert advice.az("network lb show", ids=(word, word)) == f"az network lb show --ids {told} {told}"


@given(st.lists(st.text(string.printable[:95]) | st.sampled_from(["--ids", "--profile", "-o"]), min_size=1))
def test_advice_has_no_option_but_the_programs_own(values: list[str]) -> None:
    told = advice.aws(values[0], "ec2 describe-things", thing_ids=values, dry_run=True, more=False)
    words = shlex.split(told)
    assert nasty.options(told) == {"--thing-ids", "--dry-run", "--region"}
    assert len(words) == 7 + len(values)
    for value, one in zip(values, words[4:], strict=False):
        assert one == value or (value[0] in "-@fh" and one == f"\N{REPLACEMENT CHARACTER}{value[1:]}")


@pytest.mark.parametrize("text", EACH)
def test_a_script_has_no_line_that_a_comment_began(text: str) -> None:
    """Whatever the names are, a script of ids that need no quoting has the same lines."""
    for region, changes in CLOUDS.values():
        told = [replace(one, name=text, reason=text, cost=text, command="") for one in changes()]
        calm = [replace(one, name="x", reason="x", cost="x", command="") for one in changes()]
        hostile, usual = (
            commands.script(Plan(tuple(rows)), "pl-0", region).splitlines() for rows in (told, calm)
        )
        comments = [line for line in hostile if line.startswith("#")]
        assert len(comments) == len([line for line in usual if line.startswith("#")])
        assert [nasty.obeyed(line) for line in comments] == [""] * len(comments)


@pytest.mark.parametrize("text", EACH)
def test_a_guide_is_plain_lines(text: str) -> None:
    for region, changes in CLOUDS.values():
        told, calm = (
            tuple(
                replace(one, command=commands.command(one, "pl-0", region))
                for one in spoiled(changes(), nasty.rotated(0, (word,)))
            )
            for word in (text, "calm")
        )
        hostile, usual = (guide(Plan(rows, notes=(rows[0].name,)), "pl-0", region) for rows in (told, calm))
        assert nasty.obeyed(hostile) == ""
        assert hostile.count("\n") == usual.count("\n") or not text
        for change in told:
            made = console(change, "pl-0", region)
            if made is not None:
                assert made.address.isascii()
                assert not set(made.address) & set(" <>\"'`\\\n")
