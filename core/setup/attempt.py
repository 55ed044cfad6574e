"""One change's calls to the cloud: made, made again where that can help, and looked for first where an
earlier answer was lost. Runs in a worker thread; journals nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from core.cloud import RETRYABLE, Cloud, CloudError, OnOperation, Watch, carry_out
from core.setup.change import Change, Kind, Outcome, RejectSpec

BACKOFF = (0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries of a call that may not fail the next time."""

LONGEST = 120.0
"""The longest wait in seconds that a cloud may ask for between two tries; a longer one is told, not waited for."""

PATIENCE = (1.0, 2.0, 4.0, 8.0) + (15.0,) * 40
"""Seconds between the tries of a deletion that is refused while another one is still under way. A cloud answers
the deletion of an endpoint or load balancer at once and needs minutes to let go of what it used."""

USABLE = frozenset({"active", "active_impaired", "impaired"})
"""States of a load balancer that an endpoint service can be put in front of (elbv2 ``LoadBalancerState``)."""

UNSEEN = 6
"""Looks that a load balancer just made may be missing from, before it counts as gone."""

SETTLING = (0.5, 1.0, 1.5, 2.0, 2.5, 2.5)
"""Seconds between the looks for what a lost call may have made. A cloud may not show it for some seconds, and an
emulator that ignores tokens makes a second one of a call that is repeated too early.
"""

RECENT = timedelta(minutes=1)
"""What was made longer ago than this is shown by every cloud."""

THINGS: frozenset[Kind] = frozenset(
    {"load-balancer", "target-group", "listener", "endpoint-service", "security-group", "endpoint"}
)
"""What there can be two of. The other kinds are settings of one of these: made twice, they are the same."""

Rest = Callable[[float], bool]
"""Waits for some seconds; True where the run is cancelled."""

Tell = Callable[[str], None]
"""Says in words what is being waited for."""


def _unheard(continuation: str) -> None:
    """Nobody keeps the token."""


class Cancelled(Exception):
    """The run was cancelled while a change was waiting: nothing is known to have gone wrong with it."""


class InDoubt(Exception):
    """The change failed with this error, but an earlier call whose answer was lost may have made it."""

    def __init__(self, error: CloudError) -> None:
        super().__init__(error)
        self.error = error


def attempt(
    cloud: Cloud,
    change: Change,
    enablement: str,
    token: str,
    *,
    doubtful: bool,
    gone: frozenset[str],
    rest: Rest,
    tell: Tell,
    continuation: str | None = None,
    on_operation: OnOperation = _unheard,
) -> Outcome:
    """Make a change whose refs are resolved.

    ``doubtful``: an earlier call's answer was lost, so what it may have made is looked for first; where
    ``continuation`` names its operation, that is waited for instead. ``gone`` are ids that the same plan
    deletes: they do not count as found. Raises CloudError, InDoubt, and Cancelled.
    """
    backoff, patience, shown, taken = iter(BACKOFF), iter(PATIENCE), iter(SETTLING), iter(BACKOFF[:1])
    looks = change.action == "create" and not continuation
    # What is known to be lost may be shown late; of a refused call only its repetition by the SDK may be.
    lost = late = doubtful
    while True:
        looking = looks and lost
        try:
            if looking:
                settling = SETTLING if late and change.kind in THINGS else ()
                found = _settled(cloud, change, enablement, gone, settling, rest, tell)
                if found is not None:
                    return found
                # A long look that showed nothing settles it; the next one is for what this call may make.
                lost = lost and not late
            looking = late = False
            return _call(cloud, change, enablement, token, continuation, on_operation)
        except CloudError as error:
            deleting = change.action == "delete"
            if deleting and error.code == "not-found":
                return Outcome(change.id or "", "deleted")
            wait = None
            if error.code in RETRYABLE:
                wait = next(backoff, None) if error.after <= LONGEST else None
                wait = max(wait, error.after) if wait is not None else None
                lost = True
                late = late or error.code != "throttled"
            elif deleting and error.code == "in-use":
                wait = next(patience, None)
            elif looks and error.code == "already-exists":
                # Perhaps made by a call of ours that is not shown yet.
                wait = next(taken, None)
                lost = late = wait is not None
            elif looks and error.code == "not-found":
                # Perhaps what it needs was made just now and is not shown yet.
                wait = next(shown, None)
            if wait is None:
                # No look of ours shows whether an earlier call changed a setting.
                if lost and (looks or (change.action == "change" and not continuation)):
                    raise InDoubt(error) from error
                raise
            tell(f"Trying again in {wait:g} s: {error.message}")
            if rest(wait):
                raise Cancelled from error


def _settled(
    cloud: Cloud,
    change: Change,
    enablement: str,
    gone: frozenset[str],
    settling: Iterable[float],
    rest: Rest,
    tell: Tell,
) -> Outcome | None:
    """What an earlier call made, looked for until a cloud that shows it late would show it; None: nothing."""
    for wait in (*settling, None):
        found = cloud.find(change, enablement)
        if found is not None and found.id not in gone:
            return found
        if wait is not None:
            tell("Looking whether an earlier call made it after all; that takes some seconds.")
            if rest(wait):
                raise Cancelled
    return None


def _call(
    cloud: Cloud,
    change: Change,
    enablement: str,
    token: str,
    continuation: str | None,
    on_operation: OnOperation,
) -> Outcome:
    if not isinstance(change.spec, RejectSpec):
        return carry_out(cloud, change, enablement, token, continuation, on_operation)
    for connection in change.spec.connections:
        try:
            cloud.reject(connection)
        except CloudError as error:
            # Rejected or gone already; the deletion itself tells whether anything still stands in its way.
            if error.code not in ("not-found", "in-use"):
                raise
    bare = replace(change, spec=None)
    return carry_out(cloud, bare, enablement, token, continuation, on_operation)


def until_active(cloud: Cloud, load_balancer: str, *, rest: Rest, tell: Tell) -> Outcome:
    """Look at a load balancer until it is active: at once, then quickly, then more slowly, for as long as it
    takes.

    Raises CloudError where its set-up failed, it is gone, or it may not be looked at; Cancelled.
    """
    wait, unseen = 0.5, 0
    while True:
        seen = cloud.observe(Watch("", load_balancer_ids=(load_balancer,)))
        row = next((one for one in seen.load_balancers if one.id == load_balancer), None)
        if row is not None and row.state in USABLE:
            return Outcome(load_balancer, row.state)
        if row is not None and row.state == "failed":
            raise CloudError(
                "invalid",
                f"The cloud could not set up load balancer {row.name}: its state is failed.",
                "The customer removes it (privatelink undo), sees that its subnets have free addresses and "
                "there is room for another load balancer in the account or subscription, and applies again.",
            )
        for gap in seen.gaps:
            if gap.code not in RETRYABLE:
                raise CloudError(
                    "access-denied",
                    f"Whether the load balancer is active could not be read: {gap.message}",
                    f"Whoever grants permissions allows {gap.permission or 'reading load balancers'}; "
                    "then apply again.",
                    operation=gap.permission,
                )
        unseen = unseen + 1 if row is None and not seen.gaps else 0
        if unseen > UNSEEN:
            raise CloudError(
                "not-found",
                f"Load balancer {load_balancer} is gone.",
                "Somebody deleted it. Plan again to make a new one.",
            )
        tell(f"The load balancer is {row.state if row else 'not to be seen yet'}; that takes some minutes.")
        if rest(wait):
            raise Cancelled
        wait = min(wait * 1.5, 15.0)
