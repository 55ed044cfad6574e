"""``privatelink serve`` in a real Chromium: the first screens by key, a picture, and the end."""

from __future__ import annotations

import asyncio
import json
import signal
import struct
from pathlib import Path

import pyte
import pytest

from tests.e2e.chromium import FOUND, Tab, browser, until
from tests.e2e.program import PROGRAM, clean_environment

pytestmark = pytest.mark.skipif(FOUND is None, reason="no Chromium is installed here")


class Shown:
    """What the terminal in the page shows, as far as its bytes have come."""

    def __init__(self, tab: Tab, columns: int, lines: int) -> None:
        self._tab = tab
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._read = 0

    def text(self) -> str:
        new = bytes(self._tab.received[self._read :])
        self._read += len(new)
        self._stream.feed(new)
        return "\n".join(self._screen.display)


async def test_the_first_screens_in_a_browser(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM), "serve", "--format", "json",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=clean_environment(tmp_path),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = json.loads(await process.stdout.readline())["address"]
        async with browser(tmp_path / "profile", 1100, 700) as tab:
            await tab("Page.navigate", url=address)
            await until(lambda: b"PrivateLink" in tab.received, "home is not painted")
            sizes = [told[1] for told in map(json.loads, tab.sent) if told[0] == "resize"]
            shown = Shown(tab, sizes[-1]["width"], sizes[-1]["height"])
            await until(lambda: "New enablement" in shown.text(), "home is not there")
            await tab.press("F8", 119)
            await until(lambda: "screen.theme" in shown.text(), "F8 opens no settings")
            await tab.press("Escape", 27)
            await until(lambda: "None yet" in shown.text(), "Esc does not lead home")
            await tab("Input.dispatchKeyEvent", type="char", text="n")
            await until(lambda: "Sign-in" in shown.text(), "n opens no wizard")
            await asyncio.sleep(0.3)  # the page paints what has come
            picture = await tab.picture()
            (tmp_path / "serve.png").write_bytes(picture)
            width, height = struct.unpack(">II", picture[16:24])
            assert (width, height) == tuple(await tab.value("[innerWidth, innerHeight]"))
            assert len(picture) > 10_000, "an empty page is smaller"
            own = address.rpartition("/")[0]
            assert all(url.startswith((own, own.replace("http", "ws"), "data:")) for url in tab.asked_for)

            # The same address again, as somebody would who found it: it lets nobody in.
            await tab("Network.clearBrowserCookies")
            await tab("Page.navigate", url=address)
            refused = ""
            for _ in range(100):
                refused = str(await tab.value("document.body.innerText"))
                if "refused" in refused:
                    break
                await asyncio.sleep(0.05)
            assert "already" in refused
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert process.stderr is not None
        assert b"Traceback" not in await process.stderr.read()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
