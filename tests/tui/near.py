"""A sandbox in this process where a worker's child would have it: many walkthroughs share what was imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from core.cloud import Connected, carry_out
from core.request.model import Platform
from core.walkthrough.shape import PLAIN, Shape
from providers import sandbox
from providers.sandbox import azure
from providers.worker import Worker
from providers.worker_child import TELLING, Ready


class Near(Worker):
    """A worker without a child: every call is made here."""

    def __init__(self, connected: Connected) -> None:
        self._here = connected

    @property
    def broken(self) -> bool:
        return False

    def ready(self) -> Ready:
        one = self._here
        return (one.cloud.platform, one.cloud.region), True, dict(one.environment), dict(one.practice)

    def call(
        self, who: str, verb: str, *arguments: object, on_progress: Callable[[Any], None] | None = None
    ) -> Any:
        target = self._here.cloud if who == "cloud" else self._here.counterpart
        act = partial(carry_out, self._here.cloud) if verb == "carry_out" else getattr(target, verb)
        tell = (on_progress or (lambda _: None),) if verb in TELLING else ()
        return act(*arguments, *tell)

    def close(self) -> None:
        """The sandbox is whose it is."""


@contextmanager
def near(cloud: Platform, shape: Shape = PLAIN) -> Iterator[Near]:
    """A sandbox that waits for nothing, and whose Magento moves only when told to."""
    named: dict[str, Any] = {"auto": False, "delay": 0, "ticketless": False, "shape": shape}
    if shape.request is not None:
        named["region"] = shape.request.region
    if cloud == "aws":
        running: Any = sandbox.start(provisioning=0, registration=0, **named)
    else:
        running = azure.start(operation=0, retry_after=0.01, **named)
    with running:
        yield Near(running.connected)
