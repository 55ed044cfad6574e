"""Prove, from this machine, that names lead to private addresses and that these answer.

What a name leads to is asked of a :data:`Resolver`: the system's, or one that is handed in (a rehearsal's
names lead to listeners of its own). Every other stage is the same.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from core.cloud import CloudError, Hop, ProbeReport, ProbeResult, ProbeTarget
from providers.loopback import is_loopback

RESOLVER_VARIABLE = "PRIVATELINK_RESOLVER"
"""Names the URL of a rehearsal's resolver, so that another process can prove bytes against it."""

_PRIVATE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""Private addresses: RFC 1918, 6598 and 4193. A network's own CIDRs count as private too."""
SETTLE = 0.25
"""Seconds that a new connection must stay open to count as one."""
_HOSTNAME_MISMATCH = 62  # X509_V_ERR_HOSTNAME_MISMATCH
_IP_MISMATCH = 64  # X509_V_ERR_IP_ADDRESS_MISMATCH
_ANSWER_LIMIT = 65536


class Unresolved(Exception):
    """A name leads nowhere; the words say why."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a name leads.

    ``addresses`` is what is shown and judged. ``connect_to`` is where to connect in place of them.
    ``place`` and ``inside`` say where the probe counts as made from, if not from this machine's address.
    ``greeting`` is what the service must send first; empty where nothing is known of it.
    """

    addresses: tuple[str, ...]
    connect_to: tuple[str, int] | None = None
    place: str = ""
    inside: bool | None = None
    greeting: bytes = b""


Resolver = Callable[[str, int], Route]
"""(host, port) → where it leads. Raises Unresolved."""


def system_resolver(host: str, port: int) -> Route:
    """What this machine's resolver says (``getaddrinfo``)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Unresolved(_words(error)) from error
    return Route(tuple(dict.fromkeys(str(item[4][0]) for item in found)))


def resolver_from(environ: Mapping[str, str]) -> Resolver | None:
    """The resolver that ``PRIVATELINK_RESOLVER`` names, or None. Raises CloudError ``invalid``."""
    url = environ.get(RESOLVER_VARIABLE)
    return http_resolver(url) if url else None


def http_resolver(url: str, timeout: float = 5.0) -> Resolver:
    """Ask a rehearsal over HTTP: ``GET url?host=…&port=…``.

    200 answers ``{"addresses": ["10.0.1.5"], "connect": ["127.0.0.1", 40123], "place": "…", "inside": true,
    "greeting": "…"}`` (the last three may be missing), 404 ``{"error": "…"}``. Both the URL and the
    connection must be on this machine's loopback: the variable cannot make a probe lie about another host.

    Raises CloudError ``invalid`` for a URL that is none or leads elsewhere.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        fits = parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        fits = False
    if not fits:
        raise CloudError(
            "invalid",
            f"{RESOLVER_VARIABLE} is no address on this machine: {url}",
            f"Unset {RESOLVER_VARIABLE}, or set it to what `privatelink sandbox` printed.",
        )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def resolve(host: str, port: int) -> Route:
        query = urllib.parse.urlencode({"host": host, "port": port})
        try:
            with opener.open(f"{url}{'&' if parts.query else '?'}{query}", timeout=timeout) as answer:
                return _route(answer.read(_ANSWER_LIMIT))
        except urllib.error.HTTPError as error:
            raise Unresolved(_refusal(error.read(_ANSWER_LIMIT)) or _words(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unresolved(f"the rehearsal's resolver does not answer: {_words(error)}") from error

    return resolve


def _refusal(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("error", "")) if isinstance(told, dict) else ""


def _route(body: bytes) -> Route:
    try:
        match json.loads(body):
            case {"addresses": [*addresses], "connect": [str(host), int(port)], **rest}:
                if not is_loopback(host):
                    raise Unresolved(f"the rehearsal's resolver leads off this machine, to {host}")
                inside = rest.get("inside")
                return Route(
                    addresses=tuple(str(ip_address(str(address))) for address in addresses),
                    connect_to=(host, port),
                    place=str(rest.get("place", "")),
                    inside=inside if isinstance(inside, bool) else None,
                    greeting=str(rest.get("greeting", "")).encode(),
                )
    except ValueError as error:
        raise Unresolved("the rehearsal's resolver answered something unknown") from error
    raise Unresolved("the rehearsal's resolver answered something unknown")


@dataclass(frozen=True, slots=True)
class _Attempt:
    result: ProbeResult
    place: str = ""
    inside: bool | None = None
    local: str = ""


def probe(
    targets: Iterable[ProbeTarget],
    inside: Iterable[str],
    *,
    resolve: Resolver = system_resolver,
    timeout: float = 5.0,
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ProbeReport:
    """Try every target at once: resolve, connect to each address, read the greeting and shake hands where
    asked.

    ``inside`` are the network's CIDRs, ``timeout`` the seconds that each connection may take, ``tls`` the
    trust to judge certificates by (default: the system's). Does not raise: what fails is a hop that says so.
    """
    wanted = tuple(targets)
    nets = tuple(inside)
    context = tls or ssl.create_default_context()
    if not wanted:
        return ProbeReport("this machine", False, ())
    with ThreadPoolExecutor(min(len(wanted), 32), thread_name_prefix="probe") as pool:
        attempts = list(
            pool.map(lambda target: _attempt(target, nets, resolve, timeout, context, clock), wanted)
        )
    told = next((attempt for attempt in attempts if attempt.place), None)
    local = next((attempt.local for attempt in attempts if attempt.local), "")
    if told is not None:
        place, at_home = told.place, bool(told.inside)
    else:
        at_home = bool(local) and _within(local, nets)
        place = f"this machine, {local}" if local else "this machine"
        # Another network may use the same addresses: a person has to see what "inside" was read from.
        place += ", in your network by its address" if at_home else ""
    return ProbeReport(place, at_home, tuple(attempt.result for attempt in attempts))


def _attempt(
    target: ProbeTarget,
    inside: tuple[str, ...],
    resolve: Resolver,
    timeout: float,
    context: ssl.SSLContext,
    clock: Callable[[], float],
) -> _Attempt:
    try:
        route = resolve(target.host, target.port)
    except Unresolved as error:
        return _Attempt(ProbeResult(target, False, (), (Hop("resolve", False, str(error)),)))
    strangers = [address for address in route.addresses if not _is_private(address, inside)]
    named = ", ".join(route.addresses) or "no address"
    if route.addresses == (target.host,):
        named = "given as an address"
    if strangers:
        named += f"; not private: {', '.join(strangers)} (the name does not lead to the endpoint)"
    hops = [Hop("resolve", bool(route.addresses) and not strangers, named)]
    places = (
        [(*route.connect_to, f"{route.addresses[0] if route.addresses else target.host}")]
        if route.connect_to
        else [(address, target.port, address) for address in route.addresses]
    )
    if not hops[0].ok:
        return _Attempt(ProbeResult(target, False, route.addresses, tuple(hops)), route.place, route.inside)
    with ThreadPoolExecutor(len(places)) as pool:
        tries = list(pool.map(lambda place: _connect(place, target.port, timeout, clock), places))
    hops.extend(item.hop for item in tries)
    reached = next(((place, item) for place, item in zip(places, tries, strict=True) if item.hop.ok), None)
    local = next((item.local for item in tries if item.local), "")
    if reached is None:
        return _Attempt(
            ProbeResult(target, False, route.addresses, tuple(hops)), route.place, route.inside, local
        )
    (host, port, _), first = reached
    proved = True
    if route.greeting:
        hops.append(_greeting((host, port), route.greeting, timeout))
        proved = hops[-1].ok
    elif first.first_words is not None:
        hops.append(first.first_words)
        proved = first.first_words.ok
    if target.tls:
        hops.append(_shake_hands((host, port), target.host, timeout, context))
    result = ProbeResult(target, proved, route.addresses, tuple(hops), first.seconds)
    return _Attempt(result, route.place, route.inside, local)


@dataclass(frozen=True, slots=True)
class _Try:
    hop: Hop
    local: str
    seconds: float
    first_words: Hop | None = None


def _connect(place: tuple[str, int, str], port: int, timeout: float, clock: Callable[[], float]) -> _Try:
    host, real_port, shown = place
    begun = clock()
    try:
        with socket.create_connection((host, real_port), timeout) as connection:
            seconds = clock() - begun
            local = str(connection.getsockname()[0])
            words = _first_words(connection)
    except OSError as error:
        return _Try(Hop("connect", False, f"{shown} port {port}: {_words(error)}"), _source(host), 0.0)
    return _Try(
        Hop("connect", True, f"{shown} port {port} in {seconds * 1000:.0f} ms"), local, seconds, words
    )


def _first_words(connection: socket.socket) -> Hop | None:
    """What the service does when nobody speaks: greet, wait (most do; then nothing is told), or hang up,
    which proves no more than a refusal.
    """
    connection.settimeout(SETTLE)
    try:
        got = connection.recv(4096)
    except TimeoutError:
        return None
    except OSError as error:
        return Hop("bytes", False, f"the connection was cut at once: {_words(error)}")
    if not got:
        return Hop("bytes", False, "the connection was closed at once, without a byte")
    return Hop("bytes", True, f"the service spoke first: {len(got)} bytes")


def _source(host: str) -> str:
    """The address this machine would use towards ``host``; connecting a datagram socket sends nothing."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            datagrams.connect((host, 9))
            return str(datagrams.getsockname()[0])
    except OSError:
        return ""


def _greeting(place: tuple[str, int], expected: bytes, timeout: float) -> Hop:
    got = b""
    try:
        with socket.create_connection(place, timeout) as connection:
            while len(got) < len(expected) and (more := connection.recv(len(expected) - len(got))):
                got += more
    except OSError as error:
        if got:
            return Hop("bytes", False, f"{len(got)} of {len(expected)} bytes came through: {_words(error)}")
        return Hop("bytes", False, f"nothing came through: {_words(error)}")
    if got != expected:
        return Hop("bytes", False, f"{len(got)} of {len(expected)} bytes came through, or others")
    return Hop("bytes", True, f"{len(got)} bytes came through")


def _shake_hands(place: tuple[str, int], host: str, timeout: float, context: ssl.SSLContext) -> Hop:
    try:
        with (
            socket.create_connection(place, timeout) as connection,
            context.wrap_socket(connection, server_hostname=host) as secure,
        ):
            return Hop("tls", True, f"{secure.version()}, the certificate is valid for {host}")
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in (_HOSTNAME_MISMATCH, _IP_MISMATCH):
            return Hop(
                "tls",
                True,
                f"the certificate is for another name than {host}; clients must be told the name in it "
                "(the endpoint's own name is never in a service's certificate)",
            )
        return Hop("tls", False, f"the certificate is not trusted: {error.verify_message}")
    except (OSError, ValueError) as error:
        return Hop("tls", False, f"no handshake: {_words(error)}")


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time (a closed security group or network ACL looks like this)"
    if isinstance(error, ConnectionRefusedError):
        return "refused (nothing listens there)"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


def _within(address: str, cidrs: Iterable[str]) -> bool:
    try:
        there = ip_address(address.partition("%")[0])
        return any(there in ip_network(cidr, strict=False) for cidr in cidrs)
    except ValueError:
        return False


def _is_private(address: str, inside: Iterable[str]) -> bool:
    try:
        there = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(there in net for net in _PRIVATE) or _within(address, inside)
