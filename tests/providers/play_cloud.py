"""A cloud that a worker's child opens in the tests: each verb shows one thing that can happen."""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime

from core.cloud import (
    CloudError,
    Connected,
    Identity,
    NetworkChoice,
    OnCode,
    OnOperation,
    OnProgress,
    Progress,
    Region,
    SignInCode,
    VendorService,
)
from core.network.model import Detail, Inventory
from core.setup.change import Change, Outcome

CROWD = 8
"""``regions`` is answered when so many ask at once."""


class PlayCloud:
    platform = "aws"

    def __init__(self, region: str) -> None:
        self.region = region
        self.crowd = threading.Barrier(CROWD, timeout=60)

    def identity(self) -> Identity:
        sys.stdout.write("noise on stdout must not reach the pipe\n")
        return Identity("111122223333", f"pid {os.getpid()}", "environment")

    def regions(self) -> tuple[Region, ...]:
        self.crowd.wait()
        return (Region(self.region),)

    def networks(self) -> tuple[NetworkChoice, ...]:
        os._exit(3)

    def vendor_service(self, name: str) -> VendorService:
        if name == "fault":
            raise RuntimeError("a fault of ours")
        if name == "unspeakable":
            return VendorService(name, "", (), lambda: None, True)  # type: ignore[arg-type]  # cannot be pickled
        raise CloudError("service-not-visible", f"{name} is not visible", "Ask Magento.", operation="ec2:X")

    def inventory(self, network_id: str | None, detail: Detail, on_progress: OnProgress) -> Inventory:
        on_progress(Progress(1, 2, "subnets", 6))
        on_progress(Progress(2, 2, "endpoints", 0))
        return Inventory("aws", "111122223333", self.region, datetime(2026, 1, 1, tzinfo=UTC))

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        return Outcome(f"{change.key} {token}")


class PlayResumable(PlayCloud):
    def carry_out(
        self,
        change: Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> Outcome:
        on_operation("first")
        on_operation("second")
        return Outcome(f"{change.key} after {continuation}")


def connect(region: str) -> Connected:
    if region == "resumable":
        return Connected(PlayResumable(region))  # type: ignore[arg-type]  # as below
    if region == "nowhere":
        raise CloudError("no-credentials", "nobody is signed in", "Sign in.")
    return Connected(PlayCloud(region), environment={"A": "b"})  # type: ignore[arg-type]  # answers only some verbs


def wait_for_a_person(on_code: OnCode) -> Connected:
    """A sign-in that nobody finishes; its code is the process's id."""
    on_code(SignInCode("https://sign.in", str(os.getpid()), datetime(2026, 1, 1, tzinfo=UTC)))
    threading.Event().wait(60)
    raise AssertionError("the parent should be gone")
