"""A small Resource Manager over https, which keeps what is put and answers what it is told to.

It judges nothing: what Azure refuses is told to it answer by answer. Behaviors of Azure are the sandbox's.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from providers.sandbox.certificate import pair

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
TENANT = "33333333-3333-4333-8333-333333333333"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop"
NETWORK = f"{GROUP}/providers/Microsoft.Network"

Json = dict[str, Any]


@dataclass
class Answer:
    """What the next requests that match get instead of the usual; ``hang``: nothing, for so many seconds."""

    method: str
    path: str
    status: int = 200
    body: Json | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    hang: float = 0.0


def refusal(code: str, message: str = "no") -> Json:
    return {"error": {"code": code, "message": message}}


@dataclass
class Arm:
    url: str
    ca: str
    resources: dict[str, Json] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    polls: int = 1
    registered: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)
    operations: dict[str, int] = field(default_factory=dict)

    def environ(self, **more: str) -> dict[str, str]:
        return {
            "PRIVATELINK_AZURE_ENDPOINT": self.url,
            "PRIVATELINK_AZURE_CA": self.ca,
            "AZURE_AUTHORITY_HOST": self.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "44444444-4444-4444-8444-444444444444",
            "AZURE_CLIENT_SECRET": "s3cret",
            "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
            **more,
        }

    def empty(self) -> None:
        """Nothing is there, nothing was asked and nothing is to be answered but the usual."""
        with self.lock:
            for kept in (
                self.resources,
                self.answers,
                self.calls,
                self.bodies,
                self.sign_ins,
                self.headers,
                self.hidden,
                self.operations,
            ):
                kept.clear()
            self.polls, self.registered = 1, True

    def put(self, kind: str, name: str, properties: Json, **more: Any) -> str:
        """Put a resource there directly; returns its id."""
        id = f"{NETWORK}/{kind}/{name}"
        row = {"id": id, "name": name, "location": "westus2", "tags": {}, "properties": properties}
        self.resources[id.lower()] = row | more
        return id

    def answer(self, method: str, path: str, **more: Any) -> None:
        self.answers.append(Answer(method, path, **more))

    def asked(self, method: str) -> list[str]:
        return [path for verb, path in self.calls if verb == method]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate goes away in the middle."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    arm: ClassVar[Arm]

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _say(
        self, status: int, body: Json | str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        data = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        kind = "text/html" if isinstance(body, str) else "application/json"
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _serve(self) -> None:
        arm, verb = self.arm, self.command
        path = urlsplit(self.path).path
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        with arm.lock:
            if "/oauth2/" not in path and ".well-known" not in path:
                arm.calls.append((verb, path))
                arm.headers.append(dict(self.headers))
            told = next(
                (one for one in arm.answers if one.method == verb and re.search(one.path, path)), None
            )
            if told:
                told.times -= 1
                if not told.times:
                    arm.answers.remove(told)
        if told:
            if told.hang:
                time.sleep(told.hang)
            self._say(told.status, told.body, told.headers)
            return
        for pattern, act in ROUTES:
            if found := re.fullmatch(pattern, path, re.IGNORECASE):
                with arm.lock:
                    status, body, headers = act(arm, verb, found, raw)
                self._say(status, body, headers)
                return
        self._say(404, refusal("ResourceNotFound", path))

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve


Said = tuple[int, Json | None, dict[str, str]]


def _discovery(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    base = f"{arm.url}/{found[1]}"
    return (
        200,
        {
            "issuer": f"{base}/v2.0",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        },
        {},
    )


def _token(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    form = {name: told[0] for name, told in parse_qs(raw.decode()).items()}
    arm.sign_ins.append(form)
    client = form.get("client_id", "")
    id_token = jwt(
        iss=f"{arm.url}/{TENANT}/v2.0",
        aud=client,
        sub="anna",
        tid=TENANT,
        exp=int(time.time()) + 3600,
        preferred_username="anna@shop",
    )
    body = {
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": jwt(upn="anna@shop"),
        "client_info": part({"uid": "anna", "utid": TENANT}),
        "refresh_token": "r",
        "id_token": id_token,
    }
    return 200, body, {}


def jwt(**claims: object) -> str:
    """A token that nobody signed."""
    return ".".join(part(one) for one in ({"alg": "none"}, claims, {}))


def part(told: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _device(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    return (
        200,
        {
            "user_code": "ABCD",
            "device_code": "d",
            "verification_uri": f"{arm.url}/device",
            "expires_in": 900,
            "interval": 1,
            "message": "go",
        },
        {},
    )


def _subscriptions(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    rows = [
        {"subscriptionId": SUBSCRIPTION, "displayName": "shop"},
        {"subscriptionId": OTHER, "displayName": "lab"},
    ]
    return 200, {"value": rows}, {}


def _subscription(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    return 200, {"subscriptionId": found[1], "displayName": "shop"}, {}


def _locations(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    rows = [
        {"name": "westus2", "displayName": "West US 2", "metadata": {"regionType": "Physical"}},
        {"name": "unitedstates", "displayName": "United States", "metadata": {"regionType": "Logical"}},
    ]
    return 200, {"value": rows}, {}


def _provider(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    state = "Registered" if arm.registered else "Registering" if verb == "POST" else "NotRegistered"
    arm.registered = arm.registered or verb == "POST"
    return 200, {"namespace": "Microsoft.Network", "registrationState": state}, {}


def _visible(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    asked = json.loads(raw)["privateLinkServiceAlias"]
    return 200, {"visible": asked not in arm.hidden}, {}


def _operation(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    id = f"/{found[1]}".lower()
    arm.operations[id] = left = arm.operations.get(id, 0) - 1
    if left > 0:
        return 200, {"status": "InProgress"}, {}
    if id in arm.resources and "provisioningState" in arm.resources[id]["properties"]:
        arm.resources[id]["properties"]["provisioningState"] = "Succeeded"
    return 200, {"status": "Succeeded"}, {}


def _all(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    kind = f"/microsoft.network/{found[1].lower()}/"
    rows = [row for id, row in arm.resources.items() if kind in id and id.rpartition(kind)[2].count("/") == 0]
    return 200, {"value": rows}, {}


def _tags(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    row = arm.resources.get(f"/{found[1]}".lower())
    if row is None:
        return 404, refusal("ResourceNotFound"), {}
    if verb == "PATCH":
        body = json.loads(raw)
        tags = body["properties"]["tags"]
        kept = {name: value for name, value in row["tags"].items() if name not in tags}
        row["tags"] = kept | (tags if body["operation"] == "Merge" else {})
    return 200, {"properties": {"tags": row["tags"]}}, {}


def _connection(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    service = arm.resources.get(found[1].lower())
    rows = service["properties"]["privateEndpointConnections"] if service else []
    row = next((one for one in rows if one["name"] == found[2]), None)
    if row is None:
        return 404, refusal("ResourceNotFound"), {}
    if verb == "PUT":
        row["properties"] |= json.loads(raw)["properties"] | {"provisioningState": "Updating"}
        return 200, row, {}
    if verb == "DELETE":
        rows.remove(row)
        return 204, None, {}
    row["properties"]["provisioningState"] = "Succeeded"
    return 200, row, {}


def _resource(arm: Arm, verb: str, found: re.Match[str], raw: bytes) -> Said:
    id = found[0]
    row = arm.resources.get(id.lower())
    polled = {"Azure-AsyncOperation": f"{arm.url}/operations{id}", "Retry-After": "0"}
    if verb == "PUT":
        body = json.loads(raw)
        arm.bodies.append(json.loads(raw))
        arm.operations[id.lower()] = arm.polls
        made = body | {"id": id, "name": id.rpartition("/")[2]}
        made["properties"]["provisioningState"] = "Updating"
        arm.resources[id.lower()] = made
        return 200 if row else 201, made, polled
    if row is None:
        return 404, refusal("ResourceNotFound", f"The Resource '{id}' was not found."), {}
    if verb == "DELETE":
        del arm.resources[id.lower()]
        arm.operations[id.lower()] = arm.polls
        return 202, None, polled | {"Location": f"{arm.url}/operations{id}"}
    return 200, row, {}


NAME = r"[^/]+"
PREFIX = rf"/subscriptions/{NAME}/resourceGroups/{NAME}/providers/Microsoft\.Network"
ROUTES = (
    (rf"/({NAME})/v2\.0/\.well-known/openid-configuration", _discovery),
    (rf"/{NAME}/oauth2/v2\.0/token", _token),
    (rf"/{NAME}/oauth2/v2\.0/devicecode", _device),
    (r"/subscriptions", _subscriptions),
    (rf"/subscriptions/({NAME})", _subscription),
    (rf"/subscriptions/{NAME}/locations", _locations),
    (rf"/subscriptions/{NAME}/providers/Microsoft\.Network(?:/register)?", _provider),
    (rf"/subscriptions/{NAME}/providers/Microsoft\.Network/locations/{NAME}/checkPrivateLink.*", _visible),
    (r"/operations/(.+)", _operation),
    (rf"/subscriptions/{NAME}/providers/Microsoft\.Network/({NAME})", _all),
    (r"/+(.+)/providers/Microsoft\.Resources/tags/default", _tags),
    (rf"({PREFIX}/privateLinkServices/{NAME})/privateEndpointConnections/({NAME})", _connection),
    (rf"{PREFIX}/{NAME}/{NAME}(?:/subnets/{NAME})?", _resource),
)


@contextmanager
def serve(folder: Path) -> Iterator[Arm]:
    """A Resource Manager of one's own for as long as the block lasts."""
    made = pair(addresses=("127.0.0.1",))
    ca = folder / "ca.pem"
    ca.write_bytes(made.certificate)
    handler = type("Own", (Handler,), {})
    server = Server(("127.0.0.1", 0), handler)
    server.socket = made.context().wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    arm = Arm(f"https://127.0.0.1:{server.server_port}", str(ca))
    handler.arm = arm  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield arm
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
