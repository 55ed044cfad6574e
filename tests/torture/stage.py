"""A sandbox that can be had as often as wished, each time exactly as it was: its process forks.

``python -m tests.torture.stage PLATFORM FOLDER`` prints where the first one is: process, API, controls. The
controls (a socket in FOLDER) take ``fork``, which answers the same of a copy in a process of its own, and
``stop``. A copy has the API only: no data path, and nobody who plays Magento. All end with standard input.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.proxy import process
from core.request.model import Platform
from providers.sandbox import web

Serve = Callable[[], AbstractContextManager[str]]
"""Serves the API on a port of its own while the context lasts; gives its address."""

_held: list[object] = []


def _aws() -> tuple[Mapping[str, str], Serve, AbstractContextManager[Any]]:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from providers import sandbox
    from providers.sandbox.server import _Handler

    running = sandbox.start(auto=False, provisioning=0.05, registration=0.0)
    app = DomainDispatcherApplication(create_backend_app)
    # A sandbox that nobody holds ends.
    _held.append(running)
    return running.environment, lambda: web.serving(app, handler=_Handler), running.ground.lock


def _azure() -> tuple[Mapping[str, str], Serve, AbstractContextManager[Any]]:
    from providers.sandbox import azure

    running = azure.start(auto=False, operation=0.03, retry_after=0.02)

    def behind_tls(environ: Any, start_response: Any) -> Any:
        # The proxy in front speaks TLS, and addresses in answers are made of this.
        environ["wsgi.url_scheme"] = "https"
        return running.arm(environ, start_response)

    _held.append(running)
    return running.environment, lambda: web.serving(behind_tls), running.arm.estate.lock


def _run(
    serve: Serve, lock: AbstractContextManager[Any], folder: str, tell: Callable[[str], None]
) -> NoReturn:
    """Serve until told to stop; a copy begins here as well."""
    controls = socket.socket(socket.AF_UNIX)
    path = f"{folder}/{os.getpid()}"
    controls.bind(path)
    controls.listen()
    with serve() as url:
        tell(f"{os.getpid()} {url} {path}")
        while True:
            ready, _, _ = select.select([controls, sys.stdin], [], [])
            if sys.stdin in ready:
                os._exit(0)
            connection, _ = controls.accept()
            if connection.recv(16) == b"stop":
                connection.close()
                os._exit(0)
            with lock:
                copy = os.fork()
            if copy == 0:
                controls.close()

                def answer(told: str, to: socket.socket = connection) -> None:
                    to.sendall(told.encode())
                    to.close()

                _run(serve, lock, folder, answer)
            connection.close()


def _warm(platform: Platform, url: str) -> None:
    """Let the API make what it makes at a first request only."""
    if platform == "aws":
        for service, version in (
            ("ec2", "2016-11-15"),
            ("elasticloadbalancing", "2015-12-01"),
            ("sts", "2011-06-15"),
        ):
            signed = f"AWS4-HMAC-SHA256 Credential=x/20200101/us-west-2/{service}/aws4_request, Signature=x"
            request = urllib.request.Request(
                url, f"Action=GetCallerIdentity&Version={version}".encode(), {"Authorization": signed}
            )
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(request, timeout=20).close()


def main(platform: Platform, folder: str) -> NoReturn:
    """The first of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    environment, serve, lock = _aws() if platform == "aws" else _azure()
    with serve() as url:
        _warm(platform, url)
    gc.collect()
    gc.freeze()
    Path(folder, "environment").write_text(json.dumps(dict(environment)), encoding="utf-8")
    _run(serve, lock, folder, lambda told: print(told, flush=True))


@dataclass(frozen=True, slots=True)
class World:
    """A running sandbox, or a copy of one, as tests hold it."""

    pid: int
    url: str
    controls: str

    @classmethod
    def at(cls, line: str) -> World:
        pid, url, controls = line.split()
        return cls(int(pid), url, controls)

    def copy(self) -> World:
        """Another one that is as this one is."""
        return World.at(self._ask("fork"))

    def stop(self) -> None:
        """End it."""
        self._ask("stop")
        Path(self.controls).unlink()

    def _ask(self, what: str) -> str:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(self.controls)
            asked.sendall(what.encode())
            return asked.recv(400).decode()


@contextmanager
def stage(platform: Platform, folder: Path) -> Iterator[tuple[World, dict[str, str]]]:
    """Run the first one; gives it, and the environment variables of programs that use it."""
    with process("tests.torture.stage", platform, str(folder)) as line:
        environment = json.loads((folder / "environment").read_text(encoding="utf-8"))
        yield World.at(line), environment


if __name__ == "__main__":
    main("azure" if sys.argv[1] == "azure" else "aws", sys.argv[2])
