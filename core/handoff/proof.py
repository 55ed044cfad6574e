"""Proof from elsewhere: the commands a person pastes into a terminal, and what its output proves.

A connection is proved by bytes: the output must show a connection to the name and port, and that the address
behind it is private. Nothing is run here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.cloud import ProbeTarget
from core.export.shell import quote
from core.journal.events import ProbedService
from core.request.identifiers import address, is_private
from core.request.model import Direction, Request
from core.text import excerpt, visible

MAX_CHARACTERS = 1 << 18
MAX_LINE = 2000
SECONDS = 10
"""How long a command tries."""

NOT_THERE = "not in the output"

UNNAMED = "magento-private-endpoint"
"""Stands for the host where only Magento knows it: Azure does not tell a private link service's owner which
address the private endpoint in front of it has.
"""


def commands(direction: Direction, targets: tuple[ProbeTarget, ...], request: Request) -> str:
    """What to paste, and where: into a machine of the VPC (to-magento) or on Magento's side (from-magento).

    Source: the current PrivateLink page, which tests with ``curl -v telnet://`` over ``magento-cloud ssh``.
    Every value is quoted for a POSIX shell, and none can end a comment.
    """
    where = _in_the_network(request) if direction == "to-magento" else _at_magento(request)
    if any(target.host == UNNAMED for target in targets):
        where = (
            *where,
            "# Put the private address of Magento's private endpoint here; Magento knows it.",
            "ENDPOINT=",
        )
    return "\n".join((*where, *(line for target in targets for line in _probe(target)), ""))


def script(targets: tuple[ProbeTarget, ...]) -> str:
    """The same commands as lines for a shell that somebody else opens; none of a target that has no known host."""
    named = (target for target in targets if target.host != UNNAMED)
    return "\n".join((*(line for target in named for line in _probe(target)), ""))


def _in_the_network(request: Request) -> tuple[str, ...]:
    return (f"# Paste this on a machine inside {visible(request.network)}, then copy all that it prints.",)


def _at_magento(request: Request) -> tuple[str, ...]:
    project, environment = quote(visible(request.project_id)), quote(visible(request.environment))
    return (
        "# 1. Open a shell on Magento's side. (magento-cloud environment:checkout only changes the local",
        "#    branch: a test after it runs on your own machine and proves nothing.)",
        f"magento-cloud ssh -p {project} -e {environment}",
        "# 2. Paste the rest there, then copy all that it prints.",
    )


def _probe(target: ProbeTarget) -> Iterator[str]:
    host = visible(target.host)
    yield f"# {visible(target.service)}, port {target.port}"
    if target.host == UNNAMED:
        yield f'curl -v --max-time {SECONDS} "telnet://$ENDPOINT:{target.port}" </dev/null 2>&1'
        return
    yield f"getent ahostsv4 {quote(host)} || dig +short -q {quote(host)}"
    url = shlex.quote(f"telnet://{host}:{target.port}")
    yield f"curl -v --max-time {SECONDS} {url} </dev/null 2>&1"


Key = tuple[str, int]
"""A host in lower case without the last dot, and a port."""


@dataclass(slots=True)
class _Seen:
    """What the output has shown so far: for each host and port the last attempt's outcome.

    ``trying`` is the attempt that the next words without a host are about, ``reason`` why one of its
    addresses did not connect.
    """

    outcomes: dict[Key, tuple[bool, str]] = field(default_factory=dict)
    unresolved: dict[str, str] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    trying: Key | None = None
    reason: str = ""

    def settle(self, host: str, port: str, ok: bool, detail: str) -> None:
        key = _key(host, port)
        self.outcomes[key] = (ok, detail)
        self.unresolved.pop(key[0], None)
        if key == self.trying:
            self.trying = None


def read_output(
    text: str, targets: tuple[ProbeTarget, ...], elsewhere: tuple[str, ...] = ()
) -> tuple[ProbedService, ...]:
    """What a terminal's output says about each target, in the targets' order. Never raises.

    Reads curl (old and new), nc of OpenBSD and Nmap, and bash's ``/dev/tcp``. Where a target was tried more
    than once, the last attempt counts; of a very long text, the end. A connection to an address that is
    not private is no proof. ``elsewhere`` are hosts that are not :data:`UNNAMED`, whoever that is.
    """
    seen = _Seen()
    named = {_key(host, "0")[0] for host in (*elsewhere, *(target.host for target in targets))}
    for line in _lines(text[-MAX_CHARACTERS:]):
        for pattern, take in _PATTERNS:
            if found := pattern.search(line):
                take(seen, found)
                break
    return tuple(_probed(target, seen, named) for target in targets)


def _probed(target: ProbeTarget, seen: _Seen, named: set[str]) -> ProbedService:
    key = _key(target.host, str(target.port))
    if target.host == UNNAMED and key not in seen.outcomes:
        # The last attempt at this port; of a host that another target names, it would prove nothing.
        tried = [one for one in seen.outcomes if one[1] == target.port and one[0] not in named]
        key = tried[-1] if tried else key
    ok, detail = seen.outcomes.get(key) or (False, seen.unresolved.get(key[0], NOT_THERE))
    return ProbedService(service=target.service, host=target.host, port=target.port, ok=ok, detail=detail)


def _key(host: str, port: str) -> Key:
    return host.strip("[]").rstrip(".").lower(), int(port)


_TERMINAL = re.compile(r"\x1b\[[0-?]{0,32}[ -/]{0,4}[@-~]")
_BEGINS = re.compile(r"[*<>{}$#]|curl:|nc:|Ncat:|Connection to|-?bash:|\S{1,64}@|[0-9.]{7,15}\s")


def _lines(text: str) -> Iterator[str]:
    """The lines, each followed by itself with what a terminal of few columns broke off to the next ones."""
    lines = [line.strip("\r")[:MAX_LINE] for line in _TERMINAL.sub("", text).split("\n")]
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        whole = line
        for continued in lines[index + 1 : index + 4]:
            if not continued.strip() or _BEGINS.match(continued):
                break
            whole += continued
        yield line
        if whole != line and _BEGINS.match(line):
            yield whole


_HOST = r"(?P<host>[^\s\"'()\[\]]{1,255})"
_PORT = r"(?P<port>[0-9]{1,5})(?![0-9])"
_ADDRESS = r"\[?(?P<address>[0-9A-Fa-f:.]{2,45})\]?"


def _connected(seen: _Seen, found: re.Match[str]) -> None:
    host, shown = found["host"], found.groupdict().get("address")
    shown = shown or seen.resolved.get(_key(host, "0")[0]) or host
    seen.settle(host, found["port"], *_verdict(shown))


def _verdict(shown: str) -> tuple[bool, str]:
    one = address(shown)
    if one is None:
        return False, "connected, but the output does not show the address: use the curl command"
    if not is_private(one):
        return False, f"connected to {one}, which is not a private address: not through PrivateLink"
    return True, f"connected to {one}"


def _refused(seen: _Seen, found: re.Match[str]) -> None:
    reason = _reason(found["reason"])
    if reason == _VAGUE and seen.reason:
        reason = seen.reason
    seen.settle(found["host"], found["port"], False, reason)


def _address_refused(seen: _Seen, found: re.Match[str]) -> None:
    seen.reason = _reason(found["reason"])


def _reason(words: str) -> str:
    lower = words.lower()
    for sign, meaning in _REASONS:
        if sign in lower:
            return meaning
    return excerpt(words.strip(" :;.()"), 100) or "failed"


_VAGUE = "could not connect"
_REASONS = (
    ("refused", "connection refused"),
    ("timed out", "timed out"),
    ("timeout", "timed out"),
    ("no route", "no route to the host"),
    ("unreachable", "network unreachable"),
    ("couldn't connect", _VAGUE),
    ("could not connect", _VAGUE),
    ("resolve", "the name does not resolve"),
    ("not known", "the name does not resolve"),
)


def _unresolved(seen: _Seen, found: re.Match[str]) -> None:
    host = _key(found["host"], "0")[0]
    seen.unresolved[host] = "the name does not resolve"
    for key in [key for key in seen.outcomes if key[0] == host]:
        del seen.outcomes[key]


def _resolved(seen: _Seen, found: re.Match[str]) -> None:
    seen.resolved[_key(found["host"], "0")[0]] = found["address"]


def _trying(seen: _Seen, found: re.Match[str]) -> None:
    seen.trying = _key(found["host"], found["port"])
    seen.reason = ""


def _begun(seen: _Seen, found: re.Match[str]) -> None:
    seen.reason = ""


def _timed_out(seen: _Seen, found: re.Match[str]) -> None:
    if seen.trying is not None:
        host, port = seen.trying
        seen.settle(host, str(port), False, "timed out")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[_Seen, re.Match[str]], None]], ...] = (
    # curl up to 8.13, then since
    (re.compile(rf"^\* Connected to ?{_HOST} ?\({_ADDRESS}\) ?port ?{_PORT}"), _connected),
    (re.compile(rf"^\* Established connection to ?{_HOST} ?\({_ADDRESS} ?port ?{_PORT}\)"), _connected),
    (
        re.compile(
            rf"^\* connect to {_HOST} port {_PORT} (?:from \S+ port [0-9]+ )?failed:(?P<reason>.{{0,200}})"
        ),
        _address_refused,
    ),
    (re.compile(rf"Failed to connect to {_HOST} port {_PORT}(?P<reason>[^\n]{{0,200}})"), _refused),
    (re.compile(rf"Failed connect to {_HOST}:{_PORT};(?P<reason>[^\n]{{0,200}})"), _refused),
    (re.compile(rf"Could(?: not|n't) resolve host:? '?{_HOST}"), _unresolved),
    (re.compile(r"^\* +Trying "), _begun),
    (re.compile(rf"^\* Host {_HOST}:{_PORT} was resolved"), _trying),
    (re.compile(rf"telnet://{_HOST}:{_PORT}"), _trying),
    (re.compile(r"^(?:\*|curl: \(28\)) +Connection timed out after"), _timed_out),
    # nc of OpenBSD, of Nmap, and the traditional one
    (
        re.compile(rf"^Connection to {_HOST} (?:\({_ADDRESS}\) )?{_PORT} port \[[^\]]{{0,60}}\] succeeded"),
        _connected,
    ),
    (
        re.compile(
            rf"nc: connect to {_HOST} (?:\([^)]{{0,60}}\) )?port {_PORT} \(tcp\) failed:(?P<reason>.*)"
        ),
        _refused,
    ),
    (re.compile(rf"nc: getaddrinfo for host \"{_HOST}\" port"), _unresolved),
    (re.compile(rf"^Ncat: Connected to {_HOST}:{_PORT}"), _connected),
    (re.compile(rf"^{_HOST} \[{_ADDRESS}\] {_PORT} \([^)]{{0,60}}\) open"), _connected),
    # bash, which prints nothing where it connects
    (re.compile(rf"/dev/tcp/{_HOST}/{_PORT}: (?P<reason>[^\n]{{0,200}})"), _refused),
    # getent
    (re.compile(rf"^(?P<address>[0-9.]{{7,15}})\s+(?:STREAM\s+)?{_HOST}\s*$"), _resolved),
)
"""What a line can say, the first that fits, and what to do with it."""
