"""Every setting that a person can change one by one: its name, what it is, and how it is written and read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tui.keys import ACTIONS, DEFAULTS
from tui.preferences import SETTINGS_FILE, Switch, ThemeName
from tui.settings import Settings, SettingsError, parse, read_file

Kind = Literal["text", "number", "texts", "numbers"]
"""``texts`` and ``numbers`` are lists, typed with commas between."""
Value = str | int | float | list[str] | list[int]
Origin = Literal["default", "file"]


@dataclass(frozen=True, slots=True)
class Setting:
    """``path`` is its dotted name in the file; ``choices`` are all its values, where they can be told."""

    path: str
    about: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()


_NEXT = " Holds for the next enablement that is opened."
SETTINGS: tuple[Setting, ...] = (
    Setting("screen.theme", "The colors. F9 tries another one.", choices=get_args(ThemeName)),
    Setting(
        "screen.ascii",
        "on: letters and ASCII marks only. auto: where the locale or the terminal has no others.",
        choices=get_args(Switch),
    ),
    Setting(
        "screen.animation",
        "off: nothing moves by itself. auto: off over SSH, where each frame is sent.",
        choices=get_args(Switch),
    ),
    Setting("looks.quickest", "Seconds to the next look right after a change, 1 to 60." + _NEXT, "number"),
    Setting(
        "looks.slowest",
        "Seconds between looks once nothing moves and nobody else has the move, 5 to 3600." + _NEXT,
        "number",
    ),
    Setting(
        "looks.slowest_for_others",
        "The same while Magento or the CTA has the move, 5 to 3600." + _NEXT,
        "number",
    ),
    Setting(
        "walkthrough.pace",
        "Where none is named. auto: each move by a key in a terminal, fast elsewhere. live: days pass in seconds.",
        choices=("auto", "live", "fast"),
    ),
    Setting(
        "offer.aws_account",
        "Magento's AWS account, 12 digits: the only principal that is ever allowed. Your CTA knows it."
        + _NEXT,
    ),
    Setting(
        "offer.azure_subscriptions",
        "Magento's subscriptions, with commas between; none is published, they come with the ticket." + _NEXT,
        "texts",
    ),
    Setting("offer.business_days", "Until the enablement is overdue, 1 to 60." + _NEXT, "number"),
    Setting(
        "offer.holidays", "Country whose public holidays are no business days, as in US, DE, JP." + _NEXT
    ),
    Setting("offer.plans", "Plans that PrivateLink is offered for, with commas between." + _NEXT, "texts"),
    Setting(
        "offer.environments", "Environments that it is offered for, with commas between." + _NEXT, "texts"
    ),
    Setting(
        "offer.azure_refused_ports",
        "Ports into Magento that do not work on Azure, with commas between." + _NEXT,
        "numbers",
    ),
    *(Setting(f"keys.{one.name}", f"The key for: {one.does}.") for one in ACTIONS),
)
BY_PATH: Mapping[str, Setting] = {one.path: one for one in SETTINGS}
ONLY_IN_THE_FILE = ("offer.regions",)
"""Settings that are tables of their own: no field is theirs."""


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as it is: its value as a person types it, and where that comes from."""

    setting: Setting
    value: str
    origin: Origin


def rows(folder: Path) -> tuple[Row, ...]:
    """All settings of a folder, in the order of the table. Raises SettingsError."""
    path = folder / SETTINGS_FILE
    data = read_file(path)
    settings = Settings() if data is None else parse(data, path)
    said = {} if data is None else tomllib.loads(data.decode("utf-8"))
    return tuple(
        Row(one, written(value_of(settings, one.path)), "file" if _is_said(said, one.path) else "default")
        for one in SETTINGS
    )


def value_of(settings: Settings, path: str) -> object:
    """A setting's value, the default where none is set."""
    part, _, name = path.partition(".")
    if part == "keys":
        return settings.keys.get(name, DEFAULTS[name])
    return getattr(getattr(settings, part), name)


def _is_said(said: Mapping[str, object], path: str) -> bool:
    part, _, name = path.partition(".")
    table = said.get(part)
    return isinstance(table, dict) and name in table


def written(value: object) -> str:
    """A value as a person types it."""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def typed(setting: Setting, text: str, path: Path) -> Value:
    """What a person typed, as the file has it. Raises SettingsError for what is no number where one is wanted."""
    words = [word for word in (part.strip() for part in text.split(",")) if word]
    if setting.kind == "texts":
        return words
    if setting.kind == "text":
        return text.strip()
    try:
        numbers = [int(word) if word.lstrip("-").isdecimal() else float(word) for word in words]
        if setting.kind == "numbers":
            return [int(one) for one in numbers]
        (number,) = numbers
    except (ValueError, OverflowError) as error:
        wanted = "whole numbers with commas between" if setting.kind == "numbers" else "a number"
        raise SettingsError(path, f"“{text.strip()[:60]}” is not {wanted}", setting.path) from error
    return number
