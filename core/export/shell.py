"""A plan as a bash script, whatever cloud's commands are in it.

Ids that are not known yet are shell variables named after their change's key: ``load-balancer`` is
``"$LOAD_BALANCER"``, ``target-group/3306`` is ``"$TARGET_GROUP_3306"``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence

from core.setup.change import Change, Id, Ref
from core.setup.plan import Plan, blocking
from core.text import visible

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b"\\'")
"""The bytes that stand for themselves between ``$'`` and ``'``."""
_OBEYED = re.compile(r"-(?![0-9]+\Z)|@|(?:fileb?|https?)://")
"""How a word begins that the clouds' CLIs do not take as it is, but for an option, or for a file (Azure's ``@``, AWS's
``file://``) or an address that they read in its place.
"""

Value = str | Sequence[str] | bool
"""What stands after an option: one word, several, or none (True). False leaves the option out."""


def variable(key: str) -> str:
    """The shell variable that holds the id of the change with this key."""
    return re.sub(r"[^A-Z0-9]", "_", key.upper())


def quote(text: str) -> str:
    r"""A text as one word of a command, in one line that hides nothing.

    What cannot be seen (line ends, escape sequences, direction marks) is written as its bytes, ``$'\x1b'``, which
    bash, zsh and ksh read back. No shell can be given a NUL: it becomes U+FFFD. So does what the clouds' CLIs would
    obey at the beginning, a hyphen above all: no name of either cloud begins like that.
    """
    if _OBEYED.match(text):
        text = f"\N{REPLACEMENT CHARACTER}{text[1:]}"
    if visible(text) == text:
        return shlex.quote(text)
    data = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace")
    return "$'" + "".join(chr(byte) if byte in _PLAIN else f"\\x{byte:02x}" for byte in data) + "'"


def ref(value: Id) -> str:
    """An id as a word of a command: the variable of its key where it is not known yet."""
    return f'"${variable(value.key)}"' if isinstance(value, Ref) else quote(value)


def quoted_words(values: Iterable[str]) -> str:
    """Values as words of a command."""
    return " ".join(quote(value) for value in values)


def call(words: str, options: Mapping[str, Value]) -> str:
    """A whole command: the program's own words, then options by their names as Python spells them (``nsg_name``), in
    this order. No value becomes an option, whatever is in it.
    """
    parts = [words]
    for name, value in options.items():
        if value is not False:
            parts.append(f"--{name.replace('_', '-')}")
        if not isinstance(value, bool):
            parts += map(quote, (value,) if isinstance(value, str) else value)
    return " ".join(parts)


def comment(text: str) -> str:
    """One comment line: a control character in cloud-made text must not end it."""
    return f"# {visible(text)}"


def title(change: Change) -> tuple[str, ...]:
    """What stands above a change's commands: a blank line, what it is, and its id where that is known."""
    told = comment(f"{change.action} {change.key}: {change.name}. {change.reason}".rstrip(". ") + ".")
    known = (f"{variable(change.key)}={quote(change.id)}",) if change.id else ()
    return ("", told, *known)


def bash(
    plan: Plan,
    enablement: str,
    region: str,
    step: Callable[[Change], Iterable[str]],
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> str:
    """A script that makes the plan's changes in their order and stops at the first failure.

    ``step`` gives the lines of a change, ``before`` and ``after`` stand around all of them. For a plan with
    blocking problems the script holds only these, as comments, and exits with 1.
    """
    head = ("#!/usr/bin/env bash", comment(f"PrivateLink enablement {enablement}, region {region}"))
    stops = blocking(plan)
    if stops:
        told = (comment(f"{problem.message} {problem.remedy}") for problem in stops)
        return "\n".join((*head, "# This plan cannot be carried out yet:", *told, "exit 1", ""))
    steps = (line for change in plan.changes for line in step(change))
    return "\n".join((*head, "set -euo pipefail", *before, *steps, *after, ""))
