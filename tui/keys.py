"""The keys that a person can choose: the table ``[keys]`` of ``config.toml`` maps an action's name to a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyAction:
    """Something that a key does: its name in the settings, its key without any, and what F1 says of it.

    ``typed`` is false where a page with fields is open: a letter would go into the field.
    """

    name: str
    key: str
    does: str
    typed: bool = False


ACTIONS = (
    KeyAction("help", "f1", "this help"),
    KeyAction("back", "f2", "page before"),
    KeyAction("next", "f3", "page after"),
    KeyAction("main", "f4", "the page's main button"),
    KeyAction("look", "f5", "look at the cloud now"),
    KeyAction("glossary", "f7", "the words, each with its meaning"),
    KeyAction("settings", "f8", "the settings"),
    KeyAction("forward", "ctrl+g", "in a walkthrough: go on"),
    KeyAction("review", "ctrl+r", "in a walkthrough: look back"),
    KeyAction("others", "ctrl+t", "in a walkthrough: a move of the others"),
    KeyAction("theme", "f9", "next theme, until the program ends"),
    KeyAction("quit", "f10", "quit; the journal keeps everything"),
    KeyAction("home", "escape", "from the wizard back home"),
    KeyAction("new", "n", "on home: a new enablement", typed=True),
    KeyAction("audit", "a", "on home: the audit; there: make the check again", typed=True),
    KeyAction("desk", "d", "on home: the CTA's desk", typed=True),
    KeyAction("learn", "l", "on home: a walkthrough", typed=True),
    KeyAction("reread", "r", "on home and the desk: read all again", typed=True),
    KeyAction("copy", "c", "copy what is under the cursor", typed=True),
)
DEFAULTS: Mapping[str, str] = {one.name: one.key for one in ACTIONS}

LIST_LETTERS = frozenset("jkgG")
"""What moves in a list."""
EVERYWHERE = frozenset(
    {"escape", *(f"f{number}" for number in range(1, 13)), *(f"ctrl+{one}" for one in "bglnrt")}
)
"""Keys that reach the program in a field too: no field, terminal or palette takes them for itself."""  # fmt: skip


def problem(chosen: Mapping[str, str]) -> tuple[str, str]:
    """The first thing that is wrong with the table: the action's name, and what; both empty where nothing is."""
    by_name = {one.name: one for one in ACTIONS}
    for name, key in chosen.items():
        action = by_name.get(name)
        if action is None:
            return name, f"there is no such action; there are {', '.join(by_name)}"
        letter = len(key) == 1 and key.isascii() and key.isalnum() and key not in LIST_LETTERS
        if key not in EVERYWHERE and not (letter and action.typed):
            allowed = "f1 to f12, escape, ctrl+b, g, l, n, r or t"
            also = ", or a letter or digit but j, k, g and G" if action.typed else "; letters go into fields"
            return name, f"“{key}” cannot be used; use {allowed}{also}"
    keys = keymap(chosen)
    for name in chosen:
        other = next((one for one, key in keys.items() if one != name and key == keys[name]), None)
        if other is not None:
            return name, f"“{keys[name]}” is the key of “{other}” too"
    return "", ""


def keymap(chosen: Mapping[str, str]) -> Mapping[str, str]:
    """The key of every action."""
    return {**DEFAULTS, **chosen}


def keys_of(app: object) -> Mapping[str, str]:
    """The key of every action in this app."""
    keys: Mapping[str, str] = getattr(app, "keys", DEFAULTS)
    return keys


def shown(key: str) -> str:
    """A key as the screen names it: ``F3``, ``Esc``, ``^N``, ``n``."""
    if key == "escape":
        return "Esc"
    start, _, letter = key.rpartition("+")
    if start:
        return f"^{letter.upper()}"
    return key.upper() if len(key) > 1 else key
