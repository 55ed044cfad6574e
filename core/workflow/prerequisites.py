"""The prerequisites of the PrivateLink page, each checked with what is known, each with the way to meet it.

Source: sections "Prerequisites", "Limitations" and "Customer set up for bidirectional PrivateLink
connections".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.cloud import Identity
from core.network.model import Inventory
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import Draft, Problem, platform_of
from core.setup.plan import Plan, blocking, pending, service_part
from core.workflow.words import kind_word

PrerequisiteState = Literal["ok", "warning", "problem", "later", "not-checked"]
"""``later``: it is not there, and a later step makes it. ``not-checked`` says in its detail why."""


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One prerequisite: its state, what shows it, and what to do where it does not hold."""

    code: str
    title: str
    state: PrerequisiteState
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to check with; None is what is not known yet."""

    draft: Draft
    problems: tuple[Problem, ...]
    identity: Identity | None
    inventory: Inventory | None
    plan: Plan | None


def _from_problems(known: Known, code: str, title: str, prefixes: tuple[str, ...], good: str) -> Prerequisite:
    found = [problem for problem in known.problems if problem.field.startswith(prefixes)]
    errors = [problem for problem in found if problem.severity == "error"]
    worst = (errors or found)[:1]
    if not worst:
        return Prerequisite(code, title, "ok", good)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    state: PrerequisiteState = "problem" if errors else "warning"
    return Prerequisite(code, title, state, worst[0].message + more, worst[0].remedy)


def _environment(known: Known) -> Prerequisite:
    project = known.draft.project
    return _from_problems(
        known,
        "environment",
        "Pro plan, Production or Staging",
        ("project.plan", "project.environment"),
        f"{project.plan} plan, {project.environment}",
    )


def _project(known: Known) -> Prerequisite:
    return _from_problems(
        known,
        "project",
        "Magento Cloud project",
        ("project.id", "project.region"),
        f"project {known.draft.project.id}",
    )


def _word(known: Known) -> str:
    return ACCOUNT_NAMES[platform_of(known.draft.cloud.platform) or "aws"]


def _account(known: Known) -> Prerequisite:
    word = _word(known)
    title = f"Cloud {word}"
    identity, account = known.identity, known.draft.cloud.account
    if identity is None:
        return Prerequisite(
            "account", title, "not-checked", "not checked, because nobody is signed in", "Sign in on page 1."
        )
    if identity.account != account:
        return Prerequisite(
            "account",
            title,
            "problem",
            f"signed in to {identity.account}, but the request names {account or f'no {word}'}",
            f"Sign in to the request's {word}, or correct the {word}.",
        )
    return Prerequisite("account", title, "ok", f"{identity.account}, signed in by {identity.source}")


def _permissions(known: Known) -> Prerequisite:
    """What may be read was tried; what a set-up writes only its calls show."""
    title = "Permissions"
    command = f"privatelink policy --cloud {platform_of(known.draft.cloud.platform) or 'aws'}"
    if known.inventory is None:
        return Prerequisite(
            "permissions",
            title,
            "not-checked",
            f"not checked, because the {_word(known)} was not read yet; what set-up takes: {command}",
            "Sign in first.",
        )
    denied = [gap for gap in known.inventory.gaps if gap.code == "access-denied"]
    if denied:
        more = f" (and {len(denied) - 1} more)" if len(denied) > 1 else ""
        return Prerequisite(
            "permissions",
            title,
            "warning",
            f"{denied[0].permission or denied[0].what} is not allowed{more}",
            f"Whoever grants permissions allows what this prints: {command}",
        )
    if known.inventory.gaps:
        gap = known.inventory.gaps[0]
        return Prerequisite(
            "permissions",
            title,
            "not-checked",
            f"not checked, because {gap.what} could not be read; what set-up takes: {command}",
            gap.message,
        )
    return Prerequisite(
        "permissions", title, "ok", f"everything could be read; what set-up may write: {command}"
    )


def _region(known: Known) -> Prerequisite:
    return _from_problems(
        known,
        "region",
        "Same region as Magento Cloud",
        ("cloud.region", "cloud.platform"),
        f"{known.draft.cloud.region}; Magento's service name will confirm it",
    )


def _network(known: Known) -> Prerequisite:
    azure = known.draft.cloud.platform == "azure"
    title = f"{'VNet' if azure else 'VPC'} with the services to connect"
    inventory, network = known.inventory, known.draft.cloud.network
    if not network:
        return Prerequisite(
            "network", title, "problem", "no network is chosen", "Choose it on the network page."
        )
    if inventory is None:
        return Prerequisite(
            "network",
            title,
            "not-checked",
            f"not checked, because the {_word(known)} was not read yet",
            "Sign in first.",
        )
    if not any(same_id(item.id, network) for item in inventory.networks):
        return Prerequisite(
            "network",
            title,
            "problem",
            f"{network} is not in {_word(known)} {inventory.account}, region {inventory.region}",
            f"Choose a network of this {_word(known)} and region.",
        )
    subnets = [subnet for subnet in inventory.subnets if same_id(subnet.network_id, network)]
    if azure:
        word = "subnet" if len(subnets) == 1 else "subnets"
        return Prerequisite("network", title, "ok", f"{network} with {len(subnets)} {word}")
    zones = {subnet.zone_id for subnet in subnets}
    return Prerequisite("network", title, "ok", f"{network} with subnets in {len(zones)} zones")


def _services(known: Known) -> Prerequisite:
    count = len(known.draft.services)
    return _from_problems(
        known,
        "services",
        "Services and ports",
        ("services",),
        f"{count} {'service' if count == 1 else 'services'}",
    )


def _setup(known: Known) -> Prerequisite | None:
    if known.draft.connection.type != "bidirectional":
        return None
    title = "NLB and endpoint service in your VPC"
    if known.draft.cloud.platform == "azure":
        title = "Load balancer and private link service"
    if known.plan is None:
        return Prerequisite(
            "setup",
            title,
            "not-checked",
            "not checked, because there is no plan yet",
            "Read the network first.",
        )
    plan = service_part(known.plan)
    wrong = blocking(plan)
    if wrong:
        return Prerequisite("setup", title, "problem", wrong[0].message, wrong[0].remedy)
    todo = pending(plan)
    if todo:
        return Prerequisite(
            "setup",
            title,
            "later",
            f"{len(todo)} {'change' if len(todo) == 1 else 'changes'}, the first: {todo[0].action} "
            f"{kind_word(todo[0].kind, known.draft.cloud.platform == 'azure')} {todo[0].name}",
            "The page “Your side” makes it with you, before the ticket.",
        )
    return Prerequisite("setup", title, "ok", "everything stands")


CHECKS: tuple[Callable[[Known], Prerequisite | None], ...] = (
    _account,
    _permissions,
    _region,
    _network,
    _services,
    _project,
    _environment,
    _setup,
)


def prerequisites(known: Known) -> tuple[Prerequisite, ...]:
    """Every prerequisite that applies, in the document's order."""
    found = (check(known) for check in CHECKS)
    return tuple(one for one in found if one is not None)
