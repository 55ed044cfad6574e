"""Which actions of Azure RBAC a request takes: its own, and one for everything that it links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.sandbox.azure.estate import Json, Refusal
from providers.sandbox.azure.tokens import Principal

_VERBS: Mapping[str, str] = {
    "GET": "read",
    "HEAD": "read",
    "PUT": "write",
    "PATCH": "write",
    "DELETE": "delete",
}
_SUBSCRIPTION = "Microsoft.Resources/subscriptions"
_JOINS: Mapping[str, str] = {"applicationsecuritygroups": "joinIpConfiguration"}
"""How one joins what is not simply joined."""


@dataclass(frozen=True, slots=True)
class Need:
    """An action on a scope, and whether it is another resource's that the request links to."""

    action: str
    scope: str
    linked: bool = False


def needs(method: str, path: str, body: Json) -> Iterator[Need]:
    """What a request needs; nothing for the lists of tenants and subscriptions, which show what one may see."""
    if path.rstrip("/").lower() in ("/subscriptions", "/tenants"):
        return
    yield Need(action_of(method, path), path)
    if method in ("PUT", "PATCH"):
        own = path.lower()
        found = dict.fromkeys(one for one in _links(body) if not f"{one.lower()}/".startswith(f"{own}/"))
        for id in found:
            kinds = _kinds(id)
            how = _JOINS.get(kinds.rpartition("/")[2].lower(), "join")
            yield Need(f"{kinds}/{how}/action", id, linked=True)


def action_of(method: str, path: str) -> str:
    """The action of a request: resource types and what is done (``Microsoft.Network/loadBalancers/write``)."""
    verb = _VERBS.get(method, "action")
    if "/providers/" not in path:
        rest = path.strip("/").split("/")[2:]
        return "/".join([_SUBSCRIPTION, *rest[::2], verb])
    if re.fullmatch(r"/subscriptions/[^/]+/providers/[^/]+", path):
        return f"{_SUBSCRIPTION}/providers/{verb}"
    return f"{_kinds(path)}/{verb}"


def _kinds(path: str) -> str:
    """The types of a resource id, its names left out."""
    after = path.rpartition("/providers/")[2].split("/")
    return "/".join([after[0], *after[1::2]])


def _links(value: Any) -> Iterator[str]:
    """The ids that a body refers to."""
    if isinstance(value, list):
        for one in value:
            yield from _links(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "id" and isinstance(one, str) and "/providers/" in one:
                yield one
            else:
                yield from _links(one)


def check(role: Iterable[str], wanted: Iterable[Need], principal: Principal) -> None:
    """Raises Refusal ``AuthorizationFailed`` or ``LinkedAuthorizationFailed`` for what a role does not have."""
    held = {one.lower() for one in role}
    own = ""
    for need in wanted:
        own = own or need.action
        if need.action.lower() not in held:
            raise (
                linked(own, need, principal) if need.linked else forbidden(need.action, need.scope, principal)
            )


def _client(principal: Principal) -> str:
    return f"The client '{principal.client}' with object id '{principal.object}'"


def forbidden(action: str, scope: str, principal: Principal) -> Refusal:
    """Azure's words for an action that one may not do."""
    return Refusal(
        403,
        "AuthorizationFailed",
        f"{_client(principal)} does not have authorization to perform action '{action}' over scope '{scope}' or the "
        "scope is invalid. If access was recently granted, please refresh your credentials.",
    )


def linked(own: str, need: Need, principal: Principal) -> Refusal:
    """Azure's words for something that one may not link to."""
    return Refusal(
        403,
        "LinkedAuthorizationFailed",
        f"{_client(principal)} has permission to perform action '{own}'; however, it does not have permission to "
        f"perform action(s) '{need.action}' on the linked scope(s) '{need.scope}' (respectively) or the linked "
        "scope(s) are invalid.",
    )
