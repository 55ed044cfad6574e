"""Who signs in: a token endpoint like Microsoft Entra's, for one service principal and one person a tenant.

Tokens look like Entra's (JSON Web Tokens with ``tid``, ``oid`` and ``appid``), but nobody checks their
signature: the emulator knows the tokens that it gave.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from providers.sandbox.azure.estate import Json, new_guid

LIFETIME = 3600
DEVICE_SECONDS = 900
SHARED_TENANTS = ("common", "organizations", "consumers")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class Principal:
    """A service principal with its secret, and the person who shares its rights. One a tenant."""

    tenant: str
    client: str
    secret: str
    object: str
    person: str


def principal(tenant: str, person: str) -> Principal:
    """A new one. ``person`` is the user's name."""
    return Principal(tenant, new_guid(), secrets.token_urlsafe(24), new_guid(), person)


class Denied(Exception):
    """Entra says no: an HTTP status, an OAuth error code and its description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


@dataclass(slots=True)
class _Device:
    principal: Principal
    user_code: str
    client: str
    scope: str
    begun: float
    decided: bool | None = None


@dataclass(slots=True)
class Tokens:
    """The sign-in. ``sign_in`` tells how long the person with a device code takes; None: until told. ``refuses``:
    the person at the browser's page presses Cancel.
    """

    principals: tuple[Principal, ...]
    sign_in: Callable[[], float | None]
    refuses: bool = False
    clock: Callable[[], float] = time.monotonic
    _issued: dict[str, tuple[Principal, float]] = field(default_factory=dict)
    _refresh: dict[str, tuple[Principal, str]] = field(default_factory=dict)
    _devices: dict[str, _Device] = field(default_factory=dict)
    _codes: dict[str, tuple[Principal, str, str]] = field(default_factory=dict)

    def holder(self, token: str) -> Principal | None:
        """Whose token this is; None for a token that was not given here, or is too old."""
        principal, until = self._issued.get(token, (None, 0.0))
        return principal if self.clock() < until else None

    def revoke(self) -> None:
        """Let every token that was given so far be worth nothing."""
        self._issued.clear()

    def decide(self, user_code: str, allowed: bool = True) -> bool:
        """The person enters the device code, or refuses; whether there is such a code."""
        found = [one for one in self._devices.values() if one.user_code == user_code]
        for one in found:
            one.decided = allowed
        return bool(found)

    def answer(self, request: Request) -> Response:
        """Answer one request of the sign-in."""
        try:
            status, body = 200, self._answer(request)
        except Denied as no:
            status = no.status
            body = {
                "error": no.error,
                "error_description": no.description,
                "error_codes": [],
                "timestamp": "",
                "trace_id": new_guid(),
                "correlation_id": new_guid(),
            }
        if isinstance(body, Response):
            return body
        return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")

    def _answer(self, request: Request) -> Json | Response:
        head, _, rest = request.path.strip("/").partition("/")
        if request.path == "/devicelogin":
            known = self.decide(request.values.get("code", ""))
            return Response(
                "You are signed in." if known else "There is no such code.", 200 if known else 404
            )
        principal = self._principal(head)
        root = f"{request.host_url.rstrip('/')}/{head}"
        if rest.endswith(".well-known/openid-configuration"):
            return _configuration(root, principal.tenant)
        if rest == "oauth2/v2.0/token" and request.method == "POST":
            return self._token(principal, request.form, root)
        if rest == "oauth2/v2.0/devicecode" and request.method == "POST":
            return self._device(principal, request.form, request.host_url)
        if rest == "oauth2/v2.0/authorize":
            return self._authorize(principal, request.args)
        raise Denied(404, "invalid_request", f"AADSTS90002: {request.path} is not known here.")

    def _principal(self, tenant: str) -> Principal:
        if tenant in SHARED_TENANTS:
            return self.principals[0]
        for one in self.principals:
            if one.tenant == tenant:
                return one
        raise Denied(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")

    def _token(self, principal: Principal, form: Mapping[str, str], root: str) -> Json:
        grant, client = form.get("grant_type", ""), form.get("client_id", "")
        scope = form.get("scope", "")
        if grant == "client_credentials":
            if client != principal.client:
                words = (
                    f"AADSTS700016: Application with identifier '{client}' was not found in the directory."
                )
                raise Denied(400, "unauthorized_client", words)
            if form.get("client_secret") != principal.secret and "client_assertion" not in form:
                raise Denied(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
            return self._issue(principal, client, scope, root, person=False)
        if grant in (DEVICE_GRANT, "device_code"):
            device = self._entered(form.get("device_code", ""))
            return self._issue(device.principal, device.client, device.scope, root, person=True)
        if grant == "authorization_code" and form.get("code", "") in self._codes:
            holder, asked, nonce = self._codes.pop(form["code"])
            return self._issue(holder, client, scope or asked, root, person=True, nonce=nonce)
        if grant == "refresh_token" and form.get("refresh_token", "") in self._refresh:
            holder, asked = self._refresh[form["refresh_token"]]
            return self._issue(holder, client, scope or asked, root, person=True)
        raise Denied(400, "invalid_grant", f"AADSTS70000: The grant {grant!r} is not valid here.")

    def _device(self, principal: Principal, form: Mapping[str, str], host: str) -> Json:
        code, user_code = secrets.token_urlsafe(16), secrets.token_hex(4).upper()
        self._devices[code] = _Device(
            principal, user_code, form.get("client_id", ""), form.get("scope", ""), self.clock()
        )
        page = f"{host}devicelogin"
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": page,
            "expires_in": DEVICE_SECONDS,
            "interval": 1,
            "message": f"To sign in, open the page {page} and enter the code {user_code} to authenticate.",
        }

    def _entered(self, code: str) -> _Device:
        device = self._devices.get(code)
        if device is None or self.clock() - device.begun > DEVICE_SECONDS:
            raise Denied(400, "expired_token", "AADSTS70020: The device code has expired.")
        takes = self.sign_in()
        if device.decided is None and takes is not None and self.clock() - device.begun >= takes:
            device.decided = True
        if device.decided is None:
            raise Denied(400, "authorization_pending", "AADSTS70016: The user has not entered the code yet.")
        del self._devices[code]
        if not device.decided:
            raise Denied(400, "authorization_declined", "AADSTS70018: The user declined the sign-in.")
        return device

    def _authorize(self, principal: Principal, query: Mapping[str, str]) -> Response:
        """The page on which a person would sign in: it sends the browser back at once."""
        back, code = query.get("redirect_uri", ""), secrets.token_urlsafe(16)
        if not back.startswith(("http://localhost", "http://127.0.0.1")):
            raise Denied(400, "invalid_request", "AADSTS50011: The redirect URI is not a loopback address.")
        if self.refuses:
            words = "AADSTS65004: User declined to consent to access the app."
            told = {"error": "access_denied", "error_description": words}
        else:
            self._codes[code] = (principal, query.get("scope", ""), query.get("nonce", ""))
            told = {"code": code}
        asked = urlencode({**told, "state": query.get("state", "")})
        return Response(status=302, headers={"Location": f"{back}{'&' if '?' in back else '?'}{asked}"})

    def _issue(
        self, principal: Principal, client: str, scope: str, root: str, *, person: bool, nonce: str = ""
    ) -> Json:
        now = int(time.time())
        claims: Json = {
            "aud": next((one for one in scope.split() if "/" in one), scope).removesuffix("/.default"),
            "iss": f"{root}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "tid": principal.tenant,
            "oid": principal.object,
            "appid": client,
            "sub": principal.object,
            "ver": "2.0",
            "jti": secrets.token_urlsafe(12),
        }
        if person:
            claims |= {
                "upn": principal.person,
                "preferred_username": principal.person,
                "name": principal.person,
            }
        token = _jwt(claims)
        self._issued[token] = (principal, self.clock() + LIFETIME)
        answer: Json = {
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": token,
        }
        if person:
            refresh = secrets.token_urlsafe(24)
            self._refresh[refresh] = (principal, scope)
            uid = {"uid": principal.object, "utid": principal.tenant}
            answer |= {
                "scope": scope,
                "refresh_token": refresh,
                "id_token": _jwt({**claims, "aud": client, **({"nonce": nonce} if nonce else {})}),
                "client_info": _base64(json.dumps(uid).encode()),
            }
        return answer


def _configuration(root: str, tenant: str) -> Json:
    return {
        "issuer": f"{root.rpartition('/')[0]}/{tenant}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "tenant_region_scope": "EU",
    }


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _jwt(claims: Json) -> str:
    head = _base64(json.dumps({"typ": "JWT", "alg": "RS256", "kid": "sandbox"}).encode())
    return f"{head}.{_base64(json.dumps(claims).encode())}.{_base64(secrets.token_bytes(32))}"
