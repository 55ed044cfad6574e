"""What to keep when an enablement is done: every id that a later question needs, and what to do later."""

from __future__ import annotations

from core.network.model import Endpoint
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.request.model import platform_of
from core.setup.change import Kind
from core.text import visible
from core.workflow.story import Story
from core.workflow.timeline import Timeline
from core.workflow.words import kind_word

PROPERTIES: frozenset[Kind] = frozenset({"cross-zone", "targets", "principal", "ingress", "registration"})
"""Kinds that have no id of their own: they belong to a resource that is told anyway."""


def summary(name: str, story: Story, line: Timeline, endpoints: tuple[Endpoint, ...] = ()) -> str:
    """The enablement in plain text: request, ids, proofs, then how it is changed and ended. ``endpoints`` are
    the own ones as the last look showed them: their private addresses are told.

    Every value in it is made visible.
    """
    rows = "\n".join(
        f"{title + ':':<20} {visible(str(value))}" for title, value in _kept(name, story, line, endpoints)
    )
    return "\n".join((rows, "", *_later(name, story)))


def _kept(
    name: str, story: Story, line: Timeline, endpoints: tuple[Endpoint, ...]
) -> list[tuple[str, object]]:
    """What a later question needs."""
    draft = story.draft
    azure = draft.cloud.platform == "azure"
    account = ACCOUNT_NAMES[platform_of(draft.cloud.platform) or "aws"]
    rows: list[tuple[str, object]] = [
        ("Enablement", f"{name} ({line.state})"),
        ("Magento project", f"{draft.project.id}, {draft.project.environment}"),
        (account.capitalize(), draft.cloud.account),
        ("Location" if azure else "Region", draft.cloud.region),
        ("VNet" if azure else "VPC", draft.cloud.network),
        ("Connection type", draft.connection.type),
        ("Support ticket", story.ticket or "not filed with this program"),
    ]
    rows += [("Magento's service", service) for service in story.service_names]
    rows += [
        (kind_word(made.kind, azure), f"{made.id} ({'made here' if made.own else 'was there'})")
        for made in story.made.values()
        if made.kind not in PROPERTIES
    ]
    if azure:
        rows += [
            ("alias", seen.fact.service)
            for (kind, _), seen in story.seen.items()
            if kind == "endpoint-service" and seen.fact.service
        ]
        rows += [("private address", ", ".join(one.addresses)) for one in endpoints if one.addresses]
    rows += [
        ("Approved" if azure else "Accepted", f"{one.endpoint_id} of {account} {one.owner}")
        for one in story.decided.values()
        if one.decision == "accept"
    ]
    rows += [
        (
            f"{service.service}, port {service.port}",
            f"{proof.direction}: {'proved' if service.ok else 'not proved'}",
        )
        for proof in story.proofs.values()
        for service in proof.services
    ]
    return rows


def _later(name: str, story: Story) -> tuple[str, ...]:
    """What to do when something changes, fails or ends. Source: "Limitations" of the PrivateLink page; its
    current version for changes and removal, which are asked for by ticket.
    """
    about = f" that names ticket {visible(story.ticket)}" if story.ticket else ""
    platform = platform_of(story.draft.cloud.platform)
    cloud = CLOUD_NAMES[platform] if platform else "The cloud"
    account = ACCOUNT_NAMES[platform or "aws"]
    other = "subscription" if platform == "azure" else "account number"
    id = visible(name)
    return (
        f"To change it: a new Support ticket{about}: another {other}, one connection more or less.",
        "To open another port: by ticket too, since Magento opens it. Then add the service in the wizard and run "
        f"`privatelink apply {id}`.",
        f"To end it: agree on it by ticket; then `privatelink undo {id} --yes` removes what was made here, and "
        "nothing else. A live connection is cut with --force only.",
        f"Until then {cloud} bills your {account} for what stands and for the data. Only you pay for your side.",
        f"To look again: `privatelink status {id}`, `privatelink verify {id}`. They change nothing in the cloud.",
        "Magento Support helps during enablement only. More support can be bought from Magento Services.",
        "Clients use the endpoint's own DNS name; private DNS is not part of the offer.",
    )
