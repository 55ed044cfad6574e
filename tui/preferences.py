"""How the screen is for this person: keys, theme, ASCII, animation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SETTINGS_FILE = "config.toml"
Switch = Literal["auto", "on", "off"]
"""``auto``: as the terminal seems to be."""
ThemeName = Literal["dark", "light", "high-contrast", "color-blind"]
"""What the settings call the themes of :mod:`tui.themes`."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is asked for; what it comes to in this terminal is another question."""

    keys: Mapping[str, str]
    theme: ThemeName = "dark"
    ascii: Switch = "auto"
    animation: Switch = "auto"


def animated(choice: Switch, environ: Mapping[str, str]) -> bool:
    """Whether anything may move by itself: as the settings say, else not where each frame goes over SSH."""
    if choice != "auto":
        return choice == "on"
    return not any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))
