"""The proxy that breaks things, in a process of its own: between the program and the sandbox, on loopback.

It counts and names the requests, and at those that a rule picks it kills the program, loses or garbles the
answer, or answers in the cloud's place. ``python -m tests.torture.proxy [FOLDER]`` prints its address and that
of its controls; with FOLDER it speaks TLS, with a certificate made now (FOLDER/ca.pem).

Controls (JSON): ``/arm`` takes an :class:`Arms` and begins to count anew; ``/faults`` answers how many faults there
were; ``/told`` lets go of what hangs, waits
until nothing is under way, and answers a :class:`Told`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from benchmarks.proxy import ACTION, Upstream, answer, converse, place, process, until_told

Kind = Literal[
    "signal-before",
    "signal-after",
    "throttled",
    "error",
    "unavailable",
    "reset-before",
    "reset-after",
    "hang-before",
    "hang-after",
    "half",
    "stale",
    "nothing",
]
"""``before``: the request is not handed on; ``after``: it is, and its answer is lost. ``signal``: the program gets
that signal (with any but SIGKILL the request goes on, and its answer comes); ``half``: an answer is cut in the
middle; ``stale``: for ``times`` looks of each name after every write, and from the beginning on, the replica is
asked in the place of the cloud."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to the ``nth`` request (from 1) whose name holds ``match``, and to ``times`` - 1 after it."""

    kind: Kind
    match: str = ""
    nth: int = 1
    times: int = 1
    signal: int = signal.SIGKILL


STALE = Rule("stale", times=3)
"""A look shows what was before, three times after every change and at the beginning."""


@dataclass(frozen=True, slots=True)
class Arms:
    """What the proxy is armed with: the cloud's address, the rules, the program's process, and the address of
    a cloud that shows what was before, with a token that it takes (Azure).
    """

    upstream: str
    rules: tuple[Rule, ...] = ()
    pid: int = 0
    replica: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked for, by name and in order, and how many faults there were."""

    asked: tuple[str, ...]
    faults: int


def name(head: bytes, body: bytes) -> str:
    """What a request is called: AWS's action, or the method and what it is for (``PUT loadBalancers``)."""
    action = ACTION.search(body)
    if action:
        return action[1].decode()
    method, path = head.split(b" ", 2)[:2]
    parts = urlsplit(path.decode()).path.strip("/").split("/")
    at = next((number for number, part in enumerate(parts) if part == "providers"), None)
    if at is None or len(parts) <= at + 2:
        return f"{method.decode()} {parts[-1]}"
    after = parts[at + 2 :]
    if "operations" in after or "operationResults" in after:
        return f"{method.decode()} operations"
    return f"{method.decode()} {after[-1] if len(after) % 2 else after[-2]}"


def writes(name: str) -> bool:
    """Whether a request of this name changes something."""
    method, space, what = name.partition(" ")
    if space:
        return method not in ("GET", "HEAD") and what not in ("token", "checkPrivateLinkServiceVisibility")
    return not name.startswith(("Describe", "Get"))


def _refusal(aws: bool, kind: Kind, body: bytes) -> bytes:
    """The cloud's own words for being too busy, or broken."""
    status, code = {
        "throttled": ("429 Too Many Requests", "TooManyRequests"),
        "unavailable": ("503 Service Unavailable", "ServiceUnavailable"),
    }.get(kind, ("500 Internal Server Error", "InternalServerError"))
    if not aws:
        told = json.dumps({"error": {"code": code, "message": "Not now."}}).encode()
        more = b"Content-Type: application/json\r\n" + (b"Retry-After: 1\r\n" if kind == "throttled" else b"")
    elif b"Version=2015-12-01" in body:
        status, code = {
            "throttled": ("400 Bad Request", "Throttling"),
            "unavailable": ("503 Service Unavailable", "ServiceUnavailable"),
        }.get(kind, ("500 Internal Server Error", "InternalFailure"))
        told = f"<ErrorResponse><Error><Code>{code}</Code><Message>Not now.</Message></Error></ErrorResponse>".encode()
        more = b"Content-Type: text/xml\r\n"
    else:
        status, code = {
            "throttled": ("503 Service Unavailable", "RequestLimitExceeded"),
            "unavailable": ("503 Service Unavailable", "Unavailable"),
        }.get(kind, ("500 Internal Server Error", "InternalError"))
        told = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>Not now.</Message></Error></Errors>"
            "<RequestID>1</RequestID></Response>"
        ).encode()
        more = b"Content-Type: text/xml\r\n"
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(told)}\r\n".encode() + more + b"\r\n" + told


@dataclass(slots=True)
class _Proxy:
    arms: Arms = field(default_factory=lambda: Arms(""))
    asked: list[str] = field(default_factory=list)
    met: Counter[int] = field(default_factory=Counter)
    faults: int = 0
    round: int = 0
    looks: Counter[tuple[str, int]] = field(default_factory=Counter)
    under_way: int = 0
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def arm(self, arms: Arms) -> None:
        self.let_go.set()
        for writer in self.open:
            # Of another run: whoever kept it open sees that it is closed, and opens another one.
            writer.close()
        self.let_go = asyncio.Event()
        self.arms, self.asked, self.faults, self.round = arms, [], 0, 0
        self.met.clear()
        self.looks.clear()

    def picked(self, name: str) -> Rule | None:
        """The rule for this request, which is counted."""
        self.asked.append(name)
        found = None
        for number, rule in enumerate(self.arms.rules):
            if rule.kind == "stale" or not re.search(rule.match, name):
                continue
            self.met[number] += 1
            if found is None and rule.nth <= self.met[number] < rule.nth + rule.times:
                found = rule
        return found

    def stale(self, name: str) -> bool:
        """Whether this look shows what was before."""
        most = max((rule.times for rule in self.arms.rules if rule.kind == "stale"), default=0)
        if (
            not most
            or writes(name)
            or name.startswith("POST ")
            or name.endswith(("operations", "GetCallerIdentity"))
        ):
            return False
        self.looks[name, self.round] += 1
        return self.looks[name, self.round] <= most

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arms = self.arms
        upstream, replica = Upstream(arms.upstream), Upstream(arms.replica)

        async def handle(head: bytes, body: bytes) -> bytes | None:
            self.under_way += 1
            try:
                return await self.one(head, body, upstream, replica, writer)
            finally:
                self.under_way -= 1

        self.open.add(writer)
        try:
            await converse(reader, writer, handle)
        finally:
            self.open.discard(writer)
            upstream.close()
            replica.close()

    async def one(
        self, head: bytes, body: bytes, upstream: Upstream, replica: Upstream, writer: asyncio.StreamWriter
    ) -> bytes | None:
        called = name(head, body)
        rule = self.picked(called)
        kind = rule.kind if rule else "nothing"
        if self.stale(called):
            self.faults += 1
            return await replica.ask(self.known(head) + body)
        if rule and kind != "nothing":
            self.faults += 1
        if rule and kind == "signal-before":
            self.kill(rule.signal)
            if rule.signal == signal.SIGKILL:
                return None
        if kind in ("throttled", "error", "unavailable"):
            return _refusal(ACTION.search(body) is not None, kind, body)
        if kind == "reset-before":
            return None
        if kind == "hang-before":
            await self.let_go.wait()
            return None
        told = await upstream.ask(head + body)
        if writes(called) and not told.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")):
            self.round += 1
        if rule and kind == "signal-after":
            self.kill(rule.signal)
            if rule.signal == signal.SIGKILL:
                return None
        if kind == "reset-after":
            return None
        if kind == "hang-after":
            await self.let_go.wait()
            return None
        if kind == "half":
            writer.write(told[: len(told) * 2 // 3])
            return None
        return told

    def known(self, head: bytes) -> bytes:
        """A request's head with a token that the replica takes: the program's is newer than that."""
        bearer = f"Authorization: Bearer {self.arms.token}".encode()
        return re.sub(rb"(?im)^authorization: *bearer [^\r]*", bearer, head) if self.arms.token else head

    def kill(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.arms.pid, number)

    async def controls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def handle(head: bytes, body: bytes) -> bytes:
            if head.startswith(b"POST /arm"):
                told = json.loads(body)
                told["rules"] = tuple(Rule(**one) for one in told["rules"])
                self.arm(Arms(**told))
                return answer({})
            if head.startswith(b"POST /faults"):
                return answer(self.faults)
            self.let_go.set()
            while self.under_way:
                await asyncio.sleep(0.002)
            return answer({"asked": self.asked, "faults": self.faults})

        await converse(reader, writer, handle)


async def _serve(folder: str | None) -> None:
    proxy = _Proxy()
    tls = None
    if folder:
        from providers.sandbox.certificate import pair

        made = pair(("localhost",), ("127.0.0.1",))
        Path(folder, "ca.pem").write_bytes(made.certificate)
        tls = made.context()
    door = await asyncio.start_server(proxy.client, "127.0.0.1", 0, ssl=tls)
    controls = await asyncio.start_server(proxy.controls, "127.0.0.1", 0)
    print(place(door, "https" if tls else "http"), place(controls), flush=True)
    await until_told()


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy, as tests hold it."""

    url: str
    control: str

    def arm(self, arms: Arms) -> None:
        """From now on, this; counting begins anew."""
        arm(self.control, arms)

    def broken(self) -> int:
        """How many faults there were since it was armed."""
        return int(_call(f"{self.control}/faults", {}))

    def told(self) -> Told:
        """What was asked for since it was armed, once nothing is under way any more."""
        answered = _call(f"{self.control}/told", {})
        return Told(tuple(answered["asked"]), answered["faults"])


def arm(control: str, arms: Arms) -> None:
    """Arm a proxy by the address of its controls."""
    _call(f"{control}/arm", asdict(arms))


def _call(url: str, value: object) -> Any:
    request = urllib.request.Request(url, json.dumps(value).encode(), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answered:
        return json.load(answered)


@contextmanager
def proxy(folder: Path | None = None) -> Iterator[Proxy]:
    """Run one."""
    with process("tests.torture.proxy", *([str(folder)] if folder else [])) as line:
        yield Proxy(*line.split())


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1] if len(sys.argv) > 1 else None))
