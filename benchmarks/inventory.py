"""Collecting a region of 1,000 load balancers, endpoint services and endpoints, beside a bare script that lists the
same with boto3 and sixteen threads.

The region is a play one (:mod:`benchmarks.region`): moto's own time for six thousand answers would be measured
instead. Prowler runs on the same one, where pip can have it (:mod:`benchmarks.prowler`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks import prowler
from benchmarks.figures import Figure, median
from benchmarks.proxy import Proxy, process

COUNT = 1000
CALL_SECONDS = 0.03
ROUNDS = 3
MOST_MEGABYTES = 300
TIMES_FASTER = 12
"""How much faster than Prowler's vpc and elbv2 checks a collection has to be."""
PROWLER_SECONDS = 92.0
"""What Prowler's vpc and elbv2 checks needed for 1,000 of each at 30 ms a request on another machine of two cores,
with 5,078 requests and 599 MB.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One collection in a process of its own."""

    seconds: float
    megabytes: float
    requests: int


def environment(url: str) -> dict[str, str]:
    """What reaches the play region and nothing else."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": "us-west-2",
        "AWS_DEFAULT_REGION": "us-west-2",
    }


def run(module: str, region: Proxy) -> Run:
    """Run a module that prints what it needed and how much it saw."""
    region.calls()
    ran = subprocess.run(
        [sys.executable, "-m", module], env=environment(region.url), capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(
            f"{module}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else ran.returncode}"
        )
    told = json.loads(ran.stdout)
    _check(module, told["counts"])
    return Run(told["seconds"], told["megabytes"], sum(region.calls().values()))


def _check(module: str, counts: Mapping[str, int]) -> None:
    if set(counts.values()) != {COUNT}:
        raise RuntimeError(f"{module} did not see everything: {counts}")


def _beside_prowler(seconds: float) -> Figure:
    """Prowler once: it takes minutes. Where it cannot be had, its figure from another machine stands beside, and no
    verdict.
    """
    name = "inventory: beside Prowler's vpc and elbv2 checks"
    try:
        # Installed before the region is up, which waits for nobody.
        prowler.program()
        with process("benchmarks.region", str(COUNT), str(CALL_SECONDS)) as url:
            theirs, megabytes = prowler.run(environment(url), "us-west-2")
    except prowler.Unavailable as error:
        quoted = f"{PROWLER_SECONDS:.0f} s, quoted from another machine"
        return Figure(name, f"{seconds:.1f} s", quoted, (seconds / PROWLER_SECONDS,), unmeasured=str(error))
    return Figure(
        name,
        f"{seconds:.1f} s, {theirs / seconds:.0f} times as fast",
        f"{theirs:.0f} s, {megabytes} MB",
        (seconds / theirs,),
        (1 / TIMES_FASTER,),
    )


def figures() -> Iterator[Figure]:
    """The program and the bare script in turn."""
    own: list[Run] = []
    bare: list[Run] = []
    with process("benchmarks.region", str(COUNT), str(CALL_SECONDS)) as url:
        region = Proxy(url)
        for _ in range(ROUNDS):
            bare.append(run("benchmarks.bare", region))
            own.append(run("benchmarks.collecting", region))
    seconds, beside = (median([one.seconds for one in many]) for many in (own, bare))
    yield Figure(
        f"inventory: {COUNT} of each at 30 ms a request",
        f"{seconds:.1f} s",
        f"{beside:.1f} s: bare boto3, 16 threads",
        (seconds / beside,),
        (1.3,),
    )
    yield Figure(
        "inventory: API calls",
        str(own[-1].requests),
        f"{bare[-1].requests}: the bare script's",
        (own[-1].requests / bare[-1].requests,),
        (1.0,),
    )
    size = max(one.megabytes for one in own)
    yield Figure(
        "inventory: peak memory",
        f"{size:.0f} MB",
        f"{MOST_MEGABYTES} MB at the most",
        (size / MOST_MEGABYTES,),
        (1.0,),
    )
    yield _beside_prowler(seconds)
