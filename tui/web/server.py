"""textual-serve behind a guard: one browser, one session at a time, nothing from any other machine or page."""

from __future__ import annotations

import asyncio
import secrets
import shlex
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

from tui.web.guard import HOST, Guard

PAGE, SCRIPT = (Path(__file__).with_name(name) for name in ("page.html", "page.js"))
PATIENCE = 8.0
"""Seconds for a session to keep its answers and end, before another one begins or the server itself ends."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GuardedServer(Server):
    """textual-serve's socket and files, each request seen by the guard first; the page is our own, without
    anything from other servers.
    """

    def __init__(self, inside: Sequence[str], guard: Guard) -> None:
        """``inside`` is the program that runs behind the page."""
        super().__init__(shlex.join(inside), host=HOST, port=guard.port, title="privatelink")
        self._guard = guard
        self._session = asyncio.Lock()
        self._running: asyncio.Task[object] | None = None

    async def application(self) -> web.Application:
        """The web application."""
        app = web.Application(middlewares=[self._guarded])
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/enter", self._enter),
                web.get("/page.js", self._script),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            ]
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        entering = request.path == "/enter"
        headers = request.headers
        why = self._guard.outside(
            request.host, headers.get("Origin"), headers.get("Sec-Fetch-Site"), entering=entering
        )
        if not why and not entering and not self._guard.known(request.cookies):
            why = "open the address that privatelink serve printed"
        if not why and request.path == "/ws" and "Origin" not in headers:
            why = "the socket is for the page itself"
        if why:
            return _closed_in(web.Response(status=403, text=f"privatelink: refused: {why}\n"), self._guard)
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            return _closed_in(web.Response(status=error.status, text=f"{error.reason}\n"), self._guard)
        return answer if answer.prepared else _closed_in(answer, self._guard)

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        why = self._guard.enter(request.query.get("token", ""))
        if why and not self._guard.known(request.cookies):
            return web.Response(status=403, text=f"privatelink: refused: {why}\n")
        # The page itself goes on: after a redirect the browser would still tell of the site that linked here.
        going_on = '<!DOCTYPE html><title>privatelink</title><meta http-equiv="refresh" content="0; url=/">'
        answer = web.Response(text=going_on, content_type="text/html")
        answer.set_cookie(self._guard.cookie, self._guard.secret, httponly=True, samesite="Strict", path="/")
        return answer

    async def _page(self, request: web.Request) -> web.StreamResponse:
        text = PAGE.read_text(encoding="utf-8").replace("@SOCKET@", f"ws://{request.host}/ws")
        return web.Response(text=text, content_type="text/html")

    async def _script(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(SCRIPT)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One session. A page that is loaded anew waits for its former one to end."""
        try:
            await asyncio.wait_for(self._session.acquire(), PATIENCE)
        except TimeoutError as error:
            raise web.HTTPConflict(reason="another session is open") from error
        self._running = asyncio.current_task()
        try:
            return await super().handle_websocket(request)
        finally:
            self._running = None
            self._session.release()

    async def end(self) -> None:
        """End the session that is open: the program behind the page keeps its answers."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait((self._running,), timeout=PATIENCE)


def _closed_in(answer: web.StreamResponse, guard: Guard) -> web.StreamResponse:
    """Headers that let the page load nothing from elsewhere, and nobody frame it or learn its address."""
    sockets = " ".join(f"ws://{host}" for host in guard.hosts)
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self' {sockets}; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def listening(port: int) -> socket.socket:
    """A socket on this machine alone; 0 takes a free port. Raises OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    return made


def inside(words: Sequence[str]) -> tuple[str, ...]:
    """The program behind the page; nothing of the folder in which it was started is imported."""
    return (sys.executable, "-P", "-m", "tui.web.inside", *words)


async def serve(listener: socket.socket, words: Sequence[str], tell: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. ``tell`` gets the address, once it answers."""
    guard = Guard(listener.getsockname()[1], secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    server = GuardedServer(inside(words), guard)
    runner = web.AppRunner(await server.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, over.set)
    try:
        await web.SockSite(runner, listener).start()
        tell(guard.address)
        await over.wait()
    finally:
        await server.end()
        await runner.cleanup()
