"""What a known fault is: a way to break what stands in a sandbox, and what has to be told of it then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.cloud import CloudError
from core.request.model import Direction

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Aside:
    """What has to be asked about besides for a fault to show: another name of Magento's service than the right one,
    a name that clients use for Magento, or a port into Magento that speaks TLS.
    """

    service_name: str = ""
    host: str = ""
    tls_port: int = 0


@dataclass(frozen=True, slots=True)
class Fault(Generic[S]):
    """``how`` breaks it up to its ``yield`` and mends it after. Then ``doctor`` names ``cause`` first, on the way that
    ``direction`` says; ``finding`` is the audit's check that tells of it. Either may be empty, not both. ``aside``: it
    shows only to who asks about what :class:`Aside` tells besides.
    """

    name: str
    title: str
    how: Callable[[S], Iterator[Aside]]
    direction: Direction
    cause: str = ""
    finding: str = ""
    aside: bool = False


def absent(what: str) -> CloudError:
    """There is nothing to break: ``what`` does not stand."""
    return CloudError(
        "invalid",
        f"This fault breaks {what}, and none stands in the sandbox.",
        "Set the connection up first, then break it.",
    )
