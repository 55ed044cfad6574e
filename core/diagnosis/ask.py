"""What only Magento can see or do, as text for the Support ticket."""

from __future__ import annotations

from collections.abc import Iterable

from core.diagnosis.case import Case
from core.diagnosis.model import Cause, Path
from core.request.facts import ACCOUNT_NAMES, SERVICE_NAMES
from core.text import visible

MAGENTOS = frozenset(
    {
        "not-visible",
        "regions-differ",
        "endpoint-rejected",
        "endpoint-disconnected",
        "endpoint-expired",
        "no-connection",
    }
)
"""Causes that Magento has to act on, whichever way the connection goes."""


def ask(case: Case, paths: tuple[Path, ...], causes: tuple[Cause, ...]) -> str:
    """Plain text; empty where nothing has to be asked: all is proved, or what is wrong is the customer's own."""
    wanted = [*_of_causes(causes), *_of_paths(paths, causes)]
    if not wanted:
        return ""
    seen = case.inventory
    account = ACCOUNT_NAMES[seen.platform]
    lines = [
        "PrivateLink: please check on Magento's side.",
        "",
        f"Our {account}: {seen.account}, region {seen.region}",
    ]
    lines += [f"Magento's service: {name}" for name in case.service_names]
    lines += [f"Our endpoint: {one.id} ({one.state})" for one in case.endpoints]
    if case.service is not None:
        lines.append(
            f"Our {SERVICE_NAMES[seen.platform]}: {case.service.service_name} ({case.service.state})"
        )
    lines += ["", *(f"- {line}" for line in dict.fromkeys(wanted)), "", "What we see from our side:"]
    for path in paths:
        lines += [f"  {path.ends}"]
        lines += [f"    {_MARKS[hop.verdict]} {hop.title}: {hop.words}" for hop in path.hops]
    return "\n".join(map(visible, lines)) + "\n"


_MARKS = {"proof": "[ok]", "fault": "[fault]", "unknown": "[?]"}


def _of_causes(causes: Iterable[Cause]) -> Iterable[str]:
    for one in causes:
        theirs = one.code == "not-accepted" and one.direction == "to-magento"
        if one.code in MAGENTOS or theirs:
            yield f"{one.message} Please see to it."


def _of_paths(paths: Iterable[Path], causes: Iterable[Cause]) -> Iterable[str]:
    """Where our own side of the way to Magento is right and still nothing answers."""
    for path in paths:
        mine = [one for one in causes if one.direction == path.direction and one.certainty == "certain"]
        silent = any(hop.key.startswith("answer/") and hop.verdict == "fault" for hop in path.hops)
        if path.direction == "to-magento" and silent and not mine:
            ports = ", ".join(map(str, path.ports))
            yield (
                f"Our side is right and nothing answers on TCP {ports}: do your load balancer's listeners, security "
                "groups and targets let these ports through, in each zone?"
            )
        if path.direction == "from-magento" and silent and not mine:
            yield "Your endpoint to our service: do its security group and subnets let your environment through?"
