"""What every running sandbox can do, whichever cloud it plays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from core.cloud import Connected
from core.request.model import ConnectionType, Draft


class Running:
    """Leave it (``with``) or :meth:`stop` it; a second stop does nothing. ``connected`` is the customer's cloud."""

    def __init__(self, stack: ExitStack, connected: Connected) -> None:
        self._stack = stack
        self.connected = connected

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables for other programs: the customer's credentials, and Magento's beside."""
        return self.connected.environment

    def request_draft(self, kind: ConnectionType) -> Draft:
        """A request that fits the seeded world."""
        return self.connected.practice[kind]

    def stop(self) -> None:
        """Close every socket, end every thread, forget both accounts."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
