"""Long-running operations, as ARM does them: under way for a while, then looked up by their own address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from providers.sandbox.azure.estate import NAMESPACE, Estate, Json, new_guid

API_VERSION = "2024-01-01"


@dataclass(slots=True)
class Operation:
    """One operation. ``finish`` is called once when it is due, with whether it succeeded; ``error`` is code
    and message of one that fails; ``result`` what its result is, where it has one.
    """

    id: str
    subscription: str
    location: str
    due: float
    finish: Callable[[bool], None]
    error: tuple[str, str] | None = None
    result: Callable[[], Json] | None = None
    done: bool = False

    @property
    def status(self) -> str:
        """Its status as ARM words it."""
        if not self.done:
            return "InProgress"
        return "Failed" if self.error else "Succeeded"

    @property
    def body(self) -> Json:
        """What its address answers (``AzureAsyncOperationResult``)."""
        shown: Json = {"name": self.id, "status": self.status}
        if self.done and self.error:
            code, message = self.error
            shown["error"] = {"code": code, "message": message, "details": []}
        return shown


@dataclass(slots=True)
class Operations:
    """All of them, in one estate; hold its lock."""

    estate: Estate
    known: dict[str, Operation] = field(default_factory=dict)

    def begin(
        self,
        subscription: str,
        location: str,
        seconds: float,
        finish: Callable[[bool], None],
        *,
        error: tuple[str, str] | None = None,
        result: Callable[[], Json] | None = None,
    ) -> Operation:
        """Begin one that takes this long."""
        due = self.estate.clock() + seconds
        made = Operation(new_guid(), subscription, location, due, finish, error, result)
        self.known[made.id] = made
        return made

    def settle(self) -> None:
        """Finish what is due, in the order in which it falls due."""
        now = self.estate.clock()
        ready = [one for one in self.known.values() if not one.done and one.due <= now]
        for one in sorted(ready, key=lambda item: item.due):
            one.done = True
            one.finish(one.error is None)

    def headers(self, operation: Operation, root: str, *, location: bool) -> Mapping[str, str]:
        """Where to look at an operation, and how long to wait before. ``root`` is the API's own address."""
        place = f"{root}/subscriptions/{operation.subscription}/providers/{NAMESPACE}/locations/{operation.location}"
        found = {
            "Azure-AsyncOperation": f"{place}/operations/{operation.id}?api-version={API_VERSION}",
            **retry_after(self.estate.timing.retry_after),
        }
        if location:
            found["Location"] = f"{place}/operationResults/{operation.id}?api-version={API_VERSION}"
        return found


def retry_after(seconds: float) -> dict[str, str]:
    """``Retry-After`` in whole seconds, or in thousandths where it is none of those."""
    if seconds <= 0:
        return {}
    if seconds == int(seconds):
        return {"Retry-After": str(int(seconds))}
    return {"x-ms-retry-after-ms": str(max(1, round(seconds * 1000)))}
