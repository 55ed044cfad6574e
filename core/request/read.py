"""Read a request file: any bytes in, a draft and the problems of its shape out. Never an exception.

A field of the wrong shape is left out of the draft and told; everything else is kept, so that the problems
of shape and those of the rules can be shown together (:func:`check_reading`).
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import BaseModel

from core.request.model import (
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
    Problem,
)
from core.request.offer import Offer
from core.request.rules import PUBLISHED, check, ordered
from core.text import excerpt, quoted

MAX_BYTES = 1 << 20
"""Bytes of a request file at the most."""
MAX_SERVICES = 200
MAX_ITEMS = 1000
MAX_UNKNOWN_KEYS = 20
MAX_DIGITS = 18
MAX_DOTS = 8

_ABSENT = frozenset({"required", "targets-missing"})
_LOOK_AT_SAMPLE = "Correct that place in the file; README shows a whole request file."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request file says. ``problems`` are those of its shape only, all of them errors."""

    draft: Draft
    problems: tuple[Problem, ...]

    @property
    def unusable(self) -> bool:
        """Whether the file could not be read at all, so that ``draft`` says nothing."""
        return any(problem.code.startswith("file-") for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Unusable:
    """A value that JSON's grammar lets through and that nothing can be done with."""

    what: str


_HUGE = _Unusable("a huge number")


class _Object(dict[str, object]):
    """A JSON object that remembers which of its keys came twice."""

    repeated: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Problems:
    """Collects problems while the file's values are walked."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, path: str, message: str, remedy: str) -> None:
        self.found.append(Problem(code, path, "error", message, remedy))


def read(data: bytes, name: str) -> Reading:
    """Read a request file's bytes. The ending of ``name`` tells the format (.toml, .json), else they do."""
    problems = _Problems()
    root = _parse(data, name, problems)
    draft = Draft() if root is None else _draft(root, problems)
    return Reading(draft, tuple(problems.found))


def check_reading(reading: Reading, offer: Offer = PUBLISHED) -> tuple[Problem, ...]:
    """Every problem of a request file: those of its shape and those of the rules.

    What could not be read is told once: the rules do not add that it is missing. A file that could not be
    read at all has the problem that says so and no other.
    """
    if reading.unusable:
        return reading.problems
    broken = {problem.field for problem in reading.problems if problem.code != "unknown-key"}
    with_broken_parts = {above for path in broken for above in _above(path)}
    kept = (
        problem
        for problem in check(reading.draft, offer)
        if broken.isdisjoint((problem.field, *_above(problem.field)))
        and not (problem.code in _ABSENT and problem.field in with_broken_parts)
    )
    return ordered((*reading.problems, *kept))


def _above(path: str) -> tuple[str, ...]:
    """The paths that contain ``path``: ``services`` and ``services.0`` for ``services.0.port``."""
    parts = path.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts)))


def _parse(data: bytes, name: str, problems: _Problems) -> Mapping[str, object] | None:
    if len(data) > MAX_BYTES:
        problems.add(
            "file-too-large",
            "",
            f"the file has {len(data):,} bytes; a request file has at most {MAX_BYTES:,}",
            "Name the right file: a request takes about a kilobyte.",
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(
            "file-not-utf8",
            "",
            f"the file is not UTF-8 text: byte {error.start} (line {line}) is 0x{data[error.start]:02x}",
            "Save the file as UTF-8.",
        )
        return None
    kind = _format(text, name)
    try:
        return _from_json(text, problems) if kind == "JSON" else _from_toml(text, problems)
    except RecursionError:
        _too_deep(problems, "the file's tables or lists are nested too deeply")
        return None


def _format(text: str, name: str) -> Literal["JSON", "TOML"]:
    ending = name.lower().rpartition(".")[2]
    if ending in ("json", "toml"):
        return "JSON" if ending == "json" else "TOML"
    return "JSON" if text.lstrip()[:1] == "{" else "TOML"


def _too_deep(problems: _Problems, message: str) -> None:
    problems.add("file-too-deep", "", message, _LOOK_AT_SAMPLE)


def _syntax(problems: _Problems, message: str) -> None:
    problems.add("file-syntax", "", message, _LOOK_AT_SAMPLE)


_TOML_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
_DIGITS = re.compile(r"[0-9_]++")


def _without_texts(text: str) -> str:
    """TOML with strings and comments replaced by one letter; line numbers stay."""
    return _TOML_TEXT.sub(lambda found: "q" + "\n" * found[0].count("\n"), text)


def _from_toml(text: str, problems: _Problems) -> Mapping[str, object] | None:
    # tomllib takes quadratic time for a key of many dotted parts: refuse such lines before it sees them.
    for number, line in enumerate(_without_texts(text).split("\n"), start=1):
        if line.count(".") > MAX_DOTS:
            _too_deep(problems, f"line {number} has a key of too many dotted parts")
            return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        last = text.count("\n") + 1
        words = str(error).replace("at end of document", f"at the end of the file, line {last}")
        _syntax(problems, f"the file is not valid TOML: {excerpt(words, 200)}")
    except ValueError:
        # The one other complaint is Python's own, about a number of thousands of digits.
        longest = max(_DIGITS.finditer(text), key=lambda run: len(run[0]))
        place = text.count("\n", 0, longest.start()) + 1
        _syntax(problems, f"the file holds a number of {len(longest[0]):,} digits (line {place})")
    return None


def _from_json(text: str, problems: _Problems) -> Mapping[str, object] | None:
    try:
        root: object = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=lambda digits: int(digits) if len(digits) <= MAX_DIGITS else _HUGE,
            parse_constant=lambda word: _Unusable(word),
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        _syntax(problems, f"the file is not valid JSON: {error.msg} ({place})")
        return None
    if isinstance(root, dict):
        return root
    _syntax(problems, f"the file's outermost value is {_kind(root)}, not an object (line 1, column 1)")
    return None


def _pairs(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        made.repeated = frozenset(key for key, count in counts.items() if count > 1)
    return made


def _kind(value: object) -> str:
    match value:
        case _Unusable(what):
            return what
        case bool():
            return "true or false"
        case int():
            return "a number"
        case float():
            return "a number with a fraction"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case None:
            return "nothing"
        case _:
            return "a date or time"


def _draft(root: Mapping[str, object], problems: _Problems) -> Draft:
    tables = dict(_known(root, "", tuple(Draft.model_fields), problems))
    return Draft(
        project=_part(DraftProject, tables.get("project"), "project", problems),
        cloud=_part(DraftCloud, tables.get("cloud"), "cloud", problems),
        connection=_part(DraftConnection, tables.get("connection"), "connection", problems),
        services=tuple(_services(tables.get("services"), problems)),
    )


def _services(value: object, problems: _Problems) -> Iterator[DraftService]:
    if value is None:
        return
    if not isinstance(value, list):
        _wrong_type(value, "services", "a list of tables", "Begin each service with [[services]].", problems)
        return
    for index, entry in enumerate(_short(value, MAX_SERVICES, "services", problems)):
        # A service that can't be read keeps its place, so that the paths of the others stay right.
        path = f"services.{index}"
        if entry is None:
            _wrong_type(entry, path, "a table", _LOOK_AT_SAMPLE, problems)
        yield _part(DraftService, entry, path, problems)


_Part = TypeVar("_Part", bound=BaseModel)


def _part(model: type[_Part], value: object, path: str, problems: _Problems) -> _Part:
    """One table of the file as its model, with what has the wrong shape left out."""
    if value is None:
        return model()
    if not isinstance(value, dict):
        _wrong_type(value, path, "a table", _LOOK_AT_SAMPLE, problems)
        return model()
    kept: dict[str, object] = {}
    for key, item in _known(value, path, tuple(model.model_fields), problems):
        read_item = _READERS[model.model_fields[key].annotation]
        if item is not None and (usable := read_item(item, f"{path}.{key}", problems)) is not None:
            kept[key] = usable
    return model.model_validate(kept)


def _known(
    table: Mapping[str, object], path: str, names: tuple[str, ...], problems: _Problems
) -> Iterator[tuple[str, object]]:
    """The entries of a table that mean something; tells the others."""
    repeated = table.repeated if isinstance(table, _Object) else frozenset[str]()
    strange = [key for key in table if key not in names]
    for key in strange[:MAX_UNKNOWN_KEYS]:
        near = difflib.get_close_matches(key[:60].lower(), names, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        place = f"in [{path}]" if path else "at the top of the file"
        problems.add(
            "unknown-key",
            _join(path, excerpt(key, 40)),
            f"{quoted(key, 40)} {place} means nothing",
            f"{hint}Rename or remove it; known are: {', '.join(names)}.",
        )
    if len(strange) > MAX_UNKNOWN_KEYS:
        problems.add(
            "unknown-key",
            path,
            f"{len(strange) - MAX_UNKNOWN_KEYS:,} more keys mean nothing",
            f"Remove them; known are: {', '.join(names)}.",
        )
    for key in names:
        if key in repeated:
            problems.add(
                "duplicate-key",
                _join(path, key),
                f"{key} is given more than once",
                "Keep the one that is right and remove the others.",
            )
        elif key in table:
            yield key, table[key]


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _wrong_type(value: object, path: str, wanted: str, remedy: str, problems: _Problems) -> None:
    problems.add("wrong-type", path, f"{path} is {_kind(value)}, not {wanted}", remedy)


def _short(values: list[object], most: int, path: str, problems: _Problems) -> list[object]:
    if len(values) > most:
        problems.add(
            "list-too-long",
            path,
            f"{path} has {len(values):,} entries; at most {most:,} are read",
            f"Keep {most:,} at most.",
        )
    return values[:most]


def _text(value: object, path: str, problems: _Problems) -> str | None:
    if not isinstance(value, str):
        _wrong_type(value, path, "text", _quote_remedy(value, path), problems)
        return None
    try:
        value.encode()
    except UnicodeEncodeError as error:
        problems.add(
            "broken-text",
            path,
            f"{path} holds half a character (a lone surrogate) at position {error.start}: {quoted(value)}",
            "Type the value again.",
        )
        return None
    return value


def _quote_remedy(value: object, path: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**MAX_DIGITS:
        return "Write it as text, in double quotes."
    if path == "cloud.account":
        return (
            f'Put it in double quotes: "{value:012d}". Without them leading zeros are lost: '
            "compare all 12 digits with your account's."
        )
    return f'Put it in double quotes: "{value}".'


def _number(value: object, path: str, problems: _Problems) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 10**MAX_DIGITS:
            return value
        value = _HUGE
    digits = value.strip() if isinstance(value, str) else ""
    fine = digits.isascii() and digits.isdigit() and len(digits) <= 5
    remedy = f"Write {int(digits)}, without quotes." if fine else "Write a whole number from 1 to 65535."
    _wrong_type(value, path, "a whole number", remedy, problems)
    return None


def _texts(value: object, path: str, problems: _Problems) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        _wrong_type(value, path, "a list of texts", "Put it in brackets, each entry in quotes.", problems)
        return None
    read_all = [
        _text(entry, f"{path}.{index}", problems)
        for index, entry in enumerate(_short(value, MAX_ITEMS, path, problems))
    ]
    return tuple(entry for entry in read_all if entry is not None)


_READERS: Mapping[object, Callable[[object, str, _Problems], object]] = {
    str | None: _text,
    int | None: _number,
    tuple[str, ...]: _texts,
}
"""How a field is read, by its type in the model."""
