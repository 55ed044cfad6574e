"""A real Chromium without a window, spoken to by its own protocol (Chrome DevTools Protocol, 1.3)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

FOUND = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Tab:
    """One page. What its web sockets received and sent is kept."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self.received = bytearray()
        self.sent: list[str] = []
        self.asked_for: list[str] = []

    async def listen(self) -> None:
        """Take what the browser says, until it is gone."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = message.json()
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            elif told["method"] == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                if frame["opcode"] == 2:
                    self.received += base64.b64decode(frame["payloadData"])
            elif told["method"] == "Network.webSocketFrameSent":
                self.sent.append(told["params"]["response"]["payloadData"])
            elif told["method"] == "Network.requestWillBeSent":
                self.asked_for.append(told["params"]["request"]["url"])

    async def __call__(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """Ask for something; raises RuntimeError where the browser refuses."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        told = await asyncio.wait_for(answer, 20)
        if "error" in told:
            raise RuntimeError(told["error"])
        result: Mapping[str, Any] = told["result"]
        return result

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to."""
        told = await self("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    async def press(self, key: str, code: int) -> None:
        """Press and release a key that is no letter, by its name and Windows key code."""
        for kind in ("rawKeyDown", "keyUp"):
            await self("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode((await self("Page.captureScreenshot", format="png"))["data"])


async def until(there: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait until it is there; fails with ``what`` where it does not come."""
    end = asyncio.get_running_loop().time() + seconds
    while not there():
        assert asyncio.get_running_loop().time() < end, what
        await asyncio.sleep(0.05)


@asynccontextmanager
async def browser(folder: Path, width: int, height: int) -> AsyncIterator[Tab]:
    """A browser with a profile of its own in ``folder``, and its first page."""
    assert FOUND is not None, "the test is skipped without a browser"
    started = await asyncio.create_subprocess_exec(
        FOUND,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--remote-debugging-port=0",
        f"--window-size={width},{height}",
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        port = folder / "DevToolsActivePort"
        await until(lambda: port.exists() and "\n" in port.read_text(), "the browser does not answer")
        async with ClientSession(f"http://127.0.0.1:{port.read_text().split()[0]}") as client:
            pages = await (await client.get("/json/list")).json(content_type=None)
            page = next(one for one in pages if one["type"] == "page")
            async with client.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Network", "Runtime"):
                    await tab(f"{domain}.enable")
                yield tab
                listening.cancel()
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        await started.wait()
