"""``settings``: what is set and where that comes from; sets one."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from tui.cli import desk
from tui.cli.output import JSON, Unusable, formatted, put, say
from tui.settings_table import Row


def _names(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from tui.settings_table import SETTINGS

    return [CompletionItem(one.path, help=one.about) for one in SETTINGS if one.path.startswith(begun)]


def _value(row: Row) -> dict[str, object]:
    return {"name": row.setting.path, "value": row.value, "origin": row.origin, "about": row.setting.about}


@click.command()
@click.argument("name", required=False, shell_complete=_names)
@click.argument("value", required=False)
@click.option("--default", is_flag=True, help="Take the setting out of the file: its default holds again.")
@formatted
def settings(name: str | None, value: str | None, default: bool, form: str) -> None:
    """Show all settings, or NAME alone, and where each comes from; with a VALUE, set it.

    They are kept in config.toml in PRIVATELINK_HOME; the rest of the file stays as it is.
    """
    from tui.preferences import SETTINGS_FILE
    from tui.settings_file import change, setting_named
    from tui.settings_table import rows

    folder = desk.home()
    if default and (value is not None or name is None):
        raise Unusable("--default takes one NAME and no VALUE", "privatelink settings NAME --default")
    if name is not None:
        setting_named(name, folder / SETTINGS_FILE)
        if default or value is not None:
            change(folder, name, None if default else value)
    shown = [one for one in rows(folder) if name in (None, one.setting.path)]
    if form == JSON:
        put([_value(one) for one in shown])
        return
    for one in shown:
        say(f"{one.setting.path:<28}{one.value:<32}{one.origin}")
    if name is not None:
        say(f"  {shown[0].setting.about}")
