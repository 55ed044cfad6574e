"""``explain``: what a term or a code means, what to do about it, and where that is written."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from tui.cli.output import JSON, Unusable, formatted, put, say


def _names(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from core.explain.look_up import everything

    names = dict.fromkeys(one.name for one in everything())
    return [CompletionItem(name) for name in names if name.casefold().startswith(begun.casefold())]


@click.command()
@click.argument("words", metavar="[TERM|CODE]", nargs=-1, shell_complete=_names)
@formatted
def explain(words: tuple[str, ...], form: str) -> None:
    """Say what a term or a code means, what to do about it, and where that is written.

    A code is what stands in brackets after a problem, in a report of the audit, or under "code" in JSON. Without
    a word: every term and code, one line each.
    """
    from core.explain.look_up import everything, near
    from core.explain.look_up import explain as look_up

    word = " ".join(words)
    found = look_up(word) if words else everything()
    if not found:
        known = ", ".join(near(word))
        raise Unusable(
            f"{word} is no term and no code of this program",
            f"Did you mean one of: {known}" if known else "privatelink explain lists them all.",
        )
    if form == JSON:
        keys = ("name", "kind", "meaning", "remedy", "source", "url")
        put([{key: getattr(one, key) for key in keys} for one in found])
        return
    if not words:
        for one in found:
            say(f"{one.name:<36}{one.kind}")
        return
    for place, one in enumerate(found):
        if place:
            say()
        say(f"{one.name} ({one.kind})")
        say(f"  {one.meaning}")
        if one.remedy:
            say(f"  What to do: {one.remedy}")
        say(f"  Source: {one.source}" + (f", {one.url}" if one.url else ""))
