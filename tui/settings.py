"""The person's settings: ``config.toml`` beside the journals, every key optional."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.request.offer import Offer
from core.workflow.pace import Limits
from tui.keys import problem
from tui.preferences import SETTINGS_FILE, Switch, ThemeName


class ScreenSettings(BaseModel):
    """``[screen]``: how the wizard is painted."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    theme: ThemeName = "dark"
    ascii: Switch = "auto"
    animation: Switch = "auto"


class WalkthroughSettings(BaseModel):
    """``[walkthrough]``: how it is played where no pace is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    pace: Literal["auto", "live", "fast"] = "auto"
    """``auto``: by key in a terminal, else fast."""


class Settings(BaseModel):
    """What can be set: the screen, keys by action, how often the cloud is looked at (seconds), how a
    walkthrough is played, and in ``[offer]`` the vendor's facts that change over time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    screen: ScreenSettings = ScreenSettings()
    keys: dict[str, str] = {}
    looks: Limits = Limits()
    walkthrough: WalkthroughSettings = WalkthroughSettings()
    offer: Offer = Offer()


class SettingsError(Exception):
    """A settings file that cannot be used: which, where in it, and what to do.

    ``field`` is the setting's dotted name, empty where it is not one setting's fault.
    """

    code = "settings"

    def __init__(self, path: Path, what: str, field: str = "") -> None:
        self.field = field
        self.what = what
        self.message = f"{path}: {field}: {what}" if field else f"{path}: {what}"
        self.remedy = "Correct the file, or move it away to use the defaults."
        super().__init__(self.message)


def read_settings(folder: Path) -> Settings:
    """Read ``config.toml`` in the given folder; the defaults where there is none. Raises SettingsError."""
    path = folder / SETTINGS_FILE
    data = read_file(path)
    return Settings() if data is None else parse(data, path)


def read_file(path: Path) -> bytes | None:
    """The file's bytes, None where there is none. Raises SettingsError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(path, error.strerror or str(error)) from error


def parse(data: bytes, path: Path) -> Settings:
    """The settings that a file's bytes say; ``path`` is for the words. Raises SettingsError with the first fault."""
    try:
        settings = Settings.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        what = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(path, what, ".".join(map(str, first["loc"]))) from error
    except ValueError as error:
        # No UTF-8, no TOML, or a number with thousands of digits.
        raise SettingsError(path, str(error)) from error
    except RecursionError as error:
        raise SettingsError(path, "nested too deeply") from error
    field, wrong = problem(settings.keys)
    if wrong:
        raise SettingsError(path, wrong, f"keys.{field}")
    if settings.offer.holidays != Offer().holidays:
        from core.workflow.business_days import UnknownCountry, public_holidays

        try:
            public_holidays(settings.offer.holidays)
        except UnknownCountry as error:
            raise SettingsError(path, str(error), "offer.holidays") from error
    return settings
