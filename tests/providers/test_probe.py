"""Probes against real sockets on this machine's loopback."""

from __future__ import annotations

import json
import pickle
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.cloud import CloudError, Hop, ProbeReport, ProbeTarget
from providers import probe
from providers.probe import Resolver, Route, Unresolved

Talk = Callable[[socket.socket], None]
NAME = "vpce-0abc.vpce-svc-0def.us-west-2.vpce.amazonaws.com"


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(2)


def wait_for_words(connection: socket.socket) -> None:
    connection.recv(1)


def hang_up(connection: socket.socket) -> None:
    pass


def greet(connection: socket.socket) -> None:
    connection.sendall(b"hello")
    connection.recv(1)


def to(port: int, addresses: tuple[str, ...] = ("10.20.0.5",), **more: object) -> Resolver:
    return lambda host, wanted: Route(addresses, ("127.0.0.1", port), **more)  # type: ignore[arg-type]


def stages(hops: tuple[Hop, ...]) -> list[tuple[str, bool]]:
    return [(hop.stage, hop.ok) for hop in hops]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "SETTLE", 0.05)


def one(resolve: Resolver, **more: object) -> ProbeReport:
    target = ProbeTarget("web", NAME, 80, tls=bool(more.pop("with_tls", False)))
    return probe.probe([target], ["10.20.0.0/16"], resolve=resolve, timeout=0.5, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("talk", "greeting", "ok", "hops"),
    [
        (wait_for_words, b"", True, [("resolve", True), ("connect", True)]),
        (greet, b"", True, [("resolve", True), ("connect", True), ("bytes", True)]),
        (greet, b"hello", True, [("resolve", True), ("connect", True), ("bytes", True)]),
        (greet, b"other", False, [("resolve", True), ("connect", True), ("bytes", False)]),
        (hang_up, b"", False, [("resolve", True), ("connect", True), ("bytes", False)]),
        (hang_up, b"hello", False, [("resolve", True), ("connect", True), ("bytes", False)]),
    ],
    ids=["silent", "greets", "expected", "unexpected", "hangs up", "no greeting"],
)
def test_what_the_other_side_does(
    talk: Talk, greeting: bytes, ok: bool, hops: list[tuple[str, bool]]
) -> None:
    with listening(talk) as port:
        (result,) = one(to(port, greeting=greeting)).results
    assert result.ok is ok
    assert stages(result.hops) == hops
    assert result.addresses == ("10.20.0.5",)
    assert result.seconds is not None


def test_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        (result,) = one(to(held.getsockname()[1])).results
    assert not result.ok
    assert result.seconds is None
    assert "refused" in result.hops[-1].detail
    # Shown as the name's own address and port, not as the loopback stand-in.
    assert "10.20.0.5 port 80" in result.hops[-1].detail


def test_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(3)]
        for item in held:
            item.setblocking(False)
            item.connect_ex(("127.0.0.1", port))
        (result,) = one(to(port)).results
        for item in held:
            item.close()
    assert not result.ok
    assert "in time" in result.hops[-1].detail


def test_a_name_that_is_not_known() -> None:
    def nowhere(host: str, port: int) -> Route:
        raise Unresolved("no such name")

    report = one(nowhere)
    (result,) = report.results
    assert stages(result.hops) == [("resolve", False)]
    assert result.hops[0].detail == "no such name"
    assert pickle.loads(pickle.dumps(report)) == report


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".example", "\x00", "[b]"])
def test_the_systems_resolver_never_throws_anything_else(host: str) -> None:
    with pytest.raises(Unresolved, match=r"."):
        probe.system_resolver(host, 80)


@pytest.mark.parametrize(
    ("addresses", "ok"),
    [
        (("10.20.0.5", "192.168.3.4"), True),
        (("172.31.0.1", "fd00::1"), True),
        (("100.64.0.1",), True),
        (("52.94.5.1",), False),
        (("10.20.0.5", "52.94.5.1"), False),
        (("2600:1f14::1",), False),
        (("127.0.0.1",), False),
        ((), False),
    ],
)
def test_only_private_addresses_count(addresses: tuple[str, ...], ok: bool) -> None:
    with listening(wait_for_words) as port:
        (result,) = one(to(port, addresses)).results
    assert result.ok is ok
    assert result.hops[0].ok is ok
    if addresses and not ok:
        assert "not private" in result.hops[0].detail


def test_the_networks_own_ranges_count_as_private() -> None:
    with listening(wait_for_words) as port:
        report = probe.probe(
            [ProbeTarget("web", NAME, 80)], ["52.94.0.0/16"], resolve=to(port, ("52.94.5.1",)), timeout=0.5
        )
    assert report.results[0].ok


def test_every_address_is_tried() -> None:
    with listening(wait_for_words) as port:
        report = probe.probe(
            [ProbeTarget("web", NAME, port)],
            ["127.0.0.0/8"],
            resolve=lambda host, wanted: Route(("127.0.0.1", "127.0.0.2")),
            timeout=0.5,
        )
    (result,) = report.results
    # Nothing listens on the second one: said, and not hidden by the first.
    assert stages(result.hops) == [("resolve", True), ("connect", True), ("connect", False)]
    assert result.ok


@pytest.mark.parametrize(
    ("inside", "at_home"), [(("127.0.0.0/8",), True), (("10.20.0.0/16",), False), ((), False)]
)
def test_the_place_is_this_machines_address(inside: tuple[str, ...], at_home: bool) -> None:
    with listening(wait_for_words) as port:
        report = probe.probe([ProbeTarget("web", NAME, 80)], inside, resolve=to(port), timeout=0.5)
    by = ", in your network by its address" if at_home else ""
    assert report.place == f"this machine, 127.0.0.1{by}"
    assert report.inside is at_home


def test_a_handed_resolver_says_the_place() -> None:
    with listening(wait_for_words) as port:
        report = one(to(port, place="rehearsal: client in vpc-1", inside=True))
    assert (report.place, report.inside) == ("rehearsal: client in vpc-1", True)


def test_targets_go_side_by_side() -> None:
    together = threading.Barrier(8, timeout=5)

    def resolve(host: str, port: int) -> Route:
        together.wait()
        raise Unresolved(host)

    targets = [ProbeTarget("web", f"host{n}", 80) for n in range(8)]
    report = probe.probe(targets, [], resolve=resolve)
    assert [result.target for result in report.results] == targets


def test_nothing_to_probe() -> None:
    assert probe.probe([], []).results == ()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "plain", "ok", "words"),
    [
        ("shop.example", True, False, True, "valid for shop.example"),
        (NAME, True, False, True, "another name"),
        ("shop.example", False, False, False, "not trusted"),
        ("shop.example", True, True, False, "no handshake"),
    ],
    ids=["right name", "other name", "unknown issuer", "no TLS there"],
)
def test_tls(certificate: Path, host: str, trusted: bool, plain: bool, ok: bool, words: str) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        connection.settimeout(2)
        if plain:
            connection.recv(10)
            connection.sendall(b"HTTP/1.0 400 no\r\n\r\n")
            return
        with server.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    trust = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    with listening(talk) as port:
        report = probe.probe(
            [ProbeTarget("web", host, 443, tls=True)], [], resolve=to(port), timeout=1, tls=trust
        )
    (result,) = report.results
    assert result.hops[-1].stage == "tls"
    assert result.hops[-1].ok is ok
    assert words in result.hops[-1].detail
    # Whatever the handshake says: the name led to a private address that answered.
    assert result.ok


class Rehearsal:
    """What a sandbox answers over HTTP."""

    def __init__(self) -> None:
        self.body: bytes = b"{}"
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        rehearsal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                rehearsal.asked.append(parse_qs(urlsplit(self.path).query))
                self.send_response(rehearsal.status)
                self.end_headers()
                self.wfile.write(rehearsal.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/resolve"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    rehearsal = Rehearsal()
    yield rehearsal
    rehearsal.server.shutdown()
    rehearsal.server.server_close()


def test_a_resolver_over_http(rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    resolve = probe.resolver_from({"PRIVATELINK_RESOLVER": rehearsal.url})
    assert resolve is not None
    with listening(greet) as port:
        told = {"addresses": ["10.20.0.5"], "connect": ["127.0.0.1", port], "place": "vpc-1", "inside": True}
        rehearsal.status, rehearsal.body = 200, json.dumps(told).encode()
        report = one(resolve)
    assert rehearsal.asked[-1] == {"host": [NAME], "port": ["80"]}
    assert (report.place, report.inside) == ("vpc-1", True)
    assert report.results[0].ok
    assert report.results[0].hops[-1].stage == "bytes"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b'{"error": "the endpoint is pending"}', "the endpoint is pending"),
        (404, b"<html>", "404"),
        (200, b"not json", "something unknown"),
        (200, b"\xff\xfe", "something unknown"),
        (200, b"[]", "something unknown"),
        (200, b'{"addresses": ["[/]"], "connect": ["127.0.0.1", 1]}', "something unknown"),
        (200, b'{"addresses": ["10.0.0.1"], "connect": ["10.0.0.1", 80]}', "off this machine"),
    ],
)
def test_a_resolver_over_http_that_does_not_lead_anywhere(
    rehearsal: Rehearsal, status: int, body: bytes, words: str
) -> None:
    rehearsal.status, rehearsal.body = status, body
    (result,) = one(probe.http_resolver(rehearsal.url)).results
    assert not result.ok
    assert words in result.hops[0].detail


def test_a_resolver_over_http_that_is_gone() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        (result,) = one(probe.http_resolver(f"http://127.0.0.1:{held.getsockname()[1]}/")).results
    assert "does not answer" in result.hops[0].detail


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "https://127.0.0.1/", "http://evil.example/", "file:///etc/hosts", "x", "http://["],
)
def test_a_resolver_must_be_on_this_machine(url: str) -> None:
    with pytest.raises(CloudError) as raised:
        probe.resolver_from({"PRIVATELINK_RESOLVER": url})
    assert raised.value.code == "invalid"


def test_no_resolver_is_the_systems() -> None:
    assert probe.resolver_from({}) is None


def test_an_address_is_not_told_twice() -> None:
    with listening(wait_for_words) as port:
        (result,) = probe.probe(
            [ProbeTarget("web", "10.20.0.5", 80)], ["10.20.0.0/16"], resolve=to(port), timeout=0.5
        ).results
    assert [hop.detail.partition(" in ")[0] for hop in result.hops] == [
        "given as an address",
        "10.20.0.5 port 80",
    ]
