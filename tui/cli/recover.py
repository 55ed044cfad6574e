"""``recover``: a damaged journal is set aside, and what can be read of it goes on."""

from __future__ import annotations

import click

from core.journal import recovery
from tui.cli import desk
from tui.cli.output import DONE, JSON, UNUSABLE, formatted, note, put, say, stop


@click.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Agree to it. Without it nothing is touched.")
@formatted
def recover(id: str, yes: bool, form: str) -> None:
    """Set the damaged journal of ID aside, whole, and begin a new one with the events before the damage.

    What was made in the cloud stays, and is found again by its tag.
    """
    if not yes:
        note(
            "privatelink: nothing was touched: add --yes to set the damaged journal aside and go on without it"
        )
        stop(UNUSABLE)
    found = recovery.recover(desk.home(), id, "privatelink recover")
    found.journal.close()
    if form == JSON:
        put({"id": id, "kept": found.kept, "aside": str(found.aside)})
    else:
        say(f"{found.kept} events are kept; the damaged journal is {found.aside}")
    stop(DONE)
