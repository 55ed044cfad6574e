"""Changing one setting in ``config.toml``: what else stands there, comments too, stays as it is."""

from __future__ import annotations

from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.journal.errors import JournalError
from core.journal.files import sync_folder, write_new
from tui.preferences import SETTINGS_FILE
from tui.settings import Settings, SettingsError, parse, read_file
from tui.settings_table import BY_PATH, Setting, Value, typed


def change(folder: Path, name: str, text: str | None) -> Settings:
    """Set what a person typed, or take the setting out (None): then its default holds. Whole or not at all.

    The file is this user's alone (0600). Raises SettingsError for a name or value that cannot be, for a file that
    cannot be read as it is, and for what the disk refuses; the file is then as before.
    """
    path = folder / SETTINGS_FILE
    setting = setting_named(name, path)
    before = read_file(path)
    if before is not None:
        parse(before, path)
    value = None if text is None else typed(setting, text, path)
    after = edited(before or b"", setting, value, path)
    settings = parse(after, path)
    _replace(path, after)
    return settings


def setting_named(name: str, path: Path) -> Setting:
    """The setting of this dotted name. Raises SettingsError."""
    if name not in BY_PATH:
        raise SettingsError(path, "no setting of this name can be changed here", name)
    return BY_PATH[name]


def edited(before: bytes, setting: Setting, value: Value | None, path: Path) -> bytes:
    """The file's bytes with another value, or without the setting. Raises SettingsError."""
    try:
        document = tomlkit.parse(before.decode("utf-8"))
    except (TOMLKitError, ValueError) as error:
        raise SettingsError(path, str(error)) from error
    part, _, name = setting.path.partition(".")
    if value is None:
        table = document.get(part, {})
        if name in table:
            del table[name]
    else:
        document.setdefault(part, tomlkit.table())[name] = value
    return tomlkit.dumps(document).encode("utf-8")


def _replace(path: Path, data: bytes) -> None:
    """Put new bytes in a file's place, durably. A link is followed: people keep such files elsewhere."""
    real = path.resolve()
    new = real.with_name(real.name + ".new")
    try:
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        write_new(new, data)
        new.replace(real)
        sync_folder(real.parent)
    except JournalError as error:
        raise SettingsError(path, error.message) from error
    except OSError as error:
        raise SettingsError(path, f"it cannot be written: {error.strerror or error}") from error
