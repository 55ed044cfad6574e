"""``drift``: what somebody changed behind this program's back."""

from __future__ import annotations

import click

from core.setup.plan import blocking
from core.text import visible
from core.workflow import provision
from core.workflow.model import Drift
from core.workflow.words import kind_word
from tui.cli import desk
from tui.cli.output import DONE, JSON, PROBLEMS, formatted, note, problem_value, put, say, say_problems, stop


def drift_value(one: Drift) -> dict[str, object]:
    """A drift's stable JSON keys."""
    return {
        "key": one.key,
        "kind": one.kind,
        "id": one.id,
        "was": one.was,
        "now": one.now,
        "since": one.since.isoformat() if one.since else None,
        "who": one.who,
        "mend": one.mend,
        "planned": one.planned,
    }


def say_drift(found: tuple[Drift, ...], azure: bool) -> None:
    """Drift as lines, in the words of the customer's cloud."""
    for one in found:
        since = f" since {one.since.astimezone():%a %d %b %H:%M}" if one.since else ""
        say(f"! drift: {kind_word(one.kind, azure)} {visible(one.id)} is {visible(one.now)}{since}")
        say(f"    it was {one.was}. {one.who}\n    {one.mend}")


@click.command()
@click.argument("id")
@formatted
def drift(id: str, form: str) -> None:
    """Show what of ID is not as this program left it: what it was, what it is, who can have done it, how to mend it.

    Changes nothing: it is mended by a plan that you agree to. Exit code 1 where anything is found, or not everything
    could be checked.
    """
    with desk.enablement(id, write=False) as one:
        planned = provision.make_plan(one, desk.cloud_of(one))
        azure = one.on_azure
    stops = blocking(planned)
    if form == JSON:
        put(
            {
                "drift": [drift_value(row) for row in planned.drift],
                "complete": not stops,
                "problems": [problem_value(row) for row in stops],
            }
        )
    else:
        say_drift(planned.drift, azure)
        if not planned.drift:
            say("nothing that was looked at is other than it was left")
    if stops and form != JSON:
        note("not everything was checked, because of this:")
        say_problems(stops, note)
    stop(PROBLEMS if planned.drift or stops else DONE)
