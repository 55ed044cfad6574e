"""What to keep when an enablement is done: every id that a later question needs, as plain text."""

from __future__ import annotations

from core.text import visible
from core.workflow.story import Story
from core.workflow.timeline import Timeline


def summary(name: str, story: Story, line: Timeline) -> str:
    """The enablement in plain text: request, ids, proofs. Every value in it is made visible."""
    draft = story.draft
    rows: list[tuple[str, object]] = [
        ("Enablement", f"{name} ({line.state})"),
        ("Magento project", f"{draft.project.id}, {draft.project.environment}"),
        ("Account", f"{draft.cloud.account}, {draft.cloud.region}, {draft.cloud.network}"),
        ("Connection type", draft.connection.type),
        ("Support ticket", story.ticket or "not filed with this program"),
    ]
    rows += [("Magento's service", service) for service in story.service_names]
    rows += [
        (made.kind, f"{made.id} ({'made here' if made.own else 'was there'})") for made in story.made.values()
    ]
    rows += [
        (
            f"{service.service}, port {service.port}",
            f"{proof.direction}: {'proved' if service.ok else 'not proved'}",
        )
        for proof in story.proofs.values()
        for service in proof.services
    ]
    return "\n".join(f"{title + ':':<20} {visible(str(value))}" for title, value in rows)
