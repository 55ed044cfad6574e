"""Read the vendor's reply: pasted free text in, the service names in it out. Time grows linearly with text.

People paste mail: quoted, wrapped in the middle of a name, as Markdown or HTML, with typographic hyphens and
characters that nobody sees. Names are looked for in the text with all that taken away, and lines joined; the
places where lines ended are remembered, because a name may end where a line does.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from core.request.facts import SERVICE_NAMES
from core.request.identifiers import (
    AWS_REGION_PATTERN,
    AZURE_GROUP_PATTERN,
    AZURE_REGION_PATTERN,
    UUID_PATTERN,
    ServiceName,
    parse_service_name,
)
from core.request.model import Problem
from core.text import excerpt, quoted

MAX_CHARACTERS = 1 << 20

_FIELD = "reply"
_ASK = "Paste Magento's whole reply, or ask in the ticket for the service name."

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_INLINE_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|code|font|wbr|tt|mark|small|sub|sup|o:p)(?:[\s/][^<>]*+)?>", re.IGNORECASE
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|pre|table|tbody|thead|tr|td|th|blockquote|h[1-6]|html|head|body)"
    r"(?:[\s/][^<>]*+)?>",
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_HYPHEN = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_ESCAPED = re.compile(r"\\([-._/()])")
_QUOTED_PRINTABLE_WRAP = re.compile(r"=\n")

_AWS = re.compile(
    rf"com\.amazonaws\.vpce\.{AWS_REGION_PATTERN}\.vpce-svc-([0-9a-f]{{1,200}}+)", re.IGNORECASE
)
_AWS_ID = re.compile(r"vpce-svc-[0-9a-f]{3,32}", re.IGNORECASE)
_ALIAS = re.compile(
    rf"\.{UUID_PATTERN}\.{AZURE_REGION_PATTERN}\.azure\.privatelinkservice", re.IGNORECASE | re.ASCII
)
_RESOURCE = re.compile(
    rf"{AZURE_GROUP_PATTERN}/providers/Microsoft\.Network/privateLinkServices/(?P<name>[\w.-]{{1,80}})",
    re.IGNORECASE,
)
_UUID = re.compile(UUID_PATTERN, re.IGNORECASE | re.ASCII)
_NEAR = 60
"""Characters before a UUID in which words say what it is."""
_OTHER_IDS = ("tenant", "directory", "client", "object", "application", "correlation", "request id", "your ")
_LIST = " ,;&|*-andor\t`\"'()[]"
_ALIAS_PREFIX = 80
_HEX_LENGTHS = (17, 8)
"""How many hexadecimal digits AWS gives its ids, today's first."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says. ``service_names`` are those that can be used, in order, each once; a name for
    another region or cloud is told in ``problems`` only. ``subscriptions`` are Magento's (Azure), in lower
    case: those of the services and those that the text calls so.
    """

    service_names: tuple[str, ...]
    problems: tuple[Problem, ...]
    subscriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Joined:
    """A text without line ends; ``ends`` are the offsets where lines ended, ascending."""

    text: str
    ends: tuple[int, ...]

    def next_end(self, start: int, stop: int) -> int | None:
        """The first line end after ``start`` and before ``stop``."""
        place = bisect_left(self.ends, start + 1)
        return self.ends[place] if place < len(self.ends) and self.ends[place] < stop else None

    def last_end(self, stop: int) -> int:
        """The last line end at or before ``stop``; 0 where there is none."""
        place = bisect_left(self.ends, stop + 1)
        return self.ends[place - 1] if place else 0

    def alone(self, start: int, stop: int) -> bool:
        """Whether what is there is a word of its own: a line ends beside it, or no letter, digit or hyphen is."""
        before = start in (0, self.last_end(start)) or not _in_word(self.text[start - 1])
        after = stop in (len(self.text), self.last_end(stop)) or not _in_word(self.text[stop])
        return before and after


def read_reply(
    text: str,
    platform: str,
    region: str,
    own: str | tuple[str, ...] | None = None,
    account: str | None = None,
) -> Reply:
    """The vendor's service names in a reply, for a customer on ``platform`` in ``region``.

    ``own`` is the customer's own service name, or names: a reply that quotes it does not name it as the vendor's.
    ``account`` is the customer's own subscription, which is none of Magento's either.
    AWS names come back in lower case, Azure's as they were written. Never raises.
    """
    if len(text) > MAX_CHARACTERS:
        return Reply((), (_too_large(len(text)),))
    joined = _join(text)
    found = _unique(
        name
        for _, name in sorted((*_aws(joined), *_aliases(joined), *_resources(joined)), key=lambda one: one[0])
    )
    mine = (own,) if isinstance(own, str) else own or ()
    own_names = frozenset(one.strip().lower() for one in mine)
    names: list[str] = []
    problems: list[Problem] = []
    for name in found:
        problem = _judge(name, platform, region.strip().lower(), own_names)
        if problem is None:
            names.append(name.name)
        else:
            problems.append(problem)
    subscriptions = _subscriptions(joined, names, account or "") if platform == "azure" else ()
    names, doubled = _once_each(names)
    problems.extend(doubled)
    if not names and not any(problem.severity == "error" for problem in problems):
        problems.append(_only_subscriptions() if subscriptions else _nothing(joined, platform, region))
    return Reply(tuple(names), tuple(problems), subscriptions)


def _only_subscriptions() -> Problem:
    return Problem(
        "reply-only-subscription",
        _FIELD,
        "warning",
        "the reply names Magento's subscription, but no service of Magento's yet",
        "Nothing to do for that: the alias or resource id comes in a later reply.",
    )


def _once_each(names: list[str]) -> tuple[list[str], list[Problem]]:
    """The names without the resource id of a service whose alias is there too.

    An alias begins with the service's name ("What is Azure Private Link service", Alias).
    """
    prefixes = {name.split(".")[0].lower(): name for name in names if not name.startswith("/")}
    kept, problems = [], []
    for name in names:
        alias = prefixes.get(name.rpartition("/")[2].lower()) if name.startswith("/") else None
        if alias is None:
            kept.append(name)
            continue
        problems.append(
            Problem(
                "reply-same-service",
                _FIELD,
                "warning",
                f"{excerpt(name, 300)} is taken for the same service as {excerpt(alias, 300)}; one is used",
                "If they are two services, ask in the ticket, and paste the resource id alone.",
            )
        )
    return kept, problems


def _subscriptions(joined: _Joined, names: list[str], account: str) -> tuple[str, ...]:
    """Magento's subscriptions: of the resource ids, and the UUIDs that the words before them call so."""
    parsed = (parse_service_name(name) for name in names)
    found = [name.subscription for name in parsed if name and name.subscription]
    end, called = 0, False
    for one in _UUID.finditer(joined.text):
        if not joined.alone(*one.span()):
            continue
        before = joined.text[max(end, one.start() - _NEAR) : one.start()].lower()
        label = max(before.rfind("subscription"), -1)
        other = max(before.rfind(word) for word in _OTHER_IDS)
        called = label > other or (called and not before.strip(_LIST) and end > 0)
        if called:
            found.append(one[0].lower())
        end = one.end()
    return tuple(dict.fromkeys(one for one in found if one != account.strip().lower()))


def _too_large(length: int) -> Problem:
    return Problem(
        "reply-too-large",
        _FIELD,
        "error",
        f"the text has {length:,} characters; a reply has {MAX_CHARACTERS:,} at most",
        "Paste the part that names Magento's service.",
    )


def _judge(name: ServiceName, platform: str, region: str, own: frozenset[str]) -> Problem | None:
    if name.name.lower() in own:
        service = SERVICE_NAMES["azure" if platform == "azure" else "aws"]
        return Problem(
            "reply-own-service",
            _FIELD,
            "warning",
            f"{excerpt(name.name, 300)} is your own {service}; it is not taken for Magento's",
            "Nothing to do, if the reply only quotes your ticket.",
        )
    if name.platform != platform:
        return Problem(
            "reply-wrong-platform",
            _FIELD,
            "error",
            f"{excerpt(name.name, 300)} is a service of {name.platform}, but your side is on {platform}",
            "Ask in the ticket for a service on your platform: both sides must be on one.",
        )
    if name.region is not None and name.region != region:
        return Problem(
            "reply-wrong-region",
            _FIELD,
            "error",
            f"{excerpt(name.name, 300)} is in {name.region}, but your region is {quoted(region)}",
            "Ask in the ticket for the service in your region: both sides must be in the same one.",
        )
    return None


def _nothing(joined: _Joined, platform: str, region: str) -> Problem:
    only_id = _AWS_ID.search(joined.text) if platform == "aws" else None
    if only_id is not None:
        whole = f"com.amazonaws.vpce.{region}.{only_id[0].lower()}"
        return Problem(
            "reply-no-service-name",
            _FIELD,
            "error",
            f"the reply names {only_id[0]} only, without the region that a whole service name has",
            f"Ask in the ticket whether the service name is {excerpt(whole, 200)}; then paste that.",
        )
    form = (
        "com.amazonaws.vpce.<region>.vpce-svc-…"
        if platform == "aws"
        else "a Private Link Service's resource id or <name>.<guid>.<region>.azure.privatelinkservice"
    )
    return Problem(
        "reply-no-service-name", _FIELD, "error", f"the reply names no service of Magento's: {form}", _ASK
    )


def _join(text: str) -> _Joined:
    """The text as names are looked for in it."""
    plain = _ENTITY.sub(lambda found: html.unescape(found[0]), text.replace("\r\n", "\n"))
    plain = _BLOCK_TAG.sub("\n", _INLINE_TAG.sub("", plain))
    plain = _HYPHEN.sub("-", _UNSEEN.sub("", plain))
    plain = _ESCAPED.sub(r"\1", _QUOTED_PRINTABLE_WRAP.sub("\n", plain))
    pieces: list[str] = []
    ends: list[int] = []
    length = 0
    for line in plain.splitlines():
        piece = line.strip().lstrip("> \t")
        pieces.append(piece)
        length += len(piece)
        ends.append(length)
    return _Joined("".join(pieces), tuple(ends))


def _aws(joined: _Joined) -> Iterator[tuple[int, ServiceName]]:
    text = joined.text
    position = 0
    while found := _AWS.search(text, position):
        start, stop = found.span(1)
        position = end = _end_of_id(joined, start, stop)
        goes_on = end == stop and text[end : end + 1].isalnum() and joined.last_end(end) != end
        name = None if goes_on else parse_service_name(text[found.start() : end])
        if name is not None:
            yield found.start(), name


def _end_of_id(joined: _Joined, start: int, stop: int) -> int:
    """Where the hexadecimal digits of an id end: a line end in between is either inside it or after it.

    Words such as "added" are hexadecimal too, so the lengths that AWS gives decide, else the line end.
    """
    first = joined.next_end(start, stop)
    if first is None:
        return stop
    for length in _HEX_LENGTHS:
        end = start + length
        if end == first or (end > first and end in (stop, joined.last_end(min(end, stop)))):
            return end
    return first


def _aliases(joined: _Joined) -> Iterator[tuple[int, ServiceName]]:
    text = joined.text
    for found in _ALIAS.finditer(text):
        # The name before the first dot has no fixed form: it begins after a blank or where its line does.
        low = max(found.start() - _ALIAS_PREFIX, joined.last_end(found.start() - 1), 0)
        start = found.start()
        while start > low and _in_name(text[start - 1]):
            start -= 1
        name = parse_service_name(text[start : found.end()].lstrip("._-"))
        if name is not None:
            yield start, name


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "-"


def _in_name(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "_.-")


def _resources(joined: _Joined) -> Iterator[tuple[int, ServiceName]]:
    position = 0
    while found := _RESOURCE.search(joined.text, position):
        start, stop = found.span("name")
        end = joined.next_end(start, stop)
        while end is not None and joined.text[end - 1] in "-_":
            end = joined.next_end(end, stop)
        position = end or stop
        name = parse_service_name(joined.text[found.start() : position].rstrip(".-"))
        if name is not None:
            yield found.start(), name


def _unique(names: Iterator[ServiceName]) -> tuple[ServiceName, ...]:
    first: dict[str, ServiceName] = {}
    for name in names:
        first.setdefault(name.name.lower(), name)
    return tuple(first.values())
