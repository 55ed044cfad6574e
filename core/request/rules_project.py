"""The rules about what must be there, what can't be read, and the Magento project.

Each rule is a pure function from facts to problems. A rule says nothing about a value that is missing or
that another rule has found unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.request.codes import error, warning
from core.request.facts import Facts, Rule, is_blank, texts
from core.request.fields import FIELDS, field_at
from core.request.model import Problem
from core.text import hidden, quoted

_CLUSTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_PROJECT_ID = re.compile(r"[a-z0-9]+")
_PROJECT_ID_LENGTH = 13

_SPECIAL_PLANS = {
    "starter": "Starter plan projects have no PrivateLink; it is offered for Pro plan projects only",
}
_SPECIAL_ENVIRONMENTS = {
    "integration": "integration environments have no PrivateLink; only Production and Staging do",
    "local": "a local environment is not in the cloud, so nothing can connect to it privately",
}


def required(facts: Facts) -> Iterator[Problem]:
    """Every datum of "Prerequisites", for each service too."""
    for path, field in FIELDS.items():
        section, _, name = path.partition(".")
        if (
            field.required
            and section != "services"
            and is_blank(getattr(getattr(facts.draft, section), name))
        ):
            yield _required(path)
    if not facts.services:
        yield _required("services")
    for service in facts.services:
        for name in ("name", "protocol", "port", "direction"):
            if is_blank(getattr(service.draft, name)):
                yield _required(f"{service.path}.{name}")


def _required(path: str) -> Problem:
    field = field_at(path)
    return error("required", path, f"{field.label} is missing", field.find)


def hidden_characters(facts: Facts) -> Iterator[Problem]:
    """No value holds what a person can't see and a terminal might obey."""
    for path, text in texts(facts.draft):
        trimmed = text.strip()
        character = hidden(trimmed)
        if character is not None:
            yield error(
                "hidden-character",
                path,
                f"the value holds {character}, a character that can't be seen: {quoted(trimmed)}",
                "Type the value again instead of pasting it.",
            )


def project_id(facts: Facts) -> Iterator[Problem]:
    """Lower-case letters and digits; as a rule 13."""
    value = facts.project_id
    if value is None:
        return
    if not _PROJECT_ID.fullmatch(value):
        yield error(
            "project-id-characters",
            "project.id",
            f"{quoted(value)} is no project ID: it is lower-case letters and digits only",
            FIELDS["project.id"].find,
        )
    elif len(value) != _PROJECT_ID_LENGTH:
        yield warning(
            "project-id-length",
            "project.id",
            f"{quoted(value)} has {len(value)} characters; project IDs have {_PROJECT_ID_LENGTH} as a rule",
            "Compare it with the Cloud Console; leave it if it is the same there.",
        )


def plan(facts: Facts) -> Iterator[Problem]:
    """The offer's plans only."""
    if facts.plan is None or facts.plan in facts.offer.plans:
        return
    offered = " or ".join(one.title() for one in facts.offer.plans)
    yield error(
        "plan-not-offered",
        "project.plan",
        _SPECIAL_PLANS.get(
            facts.plan, f"PrivateLink is not offered for plan {quoted(facts.plan)}, only for {offered}"
        ),
        f"If the project is on {offered}, write that; else ask your CTA about changing the plan.",
    )


def environment(facts: Facts) -> Iterator[Problem]:
    """The offer's environments only."""
    value, offered = facts.environment, facts.offer.environments
    if value is None or value in offered:
        return
    yield error(
        "environment-not-offered",
        "project.environment",
        _SPECIAL_ENVIRONMENTS.get(
            value,
            f"PrivateLink is not offered for environment {quoted(value)}, only for {' and '.join(offered)}",
        ),
        f"Choose {' or '.join(offered)}.",
    )


def magento_region(facts: Facts) -> Iterator[Problem]:
    """The region list is about integration environments: only ever a warning."""
    value = facts.magento_region
    if value is None:
        return
    listed = facts.offer.regions.get(value)
    if listed is None:
        yield warning(
            "magento-region-unknown",
            "project.region",
            f"{quoted(value)} is not among the known Magento regions ({', '.join(facts.offer.regions)})",
            "Compare it with the Cloud Console; leave it if it is the same there.",
        )
        return
    ask = "Ask your CTA where the environment runs. If it runs where your VPC is, leave this."
    if facts.platform and listed.platform != facts.platform:
        yield warning(
            "magento-region-platform",
            "project.region",
            f"{value} is listed on {listed.platform}, but your side is on {facts.platform}; "
            "both sides must be on one platform",
            ask,
        )
    elif facts.platform and facts.region and listed.region != facts.region:
        yield warning(
            "magento-region-differs",
            "project.region",
            f"{value} is listed in {listed.region}, but your side is in {quoted(facts.region)}; both sides "
            "must be in one region. The list is about integration environments: yours may run elsewhere",
            ask,
        )


def cluster(facts: Facts) -> Iterator[Problem]:
    """The Magento cluster's id, which the ticket wants on Azure."""
    given = not is_blank(facts.draft.project.cluster)
    if facts.platform == "azure" and not given:
        yield warning(
            "cluster-missing",
            "project.cluster",
            "the id of the Magento cluster is not known; on Azure the ticket wants it",
            FIELDS["project.cluster"].find,
        )
    elif facts.cluster is not None and not _CLUSTER.fullmatch(facts.cluster):
        yield error(
            "cluster-syntax",
            "project.cluster",
            f"{quoted(facts.cluster)} is no cluster id: it is one word of letters, digits, - _ and .",
            FIELDS["project.cluster"].find,
        )


PROJECT_RULES: tuple[Rule, ...] = (
    required,
    hidden_characters,
    project_id,
    plan,
    environment,
    magento_region,
    cluster,
)
"""Every rule about completeness and the project."""
