"""Which sandbox plays which cloud. Importing this imports none of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from core.cloud import Connected
from core.request.model import Platform

if TYPE_CHECKING:
    from types import TracebackType

OPENERS: Mapping[Platform, str] = {
    "aws": "providers.sandbox:rehearse",
    "azure": "providers.sandbox.azure:rehearse",
}
"""What a worker opens to rehearse on each cloud (:class:`providers.worker_child.Start`)."""


class Running(Protocol):
    """A sandbox that runs in this process until it is left."""

    @property
    def connected(self) -> Connected:
        """The customer's cloud, Magento, and requests to practice with."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables for other programs."""

    def __enter__(self) -> Running:
        """Itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""


def start(
    platform: Platform,
    *,
    region: str | None = None,
    delay: float = 2.0,
    auto: bool = True,
    ticketless: bool = True,
    port: int = 0,
) -> Running:
    """Start the sandbox of a cloud in this process; ``region`` None takes its own default.

    The other arguments and the errors are those of :func:`providers.sandbox.start` and
    :func:`providers.sandbox.azure.start`.
    """
    if platform == "aws":
        from providers import sandbox

        return sandbox.start(
            region=region or sandbox.DEFAULT_REGION, delay=delay, auto=auto, ticketless=ticketless, port=port
        )
    from providers.sandbox import azure

    return azure.start(
        region=region or azure.DEFAULT_REGION, delay=delay, auto=auto, ticketless=ticketless, port=port
    )
