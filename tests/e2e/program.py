"""The real program in processes of its own: commands, and the sandbox in the foreground."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tui.cli.group import cli

PROGRAM = Path(sys.executable).with_name("privatelink")
SECONDS = 60.0
NEVER = ("Traceback (most recent call last)", "fault of the program")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with nobody's credentials and configuration in it."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PRIVATELINK_HOME": str(home / "privatelink"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        # Where this process found the program, another finds the same one.
        **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        **more,
    }


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout, which has to be one JSON text and nothing else."""
        return json.loads(self.out)


@dataclass
class Program:
    """Runs commands in one environment, without anybody to answer a prompt."""

    environment: dict[str, str]
    command: Sequence[str] = (str(PROGRAM),)
    folder: Path | None = None

    def __call__(self, *arguments: str, code: int | None = 0, stdin: bytes = b"", **changed: str) -> Ran:
        """Run a command and see that it ends with ``code`` (None: any)."""
        done = subprocess.run(
            [*self.command, *arguments],
            input=stdin,
            capture_output=True,
            timeout=SECONDS,
            env={**self.environment, **changed},
            cwd=self.folder,
            check=False,
        )
        return _ended(Ran(done.returncode, done.stdout.decode(), done.stderr.decode()), arguments, code)

    def json(self, *arguments: str, code: int | None = 0, stdin: bytes = b"") -> Any:
        """What a command answers with ``--format json``."""
        return self(*arguments, "--format", "json", code=code, stdin=stdin).json


class InProcess(Program):
    """The same commands in this process: quicker, where nothing depends on a process of their own."""

    def __call__(self, *arguments: str, code: int | None = 0, stdin: bytes = b"", **changed: str) -> Ran:
        """Run a command and see that it ends with ``code`` (None: any)."""
        nothing: dict[str, str | None] = dict.fromkeys(os.environ)
        environment = {**self.environment, **changed}
        with _clients_made_once(environment):
            done = CliRunner().invoke(
                cli, arguments, input=stdin, env={**nothing, **environment}, prog_name="privatelink"
            )
        return _ended(Ran(done.exit_code, done.stdout, done.stderr), arguments, code)


@contextmanager
def _clients_made_once(environment: Mapping[str, str]) -> Iterator[None]:
    """Commands that find the very same environment share AWS's clients: making them is half of a command."""
    if "AWS_ENDPOINT_URL" not in environment:
        yield
        return
    from providers.aws import session

    make, found = session.connect, frozenset(environment.items())

    def connect(region: str, profile: str | None = None, environ: Mapping[str, str] | None = None) -> Any:
        return _clients(make, region, profile, environ and frozenset(environ.items()), found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "connect", connect)
        yield


@lru_cache(maxsize=4)
def _clients(make: Any, region: str, profile: str | None, environ: Any, _found: Any) -> Any:
    return make(region, profile, None if environ is None else dict(environ))


def _ended(ran: Ran, arguments: Sequence[str], code: int | None) -> Ran:
    told = f"privatelink {shlex.join(arguments)} → {ran.code}\n{ran.out}\n{ran.err}"
    assert not any(words in told for words in NEVER), told
    assert code is None or ran.code == code, told
    return ran


@contextmanager
def sandbox(home: Path, *options: str) -> Iterator[dict[str, str]]:
    """``privatelink sandbox`` in the foreground of another process; gives the environment that it prints."""
    process = subprocess.Popen(
        [str(PROGRAM), "sandbox", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(home),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        # The message on stderr comes when all is printed.
        told = []
        while not told or ("runs until Ctrl-C" not in told[-1] and told[-1]):
            told.append(process.stderr.readline())
        assert told[-1], "".join(told)
        yield exported(_lines_so_far(process))
    finally:
        process.terminate()
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.stdout.close()
            process.stderr.close()


def _lines_so_far(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return process.stdout.read()


def exported(text: str) -> dict[str, str]:
    """The variables of ``export NAME=VALUE`` lines, read as a shell would."""
    pairs: dict[str, str] = {}
    for line in text.splitlines():
        export, assignment = shlex.split(line)
        assert export == "export"
        name, _, value = assignment.partition("=")
        pairs[name] = value
    return pairs


def imported(folder: Path) -> list[str]:
    """The traps of a hostile folder that were imported."""
    return sorted(path.name for path in folder.rglob("*.imported"))


def step(status: Mapping[str, Any], number: str) -> str:
    """The state of a step in ``status --format json``."""
    return next(str(one["state"]) for one in status["steps"] if one["number"] == number)
