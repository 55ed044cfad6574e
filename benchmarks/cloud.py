"""The sandbox in a process of its own, for the figures that count and time calls.

``python -m benchmarks.cloud`` prints one line of JSON, and serves until its standard input is closed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypedDict

from benchmarks.proxy import process


class _Told(TypedDict):
    environment: dict[str, str]
    network: str
    subnets: list[str]
    hosts: list[str]


@dataclass(frozen=True, slots=True)
class Account:
    """A sandbox's account: how to reach it, and what there is to build on."""

    environment: Mapping[str, str]
    network: str
    subnets: tuple[str, ...]
    hosts: tuple[str, ...]

    @property
    def region(self) -> str:
        return self.environment["AWS_REGION"]

    def through(self, url: str) -> dict[str, str]:
        """The environment that reaches the account by another address."""
        return {**self.environment, "AWS_ENDPOINT_URL": url}


@contextmanager
def account() -> Iterator[Account]:
    """Run a sandbox in which nothing takes time and nobody but the customer moves."""
    with process("benchmarks.cloud") as line:
        told: _Told = json.loads(line)
        yield Account(told["environment"], told["network"], tuple(told["subnets"]), tuple(told["hosts"]))


def main() -> None:
    """Serve."""
    from providers.sandbox import start

    # A load balancer is not ready when it is made, as on AWS, but at the first look.
    with start(auto=False, provisioning=0.001, registration=0) as running:
        world = running.world
        told: _Told = {
            "environment": dict(running.environment),
            "network": world.vpc,
            "subnets": list(world.private_subnets),
            "hosts": list(world.hosts.values()),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
