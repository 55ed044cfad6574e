"""The process that talks to the cloud: how long until it is connected, and how much memory it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure, median, ms
from providers.worker import Worker
from providers.worker_child import Start

ROUNDS = 5
NOWHERE = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
}
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
