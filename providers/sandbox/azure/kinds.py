"""What the kinds of resources have in common: how one is written, read and removed, and its references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from providers.sandbox.azure.estate import (
    NAMESPACE,
    Estate,
    Json,
    Refusal,
    Resource,
    bad,
    new_guid,
    parse,
)

_NAME = re.compile(r"[a-zA-Z\d]|[a-zA-Z\d][a-zA-Z\d\-_.]{0,78}[a-zA-Z\d_]")


def _nothing(estate: Estate, resource: Resource) -> None:
    """Nothing stands against it, and nothing follows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of Microsoft.Network.

    ``write`` judges and completes a resource that is about to be stored in place of an older one (None for a
    new one). ``read`` gives the properties that ARM shows. ``remove`` refuses a deletion, ``gone`` cleans up
    after one. ``children`` are its parts by collection, each with how it is shown; those in ``writable`` can
    be put and deleted on their own.
    """

    type: str
    write: Callable[[Estate, Resource | None, Resource], None]
    read: Callable[[Estate, Resource], Json]
    remove: Callable[[Estate, Resource], None] = _nothing
    gone: Callable[[Estate, Resource], None] = _nothing
    stored: Callable[[Estate, Resource], None] = _nothing
    children: Mapping[str, Callable[[Estate, Resource, Json], Json]] = field(default_factory=dict)
    writable: frozenset[str] = frozenset()


def check_name(name: str) -> None:
    """Raises Refusal ``InvalidResourceName`` for what Azure's networking would not call a resource."""
    if not _NAME.fullmatch(name):
        raise bad(
            "InvalidResourceName",
            f"Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a "
            "word character, and it must end with a word character or with '_'. The name may contain word "
            "characters or '.', '-', '_'.",
        )


def need(estate: Estate, holder: Resource, id: str, location: bool = True) -> tuple[Resource, Json]:
    """The resource or part that ``holder`` refers to; ``location``: it must be in the same one.

    Raises Refusal: ``LinkedAuthorizationFailed`` (another tenant's), ``InvalidResourceReference``,
    ``ReferencedResourceNotProvisioned``.
    """
    name = parse(id)
    if name and estate.tenant_of(name.subscription) not in (None, estate.tenant_of(holder.subscription)):
        raise Refusal(
            403,
            "LinkedAuthorizationFailed",
            f"The client has permission to perform action '{NAMESPACE}/{holder.kind}/write' on scope "
            f"'{holder.id}', however the linked subscription '{name.subscription}' was not found or is in "
            "another tenant.",
        )
    if name and name.child and (part := estate.find_part(id)):
        found, shown = part
    else:
        resource = estate.find(id) if name and not name.child else None
        if resource is None:
            raise missing(holder.id, id)
        found, shown = resource, resource.properties
    if location and found.location != holder.location:
        raise missing(holder.id, id)
    if found.busy:
        raise Refusal(
            409,
            "ReferencedResourceNotProvisioned",
            f"Cannot proceed with operation because resource {id} used by resource {holder.id} is not in "
            f"Succeeded state. Resource is in {found.state} state.",
        )
    return found, shown


def missing(holder: str, id: str) -> Refusal:
    """Azure's words for a reference that leads nowhere."""
    return bad(
        "InvalidResourceReference",
        f"Resource {id} referenced by resource {holder} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region.",
    )


def complete(
    resource: Resource, collection: str, drop: frozenset[str] = frozenset(), of: str | None = None
) -> list[Json]:
    """Give the parts of one kind their ids and types, without the fields that only Azure writes (``drop``).

    Raises Refusal ``InvalidRequestFormat`` for a part without a name.
    """
    parts: list[Json] = []
    for given in resource.properties.get(collection) or []:
        name = given.get("name")
        if not name:
            raise bad(
                "InvalidRequestFormat", f"Cannot parse the request: an item of {collection} has no name."
            )
        check_name(name)
        kept = {key: value for key, value in (given.get("properties") or {}).items() if key not in drop}
        kept.pop("provisioningState", None)
        parts.append(
            {
                "id": f"{resource.id}/{collection}/{name}",
                "name": name,
                "etag": resource.etag,
                "type": f"{NAMESPACE}/{of or resource.kind}/{collection}",
                "properties": kept,
            }
        )
    resource.properties[collection] = parts
    return parts


def show(part: Json, resource: Resource, **more: object) -> Json:
    """A part as ARM shows it: with the state of its resource, and ``more`` where there is any."""
    inner = {**part["properties"], "provisioningState": resource.state}
    inner.update({key: value for key, value in more.items() if value not in ([], None)})
    return {**part, "etag": resource.etag, "properties": inner}


def ids(found: list[str]) -> list[Json]:
    """``[{"id": …}]``."""
    return [{"id": one} for one in found]


def guid_of(old: Resource | None) -> str:
    """The GUID that a resource keeps, or a new one."""
    return old.guid if old else new_guid()
