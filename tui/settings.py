"""The person's settings: ``config.toml`` beside the journals, every key optional."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.request.offer import Offer
from tui.keys import SETTINGS_FILE, problem


class Settings(BaseModel):
    """What can be set. ``[offer]`` holds the vendor's facts that change over time, ``[keys]`` keys by action."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    offer: Offer = Offer()
    keys: dict[str, str] = {}


class SettingsError(Exception):
    """A settings file that cannot be used: which, where in it, and what to do."""

    code = "settings"

    def __init__(self, path: Path, where: str) -> None:
        self.message = f"{path}: {where}"
        self.remedy = "Correct the file, or move it away to use the defaults."
        super().__init__(self.message)


def read_settings(home: Path) -> Settings:
    """Read ``config.toml`` in the given folder; the defaults where there is none. Raises SettingsError."""
    path = home / SETTINGS_FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(path, error.strerror or str(error)) from error
    try:
        settings = Settings.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        # No UTF-8, no TOML, or a number with thousands of digits.
        raise SettingsError(path, str(error)) from error
    except RecursionError as error:
        raise SettingsError(path, "nested too deeply") from error
    wrong = problem(settings.keys)
    if wrong:
        raise SettingsError(path, wrong)
    if settings.offer.holidays != Offer().holidays:
        from core.workflow.business_days import UnknownCountry, public_holidays

        try:
            public_holidays(settings.offer.holidays)
        except UnknownCountry as error:
            raise SettingsError(path, f"offer.holidays: {error}") from error
    return settings
