"""Azure Resource Manager, as far as Private Link needs it: a WSGI application over a :class:`.store.Store`.

Paths are ARM's own and case does not matter in them. Every request needs ``api-version`` and a token of
:mod:`.tokens`, whose own addresses are served beside.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from providers.sandbox.azure.addresses import ROUTES
from providers.sandbox.azure.estate import Json, Refusal, new_guid
from providers.sandbox.azure.faults import Fault, Faults
from providers.sandbox.azure.handlers import Answer, Call, Handlers
from providers.sandbox.azure.operations import retry_after
from providers.sandbox.azure.permissions import action_of, check, forbidden, needs
from providers.sandbox.azure.store import Store, busy
from providers.sandbox.azure.tokens import Principal, Tokens

OURS = ("subscriptions", "tenants", "providers")
"""The first parts of ARM's paths; everything else is the sign-in's."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what was answered: ``sent`` is the request's body as text, ``body`` the answer's."""

    method: str
    path: str
    sent: str
    status: int
    body: Json | None
    headers: Mapping[str, str]


class Arm:
    """The API and its sign-in."""

    def __init__(self, store: Store, tokens: Tokens, faults: Faults) -> None:
        self.store = store
        self.estate = store.estate
        self.tokens = tokens
        self.faults = faults
        self.handlers = Handlers(store)
        self.roles: dict[str, Collection[str]] = {}
        """Tenant → the actions that its people have; who is not in it may do everything."""
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
        for pattern, methods in ROUTES:
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
            call = self._call(request, principal)
            role = self.roles.get(principal.tenant)
            if role is not None:
                check(role, needs(request.method, request.path, call.body), principal)
            return handler(self.handlers, call, parts)
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
            request.args.to_dict(),
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
            raise forbidden(action_of(request.method, request.path), request.path, principal)


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
        raise forbidden(action_of(request.method, request.path), request.path, principal)
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
