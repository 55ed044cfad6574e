"""The answers that a rehearsal fills in, so that the next page is one key away: pure functions of drafts."""

from __future__ import annotations

from collections.abc import Mapping

from core.request.model import CONNECTION_TYPES, ConnectionType, Draft

Practices = Mapping[ConnectionType, Draft]
"""For each connection type a request that fits the sandbox; empty outside a rehearsal."""


def filled(draft: Draft, practices: Practices) -> Draft:
    """The draft with what is not answered in it filled in. A project once named is the person's own: then
    nothing is.
    """
    kind: ConnectionType = "bidirectional"
    kind = next((one for one in CONNECTION_TYPES if one == draft.connection.type), kind)
    if draft.project.id or kind not in practices:
        return draft
    given = draft.model_dump(exclude_defaults=True)
    fitting = practices[kind].model_dump()
    parts = {
        name: {**part, **given.get(name, {})} if isinstance(part, dict) else given.get(name, part)
        for name, part in fitting.items()
    }
    return Draft.model_validate(parts)


def with_type(draft: Draft, kind: ConnectionType, practices: Practices) -> Draft:
    """The draft with another connection type. The practice services come and go with it; others stay."""
    changed = draft.model_copy(update={"connection": draft.connection.model_copy(update={"type": kind})})
    if kind in practices and any(draft.services == one.services for one in practices.values()):
        return changed.model_copy(update={"services": practices[kind].services})
    return changed
