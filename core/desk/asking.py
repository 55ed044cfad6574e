"""What to ask a customer back, as text to send: polite, complete, in their cloud's words.

Every value in it is made visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from core.audit.catalogue import CHECKS
from core.audit.finding import Finding, Report, Severity, at_least
from core.audit.formats.words import subject, unmade_by_reason
from core.desk.judge import Verdict
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.request.fields import field_at
from core.request.model import Draft, Platform, Problem, platform_of
from core.request.offer import Offer
from core.text import visible

MOST = 15
"""Findings that are told one by one; of more it is said how many there are."""
LEAST: Severity = "medium"
"""Findings that are less bad are not the enablement's business."""

_LABELS: Mapping[tuple[str, Platform | None], str] = {
    ("cloud.account", "azure"): "Subscription",
    ("cloud.network", "aws"): "VPC",
    ("cloud.network", "azure"): "VNet",
    ("connection.service_name", "aws"): "Endpoint service",
    ("connection.service_name", "azure"): "Private link service",
}
"""What a field is called on one cloud, where its own label is for both."""

_SAME: Mapping[str, frozenset[str]] = {
    "stranger-principal": frozenset(
        {
            "aws-service-open-to-all",
            "aws-service-stranger-allowed",
            "azure-service-visible-to-all",
            "azure-service-stranger-sees",
        }
    ),
    "acceptance-not-required": frozenset({"aws-service-acceptance-off"}),
    "auto-approval": frozenset({"azure-service-approves-all", "azure-service-approves-some"}),
}
"""Checks of the audit that say of a service what a problem of these codes says of it."""

_OF_A_CLOUD = re.compile(r"(AWS|Azure): (?:`[^`]*`|[^`.])*\. ?")


def ask(draft: Draft, verdict: Verdict, offer: Offer, sent: str = "request") -> str:
    """The text that asks for everything that is missing, wrong or to be confirmed; empty where nothing is.

    ``sent`` is what the customer is thanked for.
    """
    platform = platform_of(draft.cloud.platform)
    missing = [one for one in verdict.errors if _lacks(one)]
    wrong = [one for one in verdict.errors if not _lacks(one)]
    unsure = [one for one in verdict.problems if one.severity == "warning"]
    said = {(check, one.resource.lower()) for one in verdict.errors for check in _SAME.get(one.code, ())}
    findings = tuple(
        one for one in worth_telling(verdict.report) if (one.check, one.resource.id.lower()) not in said
    )
    groups = (
        ("Still missing:", [_problem(one, draft, platform) for one in missing]),
        ("To be corrected:", [_problem(one, draft, platform) for one in wrong]),
        ("Please confirm, or correct:", [_problem(one, draft, platform) for one in unsure]),
        (_seen(verdict), [*map(_finding, findings[:MOST]), *_more(len(findings) - MOST)]),
        ("Could not be seen in your inventory:", list(_unseen(verdict.report))),
    )
    if not any(items for _, items in groups):
        return ""
    lines = [f"Subject: PrivateLink for {_whose(draft)}: {_subject(verdict)}", "", "Hello,", ""]
    lines += [_thanks(draft, platform, sent), "", _purpose(verdict)]
    number = 0
    for title, items in groups:
        if items:
            lines += ["", title]
        for item in items:
            number += 1
            lines += [f"{number}. {item[0]}", *(f"   {line}" for line in item[1:])]
    lines += ["", *_close(verdict, offer)]
    return "\n".join(map(visible, lines)) + "\n"


def ask_again(name: str, problem: Problem) -> str:
    """The text about a file that cannot be read."""
    lines = (
        f"Subject: PrivateLink: your file {name} cannot be read",
        "",
        "Hello,",
        "",
        f"thank you for sending {name}. We cannot read it: {problem.message.rstrip('.')}.",
        problem.remedy,
        "",
        "Please send it once more. `privatelink check FILE` shows beforehand whether a request can be read.",
        "",
        "Kind regards",
    )
    return "\n".join(map(visible, lines)) + "\n"


def worth_telling(report: Report) -> tuple[Finding, ...]:
    """The findings that an enablement is asked about, the worst first."""
    return tuple(one for one in report.findings if at_least(one.severity, LEAST))


def of_cloud(text: str, platform: Platform | None) -> str:
    """A remedy without the sentences that begin with the other cloud's name, where the cloud is known."""
    if platform is None:
        return text
    mine = CLOUD_NAMES[platform]

    def kept(found: re.Match[str]) -> str:
        return found[0].removeprefix(f"{mine}: ") if found[1] == mine else ""

    return _OF_A_CLOUD.sub(kept, text).strip()


def _lacks(problem: Problem) -> bool:
    return problem.code == "required" or problem.code.endswith("missing")


def _whose(draft: Draft) -> str:
    return f"project {draft.project.id}" if draft.project.id else "your project"


def _subject(verdict: Verdict) -> str:
    return "what we still need" if verdict.errors else "please confirm"


def _thanks(draft: Draft, platform: Platform | None, sent: str) -> str:
    cloud, project = draft.cloud, draft.project
    told = [f"environment {project.environment}"] if project.environment else []
    if platform is not None:
        told.append(CLOUD_NAMES[platform])
    if cloud.account:
        told.append(f"{ACCOUNT_NAMES[platform or 'aws']} {cloud.account}")
    if cloud.region:
        told.append(f"region {cloud.region}")
    what = f"{draft.connection.type} PrivateLink" if draft.connection.type else "PrivateLink"
    where = f" ({', '.join(told)})" if told else ""
    return f"thank you for your {sent} for {what} for {_whose(draft)}{where}."


def _purpose(verdict: Verdict) -> str:
    if verdict.errors:
        return "Before we can file the Support ticket, we ask you for the following (“the customer” is you)."
    return "The data is complete for the Support ticket. Please look at the following all the same."


def _problem(one: Problem, draft: Draft, platform: Platform | None) -> tuple[str, ...]:
    place = _place(one.field, draft, platform)
    remedy = of_cloud(one.remedy, platform)
    return (f"{place}{one.message.rstrip('.')}.", *([remedy] if remedy else []))


def _place(path: str, draft: Draft, platform: Platform | None) -> str:
    """Where in the request it is, as a person finds it: the service by its name, then the field in the file."""
    if not path:
        return ""
    parts = path.split(".")
    if (
        parts[0] == "services"
        and len(parts) > 1
        and parts[1].isdecimal()
        and int(parts[1]) < len(draft.services)
    ):
        number = int(parts[1])
        name = draft.services[number].name
        return (
            f"Service {number + 1}{f' ({name})' if name else ''}, {parts[-1] if len(parts) > 2 else 'all'}: "
        )
    try:
        label = field_at(path).label
    except KeyError:
        return f"{path}: "
    words = _LABELS.get((path, platform), label.removeprefix("the "))
    return f"{words[:1].upper()}{words[1:]}: "


def _finding(one: Finding) -> tuple[str, ...]:
    check = CHECKS[one.check]
    first = f"{subject(one)} ({one.severity}): {one.message}"
    return (first, check.remedy, *([f"$ {one.command}"] if one.command else []))


def _more(count: int) -> Iterator[tuple[str, ...]]:
    if count > 0:
        yield (f"and {count} more: privatelink audit --from FILE shows all of them.",)


def _unseen(report: Report) -> Iterator[tuple[str, ...]]:
    for (why, _), checks in unmade_by_reason(report).items():
        yield (f"{len(checks)} {'check' if len(checks) == 1 else 'checks'} {why}.",)


def _seen(verdict: Verdict) -> str:
    if verdict.seen is None:
        return ""
    return f"In your {ACCOUNT_NAMES[verdict.seen.platform]}, as of {verdict.seen.taken_at:%d %b %Y}:"


def _close(verdict: Verdict, offer: Offer) -> Sequence[str]:
    how = (
        "Please send the corrected file again, or answer by number; `privatelink check FILE` tells beforehand "
        "whether a request is complete."
        if verdict.errors
        else "An answer by number is enough."
    )
    days = offer.business_days
    return (
        how,
        f"Enablement can take up to {days} business days from the ticket on; incomplete or inaccurate data delays it.",
        "",
        "Kind regards",
    )
