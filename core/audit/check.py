"""A check: a rule about one kind of resource, as data and one pure function; and how checks are made.

A check looks at a :class:`Survey` and tells what is wrong (:class:`Hit`) and what it could not see
(:class:`Unread`). Only the registry (:mod:`core.audit.catalogue`) knows all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cached_property

from core.audit.finding import (
    RANKS,
    Evidence,
    Finding,
    NotChecked,
    Report,
    Resource,
    Scope,
    Severity,
    Source,
)
from core.network.index import Index
from core.network.model import Gap, Inventory
from core.request.model import Platform
from core.request.offer import Offer
from core.workflow.surveying import EVERYTHING


@dataclass(frozen=True)
class Survey:
    """What a check looks at: one inventory, looked up quickly, and the offer's facts."""

    inventory: Inventory
    offer: Offer

    @cached_property
    def index(self) -> Index:
        """The inventory by ids."""
        return Index(self.inventory)

    @property
    def region(self) -> str:
        """Where it was looked."""
        return self.inventory.region

    @cached_property
    def vendors(self) -> frozenset[str]:
        """Magento's accounts or subscriptions, in lower case; none known is empty."""
        if self.inventory.platform == "aws":
            return frozenset({self.offer.aws_account})
        return frozenset(one.lower() for one in self.offer.azure_subscriptions)

    @cached_property
    def trusted(self) -> frozenset[str]:
        """Magento's accounts and the own one, in lower case."""
        return self.vendors | {self.inventory.account.lower()}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something wrong. ``key`` tells hits of one check on one resource apart."""

    resource: Resource
    message: str
    evidence: tuple[Evidence, ...]
    command: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A resource of which the check can say nothing, because this was not read."""

    resource: Resource
    what: str


Look = Callable[[Survey], Iterator[Hit | Unread]]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule. ``rationale`` says why it matters, ``remedy`` what to do and who does it, ``source`` where the rule
    is written.

    ``reads`` are the parts of an inventory (:attr:`Gap.what`) that it looks at: with a gap in one of them it has
    not seen everything. ``needs`` are those whose absence would make it tell something wrong: with a gap there it
    is not made at all. ``deep``: what it looks at is in an inventory of detail ``audit`` only.
    """

    id: str
    title: str
    severity: Severity
    rationale: str
    remedy: str
    source: Source
    look: Look
    reads: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    deep: bool = False

    @property
    def platform(self) -> Platform:
        """The cloud that it is about."""
        return "azure" if self.id.startswith("azure-") else "aws"


def facts(**fields: object) -> tuple[Evidence, ...]:
    """Evidence from fields and values; ``__`` in a name is a dot, None is left out."""
    return tuple(
        Evidence(name.replace("__", "."), said(value)) for name, value in fields.items() if value is not None
    )


def said(value: object) -> str:
    """A value as the APIs write it: ``true``, numbers, lists with commas."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset | set):
        return ", ".join(said(one) for one in value) or "none"
    return str(value) or "none"


def audit(inventories: Iterable[Inventory], offer: Offer, checks: Iterable[Check]) -> Report:
    """Make the checks on each inventory of their cloud. The order of inventories and checks changes nothing."""
    findings: list[Finding] = []
    unmade: list[NotChecked] = []
    made: set[str] = set()
    scopes: set[Scope] = set()
    checks = tuple(checks)
    for inventory in inventories:
        survey = Survey(inventory, offer)
        scope = Scope(inventory.platform, inventory.account, inventory.region, inventory.taken_at)
        scopes.add(scope)
        for check in checks:
            if check.platform == inventory.platform:
                made.add(check.id)
                _make(check, survey, scope, findings, unmade)
    return _report(scopes, findings, unmade, made)


def renewed(report: Report, again: Report, check: str) -> Report:
    """A report in which one check's results are those of another report, which made that check anew."""
    made = {
        *report.held,
        *(one.check for one in report.findings),
        *(one.check for one in report.not_checked),
        check,
    }
    return replace(
        _report(
            again.scopes,
            [*(one for one in report.findings if one.check != check), *again.findings],
            [*(one for one in report.not_checked if one.check != check), *again.not_checked],
            made,
        ),
        suppressed=report.suppressed,
        known=report.known,
        notes=report.notes,
    )


def _report(
    scopes: Iterable[Scope], findings: Collection[Finding], unmade: Collection[NotChecked], made: Set[str]
) -> Report:
    silent = made - {one.check for one in findings} - {one.check for one in unmade}
    return Report(
        scopes=tuple(sorted(scopes, key=_place)),
        findings=tuple(dict.fromkeys(sorted(findings, key=_order))),
        not_checked=tuple(sorted(unmade, key=lambda one: (one.check, _place(one.scope), one.because))),
        held=tuple(sorted(silent)),
    )


_SHALLOW = "the inventory holds only what a plan needs; privatelink inventory takes a whole one"


def _make(
    check: Check, survey: Survey, scope: Scope, findings: list[Finding], unmade: list[NotChecked]
) -> None:
    gaps = survey.inventory.gaps
    for gap in gaps:
        if gap.what in (*check.needs, *check.reads, EVERYTHING):
            unmade.append(NotChecked(check.id, scope, because(gap), gap.permission))
    if check.deep and survey.inventory.detail != "audit":
        unmade.append(NotChecked(check.id, scope, _SHALLOW))
        return
    if any(gap.what in (*check.needs, EVERYTHING) for gap in gaps):
        return
    unread: dict[str, dict[str, None]] = {}
    for told in check.look(survey):
        if isinstance(told, Unread):
            unread.setdefault(told.what, {})[told.resource.id] = None
        else:
            findings.append(
                Finding(
                    check.id,
                    check.severity,
                    scope,
                    told.resource,
                    told.message,
                    told.evidence,
                    told.command,
                    told.key,
                )
            )
    unmade.extend(
        NotChecked(check.id, scope, f"{what} was not read", resources=tuple(sorted(ids)))
        for what, ids in unread.items()
    )


def because(gap: Gap) -> str:
    """Why something was not checked, in words."""
    return f"{gap.what} could not be read ({gap.code}): {gap.message}".rstrip(". ")


def _place(scope: Scope) -> tuple[str, str, str, str]:
    return scope.platform, scope.account, scope.region, scope.taken_at.isoformat()


def _order(one: Finding) -> tuple[object, ...]:
    return (
        RANKS[one.severity],
        one.check,
        _place(one.scope),
        one.resource.id,
        one.key,
        one.message,
    )
