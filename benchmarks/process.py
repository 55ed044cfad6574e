"""The process that talks to the cloud: how long until it is connected, how much memory it takes, and whether an
enablement on one cloud pays for the other one's SDK.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure, median, ms
from benchmarks.terminal import ROOT
from providers.worker import Worker
from providers.worker_child import Start

ROUNDS = 5
NOWHERE = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
}
SDKS = {"aws": ("boto3", "botocore", "moto"), "azure": ("azure", "msal")}
WHOLE = """
import contextlib, os, sys
from tui.cli.group import cli
with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
    cli(["rehearse", "--no-screen", "--cloud", sys.argv[1], "--delay", "0"], standalone_mode=False)
print(*sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[2:])))
"""
"""A whole enablement with its sandbox in one process; then those of the named packages that it has imported."""
START = Start("providers:connect", {"platform": "aws", "region": "us-west-2", "environ": NOWHERE})


def _peak(pid: int) -> float:
    """The largest a process ever was, in MB (Linux: VmHWM in /proc/PID/status)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else float("nan")


def figures() -> Iterator[Figure]:
    """Start it and wait until its clients are made; no call leaves the machine."""
    times, sizes = [], []
    for _ in range(ROUNDS):
        before = perf_counter()
        worker = Worker(START)
        try:
            worker.ready()
            times.append(perf_counter() - before)
            sizes.append(_peak(worker._process.pid))
        finally:
            worker.close()
    yield Figure("cloud process: started and connected", ms(median(times)))
    yield Figure("cloud process: peak memory", f"{median(sizes):.0f} MB")
    for cloud, other in (("aws", "azure"), ("azure", "aws")):
        loaded = _imported(cloud, SDKS[other])
        yield Figure(
            f"a whole enablement on {cloud}: SDKs of {other} imported",
            ", ".join(loaded) or "none",
            "none",
            (float(len(loaded)),),
            (0.0,),
        )


def _imported(cloud: str, packages: tuple[str, ...]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WHOLE, cloud, *packages], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()
