"""Starts the program as often as wished without loading it each time: a process that has it in memory forks.

``python -m tests.torture.launcher`` reads one :class:`Start` a line (JSON) and answers the process's id; a line
that is a number waits for that process and answers how it ended. What runs is the console command's own
``main`` with its arguments, environment and folder, in a process of its own that can be killed.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import IO, Literal, cast

from benchmarks.proxy import TREE


@dataclass(frozen=True, slots=True)
class Start:
    """A run: arguments, environment, where its output goes, and what happens to it.

    ``write`` kills it at its n-th journal write (from 1), ``moment`` before or after that is on disk. Its
    rests are ``hurry`` times as short. ``jumps``: its clock is wrong by these seconds, one after the other.
    ``bytes`` is how large a file may become; ``answer`` how many seconds it waits for an answer. Before it
    begins it arms the proxy at ``control`` with ``arms``.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    output: str
    write: int = 0
    moment: Literal["before", "after"] = "before"
    hurry: float = 20.0
    jumps: tuple[float, ...] = ()
    bytes: int = 0
    answer: float = 0.0
    control: str = ""
    arms: Mapping[str, object] = field(default_factory=dict)


def _load() -> None:
    """Import everything that a command imports when it is called, and read what SDKs read once."""
    from providers.aws.session import connect
    from tui.cli.group import COMMANDS

    for place, _ in COMMANDS.values():
        importlib.import_module(place.partition(":")[0])
    for name in (
        *("providers.aws.cloud", "providers.azure.cloud", "tui.settings", "filelock", "sqlite3"),
        *("core.export.commands", "core.setup.aws", "core.setup.azure"),
    ):
        importlib.import_module(name)
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    connect("us-west-2", None, keys)


def _kill_at(number: int, moment: str) -> None:
    """Let this process be killed at a write to the journal."""
    from core.journal.events import Event
    from core.journal.store import Journal

    append = Journal.append
    written = [0]

    def killing(journal: Journal, event: Event) -> None:
        written[0] += 1
        if written[0] == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        append(journal, event)
        if written[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.append = killing  # type: ignore[method-assign]


def _jump(jumps: tuple[float, ...]) -> None:
    """Let the program's clock be wrong, each time by something else."""
    from tui.cli import desk

    now, looks = desk.now, [0]

    def jumping() -> datetime:
        looks[0] += 1
        return now() + timedelta(seconds=jumps[looks[0] % len(jumps)])

    desk.now = jumping


def _hurry(times: float) -> None:
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(seconds / times)


def _impatient(seconds: float) -> None:
    """Let the program wait so long for an answer, and no longer."""
    from botocore.config import Config

    from providers.aws import session
    from providers.azure import signin

    session.CONFIG = session.CONFIG.merge(Config(read_timeout=seconds))
    signin.READ_SECONDS = seconds


def _run(start: Start) -> None:
    """In the child: become the program."""
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    os.chdir(start.environment["HOME"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{start.output}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    # As in a person's shell, also where the tests run in the background and ignore them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if start.control:
        from tests.torture.proxy import Arms, arm

        told = Arms(**start.arms)  # type: ignore[arg-type]
        arm(start.control, replace(told, pid=os.getpid()))
    if start.write:
        _kill_at(start.write, start.moment)
    if start.jumps:
        _jump(start.jumps)
    if start.answer:
        _impatient(start.answer)
    _hurry(start.hurry)
    if start.bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (start.bytes, start.bytes))
    sys.argv = ["privatelink", *start.arguments]
    from tui.cli import main

    try:
        main()
    except SystemExit as ended:
        # As the interpreter ends, but without taking apart all that was imported, which takes longer than a run.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1)


def main() -> None:
    """Take orders until standard input ends."""
    _load()
    gc.collect()
    gc.freeze()
    orders = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    print("ready", file=answers, flush=True)
    for line in iter(orders.readline, ""):
        order = json.loads(line)
        if isinstance(order, int):
            _, status = os.waitpid(order, 0)
            told = os.waitstatus_to_exitcode(status)
        else:
            told = os.fork()
            if told == 0:
                orders.close()
                answers.close()
                order.update({key: tuple(order[key]) for key in ("arguments", "jumps")})
                _run(Start(**order))
                return
        print(told, file=answers, flush=True)


class Launcher:
    """The process that starts programs, as tests hold it."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders, self._answers = orders, answers

    def start(self, start: Start) -> int:
        """Begin a run; its process."""
        return self._order(asdict(start))

    def wait(self, pid: int) -> int:
        """Its exit code; minus the number of the signal that ended it."""
        return self._order(pid)

    def _order(self, order: object) -> int:
        print(json.dumps(order), file=self._orders, flush=True)
        return int(self._answers.readline())


@contextmanager
def launcher() -> Iterator[Launcher]:
    """Run one."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.launcher"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=TREE,
    )
    orders, answers = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)
    try:
        assert answers.readline() == "ready\n"
        yield Launcher(orders, answers)
    finally:
        orders.close()
        answers.close()
        child.wait()


if __name__ == "__main__":
    main()
