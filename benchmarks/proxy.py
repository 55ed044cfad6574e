"""An HTTP proxy on a loopback port, in a process of its own: it makes a nearby API as far away as a real one,
and counts what is asked for.

``python -m benchmarks.proxy URL SECONDS`` prints its address. Every request waits SECONDS and then goes to URL.
``GET /-/calls`` answers the number of calls by action since the last time it was asked. The tests' proxy that
breaks things (``tests/torture/proxy.py``) is made of the same parts.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
CLOSE = re.compile(rb"^(connection: *close|HTTP/1\.0)", re.IGNORECASE | re.MULTILINE)
ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
CALLS = b"GET /-/calls "
TREE = Path(__file__).parents[1]


async def message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """A request's or an answer's head and body. Raises IncompleteReadError where the other side hung up."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        return await message(reader)
    length = LENGTH.search(head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def answer(told: object) -> bytes:
    """An answer of the proxy's own, as JSON."""
    body = json.dumps(told).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@dataclass(slots=True)
class Upstream:
    """The connection that one client's requests go on over; opened anew where the server closed it."""

    url: str
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> bytes:
        """Hand a request on; its answer."""
        if self.streams is None:
            target = urlsplit(self.url)
            self.streams = await asyncio.open_connection(target.hostname, target.port)
        reader, writer = self.streams
        writer.write(request)
        head, body = await message(reader)
        if CLOSE.search(head):
            self.close()
        return head + body

    def close(self) -> None:
        """Hang up, where there is a connection."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


Handle = Callable[[bytes, bytes], Awaitable[bytes | None]]
"""Answers one request, given its head and its body; None: hang up without an answer."""


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handle: Handle) -> None:
    """Answer the requests of one client, one after the other, until one of the two hangs up."""
    try:
        while (told := await handle(*await message(reader))) is not None:
            writer.write(told)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        # The client has no more to ask, or one of the two hung up in the middle.
        pass
    finally:
        writer.close()


async def until_told() -> None:
    """Wait until whoever started this process closes its standard input."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def place(server: asyncio.Server, scheme: str = "http") -> str:
    """The address of a server on a loopback port."""
    return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _serve(url: str, seconds: float) -> None:
    calls: Counter[str] = Counter()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = Upstream(url)

        async def handle(head: bytes, body: bytes) -> bytes:
            if head.startswith(CALLS):
                told = answer(calls)
                calls.clear()
                return told
            action = ACTION.search(body)
            calls[action[1].decode() if action else head.split(b" ", 2)[1].decode()] += 1
            await asyncio.sleep(seconds)
            return await upstream.ask(head + body)

        try:
            await converse(reader, writer, handle)
        finally:
            upstream.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    print(place(server), flush=True)
    await until_told()


@contextmanager
def process(*arguments: str) -> Iterator[str]:
    """Run a module of this tree that prints one line, and serves until its standard input is closed."""
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=TREE,
    )
    asked, answers = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)
    try:
        line = answers.readline().strip()
        if not line:
            raise RuntimeError(f"{arguments[0]} did not start")
        yield line
    finally:
        asked.close()
        answers.close()
        child.wait()


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy."""

    url: str

    def calls(self) -> Mapping[str, int]:
        """The calls by action since the last time."""
        with closing(urllib.request.urlopen(f"{self.url}/-/calls", timeout=10)) as told:
            counted: dict[str, int] = json.load(told)
        return counted


@contextmanager
def proxy(url: str, seconds: float) -> Iterator[Proxy]:
    """Run a proxy in front of ``url``."""
    with process("benchmarks.proxy", url, str(seconds)) as address:
        yield Proxy(address)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2])))
