"""Every regular expression of the core, on text made to be slow: twice as much takes twice as long."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from re import _parser  # type: ignore[attr-defined]  # what re itself reads a pattern with
from typing import Any

import pytest

import core
from tests import tally
from tests.growth import assert_linear

UNITS = (
    *(
        "a",
        "A",
        "0",
        "f",
        ".",
        "-",
        "_",
        " ",
        "\t",
        "\n",
        "/",
        "\\",
        "<",
        ">",
        "&",
        "*",
        "(",
        "[",
        "{",
        "'",
        '"',
        "=",
    ),
    *(
        "é",
        "\u202e",
        "\x1b[",
        "a.",
        "a-",
        "-a",
        ".a",
        "0.",
        "a ",
        " a",
        "a/",
        "<a ",
        "<a",
        "&#",
        "&a",
        "a@",
        "1.1",
    ),
)
"""What is repeated, beside what stands in the pattern itself."""
FAST, FULL = 1 << 12, 1 << 20


Pattern = re.Pattern[str] | re.Pattern[bytes]


def expressions() -> dict[str, Pattern]:
    """Every compiled pattern in a module of the core, also within its tables, by where it stands."""
    found: dict[str, Pattern] = {}
    for one in pkgutil.walk_packages(core.__path__, "core."):
        module = importlib.import_module(one.name)
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value)):
                if pattern.pattern not in {other.pattern for other in found.values()}:
                    found[f"{one.name}.{name}.{number}"] = pattern
    return found


def _patterns(value: Any) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _patterns(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _patterns(one)


def literals(tree: Any) -> Iterator[str]:
    """The pieces of text that a pattern spells out."""
    text = ""
    for operation, argument in tree:
        if str(operation) == "LITERAL":
            text += chr(argument)
            continue
        if text:
            yield text
        text = ""
        for part in _inner(argument):
            yield from literals(part)
    if text:
        yield text


def _inner(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for one in argument:
            yield from _inner(one)


ALL = expressions()


def verb(name: str) -> str:
    """How its module uses a pattern: ``fullmatch`` or ``match`` where it does nothing else with it, else ``search``."""
    module, own, _ = name.rsplit(".", 2)
    source = inspect.getsource(importlib.import_module(module))
    used = set(re.findall(rf"\b{own}\.([a-z]+)\(", source))
    return next((one for one in ("fullmatch", "match") if used == {one}), "search")


def attacks(pattern: Pattern) -> tuple[tuple[str, str, str], ...]:
    """Beginning, what is repeated, and an end that fits nothing."""
    own = [
        text
        for text in dict.fromkeys(literals(_parser.parse(pattern.pattern, pattern.flags)))
        if text.strip()
    ]
    whole = "".join(own)
    repeated = dict.fromkeys((*UNITS, *own, *(f"{text}a" for text in own), whole))
    begun = [(text, unit, "\x00") for text in own[:4] for unit in ("a", "0", "-", ".", " ", "a.")]
    return (*(("", unit, "\x00") for unit in repeated if unit), *begun)


def attack(name: str, size: int) -> None:
    """Text for a pattern of text, and its bytes for one of bytes."""
    pattern = ALL[name]
    look_at = getattr(pattern, verb(name))
    for begin, unit, end in attacks(pattern):

        def look(length: int, begin: str = begin, unit: str = unit, end: str = end) -> None:
            text = begin + unit * (length // len(unit)) + end
            # A literal of a pattern of bytes is read from it as the character of that number.
            look_at(text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace"))

        assert_linear(look, size)


def test_they_are_found() -> None:
    rooms = {name.split(".")[1] for name in ALL}
    assert {"handoff", "request", "text", "secrecy"} <= rooms
    assert len(ALL) > 40
    assert {type(one.pattern) for one in ALL.values()} == {str, bytes}


@pytest.mark.parametrize("name", ALL)
def test_no_text_makes_it_slow(name: str) -> None:
    attack(name, FAST)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ALL)
def test_nor_a_mebibyte(name: str) -> None:
    attack(name, FULL)
    tally.add("inputs fuzzed", len(attacks(ALL[name])))


def test_a_slow_one_is_seen() -> None:
    """Quadratic: every space is tried as the beginning of the end."""
    slow = re.compile(r"\s+$")
    with pytest.raises(AssertionError):
        assert_linear(lambda length: slow.search(" " * length + "!"), 1 << 12)
