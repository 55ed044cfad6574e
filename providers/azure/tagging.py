"""The enablement's tag on what it did not make: put on at adoption, looked at, taken off at undo."""

from __future__ import annotations

from functools import partial

from azure.mgmt.resource.resources import models as w

from core.network.model import Tags
from core.setup import change as c
from providers.azure.operations import Work
from providers.azure.session import Clients


def mark(work: Work, resource: str, *, present: bool) -> None:
    """Put the tag on, with the value ``adopted``, or take it off (``Tags_UpdateAtScope``, which writes
    nothing else of the resource). Every other tag stays.
    """
    body = w.TagsPatchResource(
        operation="Merge" if present else "Delete",
        properties=w.Tags(tags={c.tag_key(work.enablement): c.ADOPTED}),
    )
    work.run(
        "Microsoft.Resources/tags/write",
        partial(work.clients.resources.tags.begin_update_at_scope, resource.lstrip("/"), body),
    )


def tags_of(clients: Clients, resource: str) -> Tags:
    """The tags of one resource (``Tags_GetAtScope``)."""
    with clients.asking("Microsoft.Resources/tags/read"):
        told = clients.resources.tags.get_at_scope(resource.lstrip("/")).properties
    return dict((told.tags if told else None) or {})
