"""Known faults: what stands in a sandbox is broken on purpose, for practice, for scenarios and for tests.

A table a cloud and direction; each fault breaks it through the clouds' own APIs, or, where only the cloud itself does
such a thing, in the emulator. Nothing is imported that the sandbox does not need anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from core.cloud import CloudError
from core.request.facts import CLOUD_NAMES
from core.request.model import ConnectionType, Platform
from providers.sandbox.faults import (
    aws_from_magento,
    aws_service,
    aws_to_magento,
    azure_from_magento,
    azure_to_magento,
)
from providers.sandbox.faults.fault import Aside, Fault

if TYPE_CHECKING:
    from providers.sandbox import Sandbox
    from providers.sandbox.azure import Sandbox as AzureSandbox
    from providers.sandbox.vendor import Pace
    from providers.sandboxes import Running

__all__ = ["Aside", "Bench", "Brought", "Fault", "bring", "fault", "names", "unplayable"]

DOING = "sandbox:Break"
"""What an error names as the operation."""

_KNOWN: Mapping[Platform, Mapping[str, Fault[Any]]] = {
    "aws": {one.name: one for one in (*aws_to_magento.FAULTS, *aws_service.FAULTS, *aws_from_magento.FAULTS)},
    "azure": {one.name: one for one in (*azure_to_magento.FAULTS, *azure_from_magento.FAULTS)},
}


@dataclass(frozen=True, slots=True)
class Brought:
    """A fault that was brought about: what has to be asked about besides, and how it is mended (once)."""

    fault: Fault[Any]
    aside: Aside
    _rest: Iterator[Aside]
    _sandbox: Sandbox | AzureSandbox
    _pace: Pace

    def mend(self) -> None:
        """Mend it; Magento acts as before, also where it could not be mended. Raises CloudError as any cloud does."""
        try:
            with self._sandbox.customer_clients.asking(DOING):
                next(self._rest, None)
        finally:
            self._sandbox.vendor.pace = self._pace


def names(platform: Platform) -> tuple[str, ...]:
    """The faults of a cloud, those on the way to Magento first."""
    return tuple(_KNOWN[platform])


def fault(platform: Platform, name: str) -> Fault[Any]:
    """One of them. Raises CloudError ``invalid`` for a name that is none."""
    found = _KNOWN[platform].get(name)
    if found is None:
        raise CloudError(
            "invalid", f"{name} is no known fault.", f"Choose one of {', '.join(_KNOWN[platform])}."
        )
    return found


def unplayable(platform: Platform, name: str, kind: ConnectionType, *, audited: bool = False) -> str:
    """Why no walkthrough of this connection type can break and find a fault; empty where one can. ``audited``: it looks
    with the audit too.
    """
    where = CLOUD_NAMES[platform]
    known = _KNOWN[platform].get(name)
    if known is None:
        return f"{name} is no fault of the sandbox's {where}"
    if known.aside:
        return f"{name} shows only where another name or port is asked about, and the wizard asks for its own"
    if not known.cause and not audited:
        return f"{name} is seen by the audit alone, and no act is audit"
    if known.direction == "from-magento" and kind == "unidirectional":
        return f"{name} breaks the connection from Magento, and needs a bidirectional one"
    return ""


def bring(sandbox: Running, name: str) -> Brought:
    """Break what stands in a running sandbox. Until it is mended, Magento does nothing by itself, which might mend it.

    Raises CloudError: ``invalid`` for an unknown fault or where there is nothing to break, and as any cloud does.
    """
    from providers.sandbox import Sandbox
    from providers.sandbox.azure import Sandbox as AzureSandbox

    known = fault(sandbox.connected.cloud.platform, name)
    assert isinstance(sandbox, Sandbox | AzureSandbox)
    pace = sandbox.vendor.pace
    sandbox.vendor.pace = replace(pace, auto=False)
    try:
        with sandbox.customer_clients.asking(DOING):
            rest = known.how(_stage(sandbox))
            return Brought(known, next(rest), rest, sandbox, pace)
    except BaseException:
        sandbox.vendor.pace = pace
        raise


def _stage(sandbox: Sandbox | AzureSandbox) -> Any:
    from providers.sandbox import Sandbox

    if isinstance(sandbox, Sandbox):
        from providers.sandbox.faults.aws_stage import stage_of

        return stage_of(sandbox)
    from providers.sandbox.faults.azure_stage import stage_of as azure_stage_of

    return azure_stage_of(sandbox)


class Bench:
    """Brings and mends by name, one fault at a time, for other programs (:mod:`.datapath`). ``sandbox`` is the running
    one, once it runs. Thread-safe.
    """

    def __init__(self) -> None:
        self.sandbox: Sandbox | AzureSandbox | None = None
        self._brought: Brought | None = None
        self._lock = threading.Lock()

    def bring(self, name: str) -> dict[str, Any]:
        """Bring a fault about, after the one before is mended; answers what has to be asked about besides. No name:
        only mend. Raises CloudError; where it is the mending that fails, nothing else is broken, and it is not tried
        again.
        """
        with self._lock:
            if self._brought is not None:
                try:
                    self._brought.mend()
                finally:
                    self._brought = None
            if not name or self.sandbox is None:
                return {}
            self._brought = bring(self.sandbox, name)
            return asdict(self._brought.aside)
