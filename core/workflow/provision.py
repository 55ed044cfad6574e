"""The customer's side, planned and set up: look at the network, plan what is missing, make what was agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from core.cloud import RETRYABLE, Cloud, CloudError, Identity, OnProgress
from core.network.model import Detail, Inventory, VendorService
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import Problem, platform_of
from core.setup.attempt import RECENT
from core.setup.executor import ExecutorEvent, Result, execute
from core.setup.plan import Plan, blocking
from core.setup.planning import plan
from core.workflow.connections import watch
from core.workflow.drift import drift
from core.workflow.enablement import Enablement, NotYet, complete_request
from core.workflow.facts import as_look, with_look
from core.workflow.model import Drift
from core.workflow.story import place_of, places
from core.workflow.view import View


def same_account(account: str | None, identity: Identity, platform: str | None = "aws") -> Problem | None:
    """The problem that the credentials are for another account than the request's, or None. ``platform`` says how
    an account is called there.
    """
    if account is None or same_id(identity.account, account):
        return None
    word = ACCOUNT_NAMES[platform_of(platform) or "aws"]
    return Problem(
        "wrong-account",
        "cloud.account",
        "error",
        f"the credentials ({identity.source}) are for {word} {identity.account}, "
        f"but the request names {account}",
        f"Sign in to the request's {word}, or correct the {word} in the request.",
    )


def visible_services(cloud: Cloud, names: tuple[str, ...]) -> Mapping[str, VendorService | CloudError]:
    """Look every vendor service up side by side; a failure is the value instead of an answer."""
    if not names:
        return {}

    def look(name: str) -> VendorService | CloudError:
        try:
            return cloud.vendor_service(name)
        except CloudError as error:
            return error

    with ThreadPoolExecutor(min(8, len(names))) as pool:
        return dict(zip(names, pool.map(look, names), strict=True))


def collect(
    account: str | None,
    cloud: Cloud,
    network: str | None,
    on_progress: OnProgress | None = None,
    *,
    detail: Detail = "setup",
) -> Inventory | Problem:
    """Collect the network, or the problem that the credentials are for another account: there its resources
    are not to be found, which says nothing about them.
    """
    with ThreadPoolExecutor(1) as pool:
        identity = pool.submit(cloud.identity)
        try:
            inventory = cloud.inventory(network, detail, on_progress)
        except CloudError:
            wrong = same_account(account, identity.result(), cloud.platform)
            if wrong is None:
                raise
            return wrong
        return same_account(account, identity.result(), cloud.platform) or inventory


def make_plan(enablement: Enablement, cloud: Cloud, on_progress: OnProgress | None = None) -> Plan:
    """Collect the network and plan what the customer's side needs now. Changes nothing."""
    request = complete_request(enablement)
    moved = _moved(enablement)
    if moved is not None:
        return Plan(problems=(moved,))
    with ThreadPoolExecutor(1) as pool:
        services = pool.submit(visible_services, cloud, enablement.story.service_names)
        inventory = collect(request.account, cloud, request.network, on_progress)
        looked_up = services.result()
    if isinstance(inventory, Problem):
        return Plan(problems=(inventory,))
    for told in looked_up.values():
        # Not an answer about the service: a plan without it would look as if there were nothing to do.
        if isinstance(told, CloudError) and told.code in RETRYABLE:
            raise told
    vendor = tuple(value for value in looked_up.values() if isinstance(value, VendorService))
    planned = plan(request, enablement.story, inventory, vendor, enablement.offer, enablement.id)
    hidden = tuple(
        f"{name}: {value.message}" for name, value in looked_up.items() if isinstance(value, CloudError)
    )
    return replace(
        planned,
        notes=(*planned.notes, *hidden),
        drift=drifted(enablement, inventory, looked_up, planned),
    )


def drifted(
    enablement: Enablement,
    inventory: Inventory,
    services: Mapping[str, VendorService | CloudError],
    planned: Plan,
) -> tuple[Drift, ...]:
    """What somebody changed behind this program's back, by an inventory that is a look as well, and its plan."""
    shown = {
        name: one if isinstance(one, VendorService) else None
        for name, one in services.items()
        if isinstance(one, VendorService) or one.code == "service-not-visible"
    }
    story = with_look(enablement.story, as_look(inventory, shown), watch(enablement))
    return drift(View(story, enablement.offer, enablement.clock()), inventory, planned.changes)


def _moved(enablement: Enablement) -> Problem | None:
    """The problem that things were made somewhere else than the request names now.

    A second set in another place would leave the first one to nobody: what is made in one place is undone there.
    """
    here = place_of(enablement.story.draft)
    there = next((one for one in places(enablement.story) if one != here), None)
    if there is None:
        return None
    word = ACCOUNT_NAMES[platform_of(enablement.story.draft.cloud.platform) or "aws"]
    return Problem(
        "made-elsewhere",
        "cloud.network",
        "error",
        f"this enablement made things in {there.network} ({word} {there.account}, {there.region}), "
        f"and the request now names {here.network} ({word} {here.account}, {here.region})",
        f"Undo those first (privatelink undo {enablement.id}), or correct the request, or begin another "
        "enablement for the other network.",
    )


def apply_plan(
    enablement: Enablement,
    cloud: Cloud,
    planned: Plan,
    *,
    token: Callable[[str], str],
    pause: Callable[[float], bool],
    on_event: Callable[[ExecutorEvent], None] | None = None,
) -> Result:
    """Make a plan's changes. ``pause(seconds)`` waits and answers whether the person cancelled.

    Raises NotYet where a problem blocks the plan.
    """
    blocked = blocking(planned)
    if blocked:
        raise NotYet(blocked[0].message, blocked[0].remedy, code=blocked[0].code)
    story = enablement.story
    return execute(
        planned,
        cloud=cloud,
        enablement=enablement.id,
        known={key: made.id for key, made in story.made.items()},
        in_doubt=story.in_doubt,
        perhaps=frozenset(key for key, lasting in story.begun.items() if lasting),
        record=enablement.record,
        now=enablement.now,
        token=token,
        pause=pause,
        on_event=on_event,
        recent={key for key, made in story.made.items() if made.at > enablement.now() - RECENT},
    )
