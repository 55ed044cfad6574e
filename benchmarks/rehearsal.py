"""The wizard on a sandbox that is slow on purpose: what runs beside the keys goes on for as long as they do."""

from __future__ import annotations

import atexit
import sys
import tempfile
import time
from pathlib import Path

from core.cloud import Connected
from providers.worker import Worker
from providers.worker_child import Start

CALL_SECONDS = 0.3
PROVISIONING_SECONDS = 600.0


def slow() -> Connected:
    """A sandbox whose calls take :data:`CALL_SECONDS` and whose load balancer is never ready."""
    from providers.sandbox import start

    sandbox = start(ticketless=False, auto=False, provisioning=PROVISIONING_SECONDS)
    atexit.register(sandbox.stop)
    for client in (sandbox.customer_clients.ec2, sandbox.customer_clients.elbv2):
        client.meta.events.register("before-send", lambda **_: time.sleep(CALL_SECONDS))
    return sandbox.connected


def main() -> int:
    """Open the wizard; returns the exit code."""
    from tui.app import PrivateLink

    worker = Worker(Start("benchmarks.rehearsal:slow"))
    try:
        with tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder:
            return PrivateLink(Path(folder), rehearsal=worker).run() or 0
    finally:
        worker.close()


if __name__ == "__main__":
    sys.exit(main())
