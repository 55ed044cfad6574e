"""From the start of the process to the first screen, beside the smallest Textual app."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, median, ms
from benchmarks.terminal import ROOT, Terminal
from core.journal import events as e
from core.journal import store
from core.request.model import Draft, DraftProject

ROUNDS = 11
MANY = 20
MINIMAL = (sys.executable, "-m", "benchmarks.minimal")
HOME = (str(Path(sys.executable).with_name("privatelink")),)
TITLE, LAST = "PrivateLink for Magento", "Quit"
"""What home paints near its top, and in its last line."""
SDKS = ("boto3", "botocore", "azure", "moto")
LOADED = f"""
import asyncio, pathlib, sys
from tui.app import PrivateLink
async def home():
    app = PrivateLink(pathlib.Path(sys.argv[1]))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        print(*({{name.partition('.')[0] for name in sys.modules}} & set({SDKS})))
asyncio.run(home())
"""


def fill(home: Path, count: int) -> None:
    """So many enablements."""
    for _ in range(count):
        with store.create(home, store.new_id(os.urandom(16)), "benchmarks") as journal:
            project = DraftProject(id="abcdefg123456", plan="pro", environment="production")
            journal.append(e.RequestSaved(at=datetime.now(UTC), request=Draft(project=project)))


def painted(argv: tuple[str, ...], *awaited: str, home: Path) -> float:
    """Seconds from the start of a program until these words are on its screen."""
    with Terminal(argv, {"PRIVATELINK_HOME": str(home)}) as terminal:
        return terminal.until(*awaited) - terminal.started


def figures() -> Iterator[Figure]:
    """Home without and with enablements, each in turn with the yardstick; and what home has imported."""
    with tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder:
        for words, home in (
            ("no enablement", Path(folder, "none")),
            (f"{MANY} enablements", Path(folder, "many")),
        ):
            home.mkdir()
            if home.name == "many":
                fill(home, MANY)
            least: list[float] = []
            ours: list[float] = []
            for number in range(ROUNDS + 1):
                pair = painted(MINIMAL, "the minimal app", home=home), painted(HOME, TITLE, LAST, home=home)
                if number:  # the first one warms the file cache
                    least.append(pair[0])
                    ours.append(pair[1])
            yield Figure(
                f"start → home painted, {words}",
                ms(median(ours)),
                f"{ms(median(least))}: the minimal app",
                (median(ours) / median(least),),
                (1.6,),
            )
        loaded = subprocess.run(
            [sys.executable, "-c", LOADED, folder], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
    yield Figure(
        "cloud SDKs imported by then", ", ".join(loaded) or "none", "none", (float(len(loaded)),), (0.0,)
    )
