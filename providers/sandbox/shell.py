"""Scripts on the customer's machines, run beside the API that was asked to; only the lines of ``curl`` do anything."""

from __future__ import annotations

import shlex
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from core.cloud import ProbeTarget
from providers.sandbox.curl import curl
from providers.sandbox.datapath import DataPath

SCHEME = "telnet://"
AT_ONCE = 4


class Shell:
    """What was begun, by its id. Thread-safe."""

    def __init__(self, data_path: DataPath) -> None:
        self._data_path = data_path
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sandbox-shell")
        self._begun: dict[str, Future[str]] = {}

    def begin(self, script: str) -> str:
        """Run a script; answers the id to ask by."""
        id = str(uuid.uuid4())
        self._begun[id] = self._pool.submit(lambda: "\n".join(self._lines(script)))
        return id

    def output(self, id: str) -> str | None:
        """What it printed, None while it is under way. Raises KeyError."""
        found = self._begun[id]
        return found.result() if found.done() else None

    def stop(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _lines(self, script: str) -> Iterator[str]:
        for line in script.splitlines():
            for word in shlex.split(line, comments=True):
                host, _, port = word.removeprefix(SCHEME).rpartition(":")
                if word.startswith(SCHEME) and host and port.isdigit():
                    target = ProbeTarget("", host, int(port))
                    yield from curl(self._data_path.resolve(host, target.port, "customer"), target)
