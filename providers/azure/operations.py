"""Long-running operations: begun, waited for, taken up again after a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from azure.core.polling import LROPoller

from core.cloud import CloudError, OnOperation
from core.setup import change as c
from providers.azure import read
from providers.azure.session import LONGEST, Clients

R = TypeVar("R")

NOT_YET = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Seconds between looks for what was just made: Resource Manager's caches may not know it yet."""

MOVING = frozenset({"updating", "creating", "deleting"})
"""Provisioning states that end by themselves."""


@dataclass(frozen=True, slots=True)
class Work:
    """One change that is being made. ``on_operation`` is told the continuation token of each operation."""

    clients: Clients
    change: c.Change
    enablement: str
    on_operation: OnOperation | None = None

    @property
    def mark(self) -> dict[str, str]:
        r"""The tags at creation. Tag names of ARM hold anything but ``< > % & \ ? /``, so the colon is
        allowed; values hold anything.
        """
        return dict(c.tags(self.enablement, self.change.key, self.change.name))

    def mine(self, tags: Mapping[str, str] | None) -> bool:
        """Whether these tags say: made for this change."""
        return (tags or {}).get(c.tag_key(self.enablement)) == self.change.key

    def run(
        self, operation: str, begin: Callable[[], LROPoller[R]], look: Callable[[], R] | None = None
    ) -> R:
        """Begin an operation and wait for its end.

        ``look`` reads the resource, for an answer that says the resource just made is not there.
        """
        with self.clients.asking(operation):
            poller = begin()
            if self.on_operation is not None and not poller.done():
                self.on_operation(poller.continuation_token())
        try:
            return self.clients.finish(operation, poller)
        except CloudError as error:
            if error.code != "not-found" or look is None:
                raise
            return _seen(look, error)


ENDED = frozenset({"succeeded", "failed", "canceled"})


def wait_for(clients: Clients, continuation: str) -> None:
    """Wait for the end, good or bad, of an operation that an earlier run began. One that Azure has forgotten
    has ended. What it left is to be looked at afterwards.

    Raises CloudError where Azure cannot be asked, and ``unavailable`` where it is still under way after half
    an hour.
    """
    operation = "locations/operations/read"
    with clients.asking(operation):
        # With a token nothing is sent but looks, whatever operation it was: this one asks for no answer.
        poller = clients.network.private_endpoints.begin_delete("-", "-", continuation_token=continuation)
    try:
        clients.finish(operation, poller)
    except CloudError as error:
        if error.code != "not-found" and read.said(poller.status()) not in ENDED:
            raise


def _seen(look: Callable[[], R], error: CloudError) -> R:
    for wait in NOT_YET:
        time.sleep(wait)
        try:
            return look()
        except CloudError as again:
            if again.code != "not-found":
                raise
    raise error


def if_there(look: Callable[[], R]) -> R | None:
    """What a look shows, or None where it is not there."""
    try:
        return look()
    except CloudError as error:
        if error.code != "not-found":
            raise
        return None


def settled(
    clients: Clients, look: Callable[[], R], provisioning: Callable[[R], object], operation: str
) -> R:
    """Look until nothing is being done to the resource any more. Raises ``unavailable`` after half an hour."""
    end = time.monotonic() + LONGEST
    while True:
        seen = look()
        if read.said(provisioning(seen)) not in MOVING:
            return seen
        if time.monotonic() > end:
            raise CloudError(
                "unavailable",
                "Azure is still at work on the resource after half an hour.",
                "Look at the resource in the Azure portal; apply again when it has settled.",
                operation=operation,
            )
        time.sleep(clients.interval)


def matching(etag: str | None) -> dict[str, str]:
    """The headers that let a write fail where somebody else wrote in between (``412``)."""
    return {"If-Match": etag} if etag else {}
