"""The server on a real socket, with a small program behind it: what is let in, what is refused, and the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, WSServerHandshakeError, web

from tui.web import server
from tui.web.guard import Guard

BEHIND = """
import sys
def packet(data): sys.stdout.buffer.write(b"D" + len(data).to_bytes(4, "big") + data); sys.stdout.flush()
print("__GANGLION__", flush=True)
packet(b"painted")
while head := sys.stdin.buffer.read(5):
    body = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"D":
        packet(b"typed " + body)
    elif b"quit" in body:
        open(sys.argv[1], "w").write("kept")
        break
"""
"""Speaks as Textual's web driver does."""


@asynccontextmanager
async def served(tmp_path: Path) -> AsyncIterator[tuple[Guard, ClientSession, server.GuardedServer]]:
    listener = server.listening(0)
    guard = Guard(listener.getsockname()[1], "the-token", "the-secret")
    one = server.GuardedServer((sys.executable, "-c", BEHIND, str(tmp_path / "ended")), guard)
    runner = web.AppRunner(await one.application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    base = f"http://127.0.0.1:{guard.port}"
    try:
        async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as client:
            yield guard, client, one
    finally:
        await one.end()
        await runner.cleanup()


@pytest.mark.parametrize(
    "path", ["/", "/ws", "/static/js/textual.js", "/download/x", "/enter", "/enter?token=guess"]
)
async def test_without_the_token_nothing_is_given(tmp_path: Path, path: str) -> None:
    async with served(tmp_path) as (_, client, _server):
        answer = await client.get(path)
        assert answer.status == 403
        assert "refused" in await answer.text()
        assert "the-" not in str(answer.headers)


async def test_a_session_of_the_browser_that_came_in_and_of_nobody_else(tmp_path: Path) -> None:
    async with served(tmp_path) as (guard, client, one):
        base = f"http://127.0.0.1:{guard.port}"
        answer = await client.get(guard.address)
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        async with ClientSession(base) as other:
            assert (await other.get(guard.address)).status == 403, "a second browser"
        page = await client.get("/")
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "https://" not in await page.text(), "nothing from other servers"
        assert (await client.get("/static/js/textual.js")).status == 200
        assert (await client.get("/static/")).status == 403

        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            with pytest.raises(WSServerHandshakeError, match="403"):
                await client.ws_connect("/ws", headers=headers)
        with pytest.raises(WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws", headers={"Origin": base, "Host": "rebound.example"})

        socket = await client.ws_connect("/ws", headers={"Origin": base})
        assert await socket.receive_bytes() == b"painted"
        await socket.send_json(["stdin", "hello"])
        assert await socket.receive_bytes() == b"typed hello"
        await asyncio.gather(one.end(), socket.receive())
        assert (tmp_path / "ended").read_text() == "kept", (
            "the program behind the page could keep its answers"
        )


async def test_a_second_session_waits_for_the_first_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    async with served(tmp_path) as (guard, client, _server):
        here = {"Origin": f"http://127.0.0.1:{guard.port}"}
        await client.get(guard.address)
        first = await client.ws_connect("/ws", headers=here)
        assert await first.receive_bytes() == b"painted"
        with pytest.raises(WSServerHandshakeError, match="409"):
            await client.ws_connect("/ws", headers=here)
        monkeypatch.setattr(server, "PATIENCE", 5.0)
        second, _ = await asyncio.gather(client.ws_connect("/ws", headers=here), first.close())
        assert await second.receive_bytes() == b"painted"
