"""Azure Resource Manager, as far as Private Link needs it: a WSGI application over a :class:`.store.Store`.

Paths are ARM's own and case does not matter in them. Every request needs ``api-version`` and a token of
:mod:`.tokens`, whose own addresses are served beside.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from providers.sandbox.azure import endpoints, management, services
from providers.sandbox.azure.estate import NAMESPACE, Json, Name, Refusal, Resource, new_guid
from providers.sandbox.azure.faults import Fault, Faults
from providers.sandbox.azure.operations import Operation, retry_after
from providers.sandbox.azure.store import Store, busy, kind_of, not_found
from providers.sandbox.azure.tokens import Principal, Tokens

OURS = ("subscriptions", "tenants", "providers")
"""The first parts of ARM's paths; everything else is the sign-in's."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in. ``root`` is the API's own address, ``fault`` what is to go wrong."""

    method: str
    path: str
    body: Json
    principal: Principal
    root: str
    skip: int
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body (None: empty), and headers."""

    status: int
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what was answered: ``sent`` is the request's body as text, ``body`` the answer's."""

    method: str
    path: str
    sent: str
    status: int
    body: Json | None
    headers: Mapping[str, str]


Handler = Callable[["Arm", Call, dict[str, str]], Answer]


class Arm:
    """The API and its sign-in. ``page`` is how many items a list answers at once."""

    def __init__(self, store: Store, tokens: Tokens, faults: Faults) -> None:
        self.store = store
        self.estate = store.estate
        self.tokens = tokens
        self.faults = faults
        self.page = 500
        self.watcher: Callable[[Exchange], None] | None = None
        """Told of every answer; called in the thread that answers."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """WSGI."""
        request = Request(environ)
        if request.path.strip("/").partition("/")[0].lower() not in OURS:
            with self.estate.lock:
                answer = self.tokens.answer(request)
            return answer(environ, start_response)
        fault = self.faults.take(request.method, request.path, operation=False)
        if fault and fault.kind == "reset":
            # Read first: a client that is still writing sees another error.
            request.get_data()
            _break(environ)
        with self.estate.lock:
            self.store.operations.settle()
            done = self._try(request, fault)
        if fault and fault.kind == "lost":
            _break(environ)
        if self.watcher is not None:
            sent = request.get_data().decode(errors="replace")
            self.watcher(Exchange(request.method, request.path, sent, done.status, done.body, done.headers))
        body = b"" if done.body is None else json.dumps(done.body).encode()
        response = Response(body, done.status, content_type="application/json; charset=utf-8")
        response.headers["x-ms-request-id"] = response.headers["x-ms-correlation-request-id"] = new_guid()
        response.headers.update(done.headers)
        return response(environ, start_response)

    def _try(self, request: Request, fault: Fault | None) -> Answer:
        try:
            return self._answer(request, fault)
        except Refusal as no:
            return Answer(no.status, no.body, no.headers)

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        principal = self._let_in(request)
        if fault:
            _fail(fault, request, principal)
        if not request.args.get("api-version"):
            raise Refusal(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        for pattern, methods in _ROUTES:
            found = pattern.fullmatch(request.path)
            if found is None:
                continue
            parts = {key: value for key, value in found.groupdict().items() if value is not None}
            handler = methods.get(request.method)
            if handler is None:
                raise Refusal(405, "MethodNotAllowed", f"{request.method} is not allowed here.")
            if "subscription" in parts:
                parts["subscription"] = parts["subscription"].lower()
                self._allow(parts["subscription"], principal, request)
            return handler(self, self._call(request, principal), parts)
        raise Refusal(404, "InvalidResourceType", f"{request.path} leads to nothing that is known here.")

    def _call(self, request: Request, principal: Principal) -> Call:
        body: Json = {}
        if request.method in ("PUT", "PATCH", "POST") and (data := request.get_data()):
            try:
                body = json.loads(data)
            except ValueError as error:
                raise Refusal(
                    400,
                    "InvalidRequestContent",
                    f"The request content was invalid and could not be read: {error}",
                ) from error
            if not isinstance(body, dict):
                raise Refusal(400, "InvalidRequestContent", "The request content is no JSON object.")
        skip = request.args.get("$skiptoken", "0")
        return Call(
            request.method,
            request.path,
            body,
            principal,
            request.host_url.rstrip("/"),
            int(skip) if skip.isdigit() else 0,
            self.faults.take(request.method, request.path, operation=True),
        )

    def _let_in(self, request: Request) -> Principal:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        authority = f"{request.host_url}{self.tokens.principals[0].tenant}"
        challenge = {"WWW-Authenticate": f'Bearer authorization_uri="{authority}", error="invalid_token"'}
        if kind.lower() != "bearer" or not token:
            words = "Authentication failed. The 'Authorization' header is missing."
            raise Refusal(401, "AuthenticationFailed", words, challenge)
        principal = self.tokens.holder(token)
        if principal is None:
            words = "The access token is invalid or has expired."
            raise Refusal(401, "ExpiredAuthenticationToken", words, challenge)
        return principal

    def _allow(self, subscription: str, principal: Principal, request: Request) -> None:
        tenant = self.estate.tenant_of(subscription)
        if tenant is None:
            words = f"The subscription '{subscription}' could not be found."
            raise Refusal(404, "SubscriptionNotFound", words)
        if tenant != principal.tenant:
            raise _forbidden(request.method, request.path, principal)

    # Subscriptions, providers, groups

    def subscriptions(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /subscriptions``."""
        own = [one for one in self.estate.subscriptions if one.tenant == call.principal.tenant]
        return _closed(self._list(call, [management.subscription(one) for one in own]))

    def subscription(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /subscriptions/{id}``."""
        found = next(one for one in self.estate.subscriptions if one.id == parts["subscription"])
        return Answer(200, management.subscription(found))

    def tenants(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /tenants``."""
        return _closed(self._list(call, [management.tenant(call.principal.tenant)]))

    def locations(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/locations``."""
        return Answer(200, {"value": management.locations(parts["subscription"])})

    def providers(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/providers`` and one of them."""
        shown = management.provider(self.estate, parts["subscription"])
        if "namespace" not in parts:
            return self._list(call, [shown])
        _check_namespace(parts["namespace"])
        return Answer(200, shown)

    def register(self, call: Call, parts: dict[str, str]) -> Answer:
        """``POST …/providers/{namespace}/register`` and ``unregister``."""
        _check_namespace(parts["namespace"])
        known = self.estate.registered
        if parts["act"].lower() == "unregister":
            known.pop(parts["subscription"], None)
        else:
            known.setdefault(parts["subscription"], self.estate.clock() + self.estate.timing.registration)
        return Answer(200, management.provider(self.estate, parts["subscription"]))

    def groups(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resourcegroups``."""
        head = f"{parts['subscription']}/"
        found = [group for key, group in self.estate.groups.items() if key.startswith(head)]
        return self._list(call, [management.show_group(one) for one in found])

    def group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resourcegroups/{name}``."""
        found = management.group_named(self.estate, parts["subscription"], parts["group"])
        return Answer(200, management.show_group(found))

    def has_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``HEAD …/resourcegroups/{name}``."""
        known = management.group_key(parts["subscription"], parts["group"]) in self.estate.groups
        return Answer(204 if known else 404)

    def put_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``PUT …/resourcegroups/{name}``."""
        group, new = management.put_group(self.estate, parts["subscription"], parts["group"], call.body)
        return Answer(201 if new else 200, management.show_group(group))

    def patch_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``PATCH …/resourcegroups/{name}``: its tags."""
        group = management.group_named(self.estate, parts["subscription"], parts["group"])
        group.tags = dict(call.body.get("tags") or {})
        return Answer(200, management.show_group(group))

    def delete_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``DELETE …/resourcegroups/{name}``."""
        operation = self.store.delete_group(parts["subscription"], parts["group"], call.fault)
        return self._accepted(call, operation)

    def resources(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resources``, of a subscription or a group."""
        found = self.store.inside(parts["subscription"], parts.get("group"))
        shown = [self.store.show(one) for one in found]
        keys = ("id", "name", "type", "location", "tags", "sku")
        return self._list(call, [{key: one[key] for key in keys if key in one} for one in shown])

    # Resources of Microsoft.Network

    def list(self, call: Call, parts: dict[str, str]) -> Answer:
        """The resources of a kind, of a subscription or a group."""
        kind = kind_of(parts["kind"])
        if "group" in parts:
            management.group_named(self.estate, parts["subscription"], parts["group"])
        found = self.store.inside(parts["subscription"], parts.get("group"), kind.type)
        return self._list(call, [self.store.show(one) for one in found])

    def get(self, call: Call, parts: dict[str, str]) -> Answer:
        """One resource."""
        resource, _ = self.store.existing(_name(parts))
        return self._shown(200, resource)

    def put(self, call: Call, parts: dict[str, str]) -> Answer:
        """Make or change a resource: 201 or 200 with ``Updating``, and where to look."""
        self._check_registered(parts["subscription"])
        resource, operation, new = self.store.put(_name(parts), call.body, call.fault)
        return self._written(call, 201 if new else 200, self.store.show(resource), operation)

    def patch(self, call: Call, parts: dict[str, str]) -> Answer:
        """Change a resource's tags."""
        return self._shown(200, self.store.patch(_name(parts), call.body))

    def delete(self, call: Call, parts: dict[str, str]) -> Answer:
        """Delete a resource: 202 with where to look, or 204."""
        return self._accepted(call, self.store.delete(_name(parts), call.fault))

    def parts(self, call: Call, parts: dict[str, str]) -> Answer:
        """The parts of a resource: subnets, rules, pools."""
        name = _name(parts)
        resource, kind = self.store.existing(name)
        collection, draw = _child(kind.children, name)
        shown = [draw(self.estate, resource, one) for one in resource.parts(collection)]
        return self._list(call, shown)

    def part(self, call: Call, parts: dict[str, str]) -> Answer:
        """One part of a resource."""
        name = _name(parts)
        resource, kind = self.store.existing(name)
        collection, draw = _child(kind.children, name)
        found = resource.part(collection, name.child)
        if found is None:
            raise Refusal(404, "NotFound", f"Resource {resource.id}/{collection}/{name.child} not found.")
        return Answer(200, draw(self.estate, resource, found))

    def put_part(self, call: Call, parts: dict[str, str]) -> Answer:
        """Make or change a part of a resource."""
        self._check_registered(parts["subscription"])
        name = _name(parts)
        resource, written, operation, new = self.store.put_part(name, call.body, call.fault)
        _, draw = _child(kind_of(resource.kind).children, name)
        shown = draw(self.estate, resource, written)
        return self._written(call, 201 if new else 200, shown, operation)

    def delete_part(self, call: Call, parts: dict[str, str]) -> Answer:
        """Delete a part of a resource."""
        return self._accepted(call, self.store.delete_part(_name(parts), call.fault))

    # Private Link

    def links(self, call: Call, parts: dict[str, str]) -> Answer:
        """The connections of a private link service."""
        service, _ = self.store.existing(_name({**parts, "kind": "privateLinkServices"}))
        found = services.links_of(self.estate, service)
        return self._list(call, [services.show_link(self.estate, service, one) for one in found])

    def link(self, call: Call, parts: dict[str, str]) -> Answer:
        """One connection: read, approved or rejected, removed."""
        name = _name({**parts, "kind": "privateLinkServices"})
        service, _ = self.store.existing(name)
        if call.method == "DELETE":
            return self._accepted(call, self.store.delete_link(service, parts["link"], call.fault))
        link = endpoints.find_link(self.estate, service, parts["link"])
        if link is None:
            raise not_found(Name(name.subscription, name.group, name.kind, name.name, _LINKS, parts["link"]))
        if call.method == "PUT":
            endpoints.decide(self.estate, link, call.body)
        return Answer(200, services.show_link(self.estate, service, link))

    def zone_groups(self, call: Call, parts: dict[str, str]) -> Answer:
        """The private DNS zone groups of a private endpoint: none, ever."""
        self.store.existing(_name({**parts, "kind": "privateEndpoints"}))
        return self._list(call, [])

    def visibility(self, call: Call, parts: dict[str, str]) -> Answer:
        """``checkPrivateLinkServiceVisibility``: whether an alias shows itself to this subscription."""
        alias = str(call.body.get("privateLinkServiceAlias") or "")
        subscription = parts["subscription"]

        def result() -> Json:
            return {"visible": services.look_up(self.estate, alias, subscription) is not None}

        operation = self.store.operations.begin(
            subscription, parts["location"], 0.0, lambda succeeded: None, result=result
        )
        return self._accepted(call, operation)

    def approved(self, call: Call, parts: dict[str, str]) -> Answer:
        """``autoApprovedPrivateLinkServices``: those that take this subscription's connections unasked."""
        found = [
            {"privateLinkService": one.id}
            for one in self.estate.of_kind("privateLinkServices")
            if one.location == parts["location"].lower() and services.approves(one, parts["subscription"])
        ]
        return self._list(call, found)

    # Long-running operations

    def operation(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/operations/{id}``: how an operation is."""
        found = self._operation(parts)
        wait = {} if found.done else retry_after(self.estate.timing.retry_after)
        return Answer(200, found.body, wait)

    def operation_result(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/operationResults/{id}``: 202 while it is under way, then its result."""
        found = self._operation(parts)
        if not found.done:
            headers = self.store.operations.headers(found, call.root, location=True)
            return Answer(202, None, dict(headers))
        if found.error:
            raise Refusal(400, *found.error)
        return Answer(200, found.result()) if found.result else Answer(204)

    def _operation(self, parts: dict[str, str]) -> Operation:
        found = self.store.operations.known.get(parts["id"].lower())
        if found is None or found.subscription.lower() != parts["subscription"]:
            raise Refusal(404, "NotFound", f"The operation {parts['id']} was not found.")
        return found

    # Answers

    def _shown(self, status: int, resource: Resource) -> Answer:
        return Answer(status, self.store.show(resource), {"ETag": resource.etag})

    def _written(self, call: Call, status: int, body: Json, operation: Operation) -> Answer:
        headers = self.store.operations.headers(operation, call.root, location=False)
        return Answer(status, body, dict(headers))

    def _accepted(self, call: Call, operation: Operation | None) -> Answer:
        if operation is None:
            return Answer(204)
        headers = self.store.operations.headers(operation, call.root, location=True)
        return Answer(202, None, dict(headers))

    def _list(self, call: Call, items: Iterable[Json]) -> Answer:
        every = [*items]
        shown = every[call.skip : call.skip + self.page]
        body: Json = {"value": shown}
        if call.skip + self.page < len(every):
            place = f"{call.root}{call.path}?api-version=2024-01-01"
            body["nextLink"] = f"{place}&$skiptoken={call.skip + self.page}"
        return Answer(200, body)

    def _check_registered(self, subscription: str) -> None:
        if self.estate.registration(subscription) != "Registered":
            raise Refusal(
                409,
                "MissingSubscriptionRegistration",
                f"The subscription is not registered to use namespace '{NAMESPACE}'. See "
                "https://aka.ms/rps-not-found for how to register subscriptions.",
            )


def _closed(answer: Answer) -> Answer:
    """A list whose last page says so too: ``nextLink`` is required in Microsoft.Resources' oldest lists."""
    return Answer(answer.status, {"nextLink": "", **(answer.body or {})}, answer.headers)


def _name(parts: dict[str, str]) -> Name:
    return Name(
        parts["subscription"],
        parts["group"],
        parts["kind"],
        parts["name"],
        parts.get("collection", ""),
        parts.get("child", ""),
    )


def _child(children: Any, name: Name) -> tuple[str, Any]:
    for collection, draw in children.items():
        if collection.lower() == name.collection.lower():
            return collection, draw
    raise Refusal(404, "InvalidResourceType", f"{name.kind} has no {name.collection}.")


def _check_namespace(namespace: str) -> None:
    if namespace.lower() != NAMESPACE.lower():
        words = f"The resource namespace '{namespace}' is invalid."
        raise Refusal(404, "InvalidResourceNamespace", words)


def _forbidden(method: str, path: str, principal: Principal) -> Refusal:
    act = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
    after = path.partition("/providers/")[2].split("/")
    types = "/".join([after[0], *after[1::2]]) if after[0] else "Microsoft.Resources/subscriptions"
    return Refusal(
        403,
        "AuthorizationFailed",
        f"The client '{principal.client}' with object id '{principal.object}' does not have authorization to "
        f"perform action '{types}/{act.get(method, 'action')}' over scope '{path}' or the scope is invalid. If "
        "access was recently granted, please refresh your credentials.",
    )


def _fail(fault: Fault, request: Request, principal: Principal) -> None:
    """Raises Refusal as the fault says."""
    wait = retry_after(fault.seconds)
    if fault.kind == "throttled":
        words = "The request is being throttled as the limit has been reached for operation type."
        raise Refusal(429, "TooManyRequests", words, wait)
    if fault.kind == "unavailable":
        words = "The service is temporarily unavailable. Please retry after some time."
        raise Refusal(503, "ServiceUnavailable", words, wait)
    if fault.kind == "busy":
        raise busy(request.path)
    if fault.kind == "forbidden":
        raise _forbidden(request.method, request.path, principal)
    if fault.kind == "not-found":
        raise Refusal(404, "ResourceNotFound", f"The Resource '{request.path}' was not found.")


def _break(environ: Any) -> None:
    """Break the connection with a reset. Raises ConnectionResetError, which ends the request."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with socket.socket() as dead:
        # The descriptor stays taken, so that what still holds it meets nobody else's connection.
        os.dup2(dead.fileno(), connection.fileno())
    raise ConnectionResetError("as was asked for")


_LINKS = "privateEndpointConnections"
_SUB = r"/subscriptions/(?P<subscription>[^/]+)"
_GROUPS = rf"{_SUB}/resourceGroups"
_GROUP = rf"{_GROUPS}/(?P<group>[^/]+)"
_NET = r"/providers/Microsoft\.Network"
_ANY = rf"{_SUB}(?:/resourceGroups/(?P<group>[^/]+))?{_NET}"
_PLACE = rf"{_ANY}/locations/(?P<location>[^/]+)"
_KIND = r"/(?P<kind>[^/]+)"
_ONE = rf"{_GROUP}{_NET}{_KIND}/(?P<name>[^/]+)"
_SERVICE = rf"{_GROUP}{_NET}/privateLinkServices/(?P<name>[^/]+)/{_LINKS}"

_TABLE: tuple[tuple[str, dict[str, Handler]], ...] = (
    ("/subscriptions", {"GET": Arm.subscriptions}),
    ("/tenants", {"GET": Arm.tenants}),
    (_SUB, {"GET": Arm.subscription}),
    (rf"{_SUB}/locations", {"GET": Arm.locations}),
    (rf"{_SUB}/providers(?:/(?P<namespace>[^/]+))?", {"GET": Arm.providers}),
    (
        rf"{_SUB}/providers/(?P<namespace>[^/]+)/(?P<act>register|unregister)",
        {"POST": Arm.register},
    ),
    (_GROUPS, {"GET": Arm.groups}),
    (
        _GROUP,
        {
            "GET": Arm.group,
            "HEAD": Arm.has_group,
            "PUT": Arm.put_group,
            "PATCH": Arm.patch_group,
            "DELETE": Arm.delete_group,
        },
    ),
    (rf"{_SUB}(?:/resourceGroups/(?P<group>[^/]+))?/resources", {"GET": Arm.resources}),
    (rf"{_PLACE}/operations/(?P<id>[^/]+)", {"GET": Arm.operation}),
    (rf"{_PLACE}/operationResults/(?P<id>[^/]+)", {"GET": Arm.operation_result}),
    (rf"{_PLACE}/checkPrivateLinkServiceVisibility", {"POST": Arm.visibility}),
    (rf"{_PLACE}/autoApprovedPrivateLinkServices", {"GET": Arm.approved}),
    (_SERVICE, {"GET": Arm.links}),
    (rf"{_SERVICE}/(?P<link>[^/]+)", {"GET": Arm.link, "PUT": Arm.link, "DELETE": Arm.link}),
    (
        rf"{_GROUP}{_NET}/privateEndpoints/(?P<name>[^/]+)/privateDnsZoneGroups",
        {"GET": Arm.zone_groups},
    ),
    (rf"{_ANY}{_KIND}", {"GET": Arm.list}),
    (_ONE, {"GET": Arm.get, "PUT": Arm.put, "PATCH": Arm.patch, "DELETE": Arm.delete}),
    (rf"{_ONE}/(?P<collection>[^/]+)", {"GET": Arm.parts}),
    (
        rf"{_ONE}/(?P<collection>[^/]+)/(?P<child>[^/]+)",
        {"GET": Arm.part, "PUT": Arm.put_part, "DELETE": Arm.delete_part},
    ),
)
_ROUTES = tuple((re.compile(path, re.IGNORECASE), methods) for path, methods in _TABLE)
