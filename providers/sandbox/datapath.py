"""The sandbox's data path: names of endpoints resolve, and bytes come back while the network would let them.

A name resolves to the endpoint's private addresses, as in its VPC, and to a loopback port to connect to in
their place. Which port says what a client sees: one that answers, one that refuses, or one that never
answers. A port that answers asks the network again at every connection, and resets those that would no
longer hold.

Over HTTP, for other programs (``PRIVATELINK_RESOLVER``): ``GET /resolve?host=NAME&port=PORT`` answers
``{"addresses": ["10.20.1.5"], "connect": ["127.0.0.1", 40123], "place": "…", "inside": true, "greeting":
"…"}``, or 404 with ``{"error": "…"}``; the greeting is what a client that waits for one gets first.
``side=vendor`` asks from Magento's network instead of the customer's. ``POST /play?move=approve`` makes one
of Magento's moves; ``POST /fault?kind=throttled&path=…`` asks for a fault of the API, where the cloud has them;
``POST /break?fault=security-group-closed`` breaks what stands (:mod:`providers.sandbox.faults`), after what was broken
before is mended; without a name it only mends.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from core.cloud import CloudError
from providers.sandbox.certificate import server_context
from providers.sandbox.way import Network, Obstacle, Side, Way

LOOPBACK = "127.0.0.1"
SPEAK_AFTER = 0.05
"""Seconds that the small service lets a client speak first, before it greets."""
READ = 4096
STOP_SECONDS = 5.0
TLS_HANDSHAKE = b"\x16"
HTTP_VERBS = (b"GET ", b"HEAD ", b"POST ", b"PUT ")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name resolves to, where to connect in its addresses' place, from where that is, and what the
    service there says first (empty where nothing would answer).
    """

    addresses: tuple[str, ...]
    connect: tuple[str, int]
    place: str
    inside: bool
    greeting: str = ""


class DataPath:
    """Loopback listeners in one background thread. Thread-safe."""

    def __init__(
        self,
        network: Network,
        play: Callable[[str], None] | None = None,
        inject: Callable[[Mapping[str, str]], None] | None = None,
        spoil: Callable[[str], Mapping[str, object]] | None = None,
    ) -> None:
        self.network = network
        self.play = play
        self.inject = inject
        self.spoil = spoil
        self.url = ""
        self.records: dict[str, str] = {}
        """Names that somebody's DNS leads to an address of its own, where nothing answers."""
        self.passes: int | None = None
        """How many bytes of a greeting come through before the rest is lost; None: all."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox-data-path", daemon=True)
        self._listeners: dict[tuple[Side, str, int], tuple[asyncio.Task[None], socket.socket]] = {}
        self._conversations: set[asyncio.Task[None]] = set()
        self._sockets: list[socket.socket] = []
        self._server: asyncio.Server | None = None
        self._refuses = self._bound()
        self._silent = self._bound()
        self._fill()
        self._tls: ssl.SSLContext | None = None

    def start(self) -> None:
        """Open the resolver's port. Raises OSError where it cannot be opened."""
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._answer, LOOPBACK, 0))
        self.url = f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Close every socket and end the thread."""
        if not self._thread.is_alive():
            return
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._loop.close()
        for held in self._sockets:
            held.close()

    def resolve(self, host: str, port: int, side: Side = "customer") -> Resolved | None:
        """Resolve an endpoint's name for a connection to ``port``; None for a name that is no endpoint's."""
        if host in self.records:
            silent = self._silent.getsockname()
            return Resolved((self.records[host],), (silent[0], silent[1]), "the sandbox's DNS", True)
        found = self.network.look(host, port, side)
        if found is None:
            return None
        if isinstance(found.outcome, Way):
            connect = self._run(self._listen(side, host, port))
            greeting = _greeting(found.outcome)
        else:
            greeting = ""
            connect = (self._refuses if found.outcome.kind == "refused" else self._silent).getsockname()
        return Resolved(found.addresses, (connect[0], connect[1]), found.place, True, greeting)

    def explain(self, host: str, port: int, side: Side = "customer") -> Way | Obstacle:
        """What a connection would meet, without making one."""
        found = self.network.look(host, port, side)
        return found.outcome if found else Obstacle("unknown", f"no endpoint has the name {host}")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STOP_SECONDS)

    def _bound(self) -> socket.socket:
        held = socket.socket()
        held.bind((LOOPBACK, 0))
        self._sockets.append(held)
        return held

    def _fill(self) -> None:
        """Make a port that never answers: one whose queue is full, so that the kernel drops what comes."""
        self._silent.listen(0)
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            with suppress(BlockingIOError):
                filler.connect(self._silent.getsockname())
            self._sockets.append(filler)

    async def _end(self) -> None:
        tasks = [task for task, _ in self._listeners.values()] + list(self._conversations)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _, listener in self._listeners.values():
            listener.close()
        if self._server is not None:
            self._server.close()
        await self._loop.shutdown_default_executor()

    async def _listen(self, side: Side, host: str, port: int) -> tuple[str, int]:
        key = (side, host.rstrip(".").lower(), port)
        if key not in self._listeners:
            listener = socket.create_server((LOOPBACK, 0))
            listener.setblocking(False)
            self._listeners[key] = (asyncio.create_task(self._accept(listener, *key)), listener)
        address: tuple[str, int] = self._listeners[key][1].getsockname()
        return address

    async def _accept(self, listener: socket.socket, side: Side, host: str, port: int) -> None:
        while True:
            connection, _ = await self._loop.sock_accept(listener)
            outcome = await self._loop.run_in_executor(None, self.explain, host, port, side)
            if isinstance(outcome, Way):
                self._keep(self._serve(connection, outcome))
            else:
                _reset(connection)

    def _keep(self, conversation: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(conversation)
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)

    async def _serve(self, connection: socket.socket, way: Way) -> None:
        """The small service: TLS, HTTP, or a greeting and an echo, whatever the client begins with."""
        connection.setblocking(False)
        try:
            first = await self._peek(connection)
            context = None
            if first == TLS_HANDSHAKE:
                context = self._tls = self._tls or server_context()
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await self._loop.connect_accepted_socket(lambda: protocol, connection, ssl=context)
        except OSError:
            # The client went away, or could not agree on TLS.
            connection.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        with suppress(OSError):
            await _converse(reader, writer, way, greet=not first, passes=self.passes)
        writer.close()

    async def _peek(self, connection: socket.socket) -> bytes:
        """The first byte that the client sends, left in its place; empty where it waits for a greeting."""
        ready: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(connection, _finish, ready)
        try:
            await asyncio.wait_for(ready, SPEAK_AFTER)
            return connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return b""
        finally:
            self._loop.remove_reader(connection)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of the resolver's HTTP form."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            verb, target, *_ = [*head.split("\r\n", 1)[0].split(" "), "", ""]
            status, body = await self._loop.run_in_executor(None, self._respond, verb, target)
            payload = json.dumps(body).encode()
            lines = (
                f"HTTP/1.1 {status}",
                "Content-Type: application/json",
                f"Content-Length: {len(payload)}",
                "Connection: close",
            )
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)
            await writer.drain()
        writer.close()

    def _respond(self, verb: str, target: str) -> tuple[str, object]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if (verb, parts.path) == ("POST", "/play") and self.play is not None:
            try:
                self.play(query.get("move", ""))
            except CloudError as error:
                return "409 Conflict", {"error": error.message}
            return "200 OK", {}
        if (verb, parts.path) == ("POST", "/break") and self.spoil is not None:
            try:
                return "200 OK", self.spoil(query.get("fault", ""))
            except CloudError as error:
                return "409 Conflict", {"error": error.message}
        if (verb, parts.path) == ("POST", "/fault") and self.inject is not None:
            try:
                self.inject(query)
            except ValueError as error:
                return "400 Bad Request", {"error": str(error)}
            return "200 OK", {}
        if (verb, parts.path) != ("GET", "/resolve"):
            return "404 Not Found", {"error": f"{verb} {parts.path} is not known here"}
        host, port = query.get("host", ""), query.get("port", "")
        if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            return "400 Bad Request", {"error": "host and port (1–65535) are needed"}
        side: Side = "vendor" if query.get("side") == "vendor" else "customer"
        found = self.resolve(host, int(port), side)
        if found is None:
            return "404 Not Found", {"error": f"{host} does not resolve"}
        return "200 OK", asdict(found)


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    way: Way,
    *,
    greet: bool,
    passes: int | None = None,
) -> None:
    words = _greeting(way)
    if greet:
        writer.write(words.encode()[:passes])
        await writer.drain()
    while data := await reader.read(READ):
        if data.startswith(HTTP_VERBS):
            body = words.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
            writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
            await writer.drain()
            return
        writer.write(data)
        await writer.drain()


def _finish(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _greeting(way: Way) -> str:
    return f"privatelink sandbox: {way.target} answers on port {way.target_port}\r\n"


def _reset(connection: socket.socket) -> None:
    """Close with a reset, as a load balancer without a target does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
