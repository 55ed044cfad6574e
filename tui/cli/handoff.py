"""``ticket``, ``filed``, ``details``: what goes to Magento and what comes back."""

from __future__ import annotations

import click

from core.handoff.ticket import Missing, Ticket
from core.request.facts import SERVICE_NAMES
from core.workflow import exchange
from tui.cli import desk
from tui.cli.output import (
    DONE,
    JSON,
    PROBLEMS,
    UNUSABLE,
    Unusable,
    formatted,
    problem_value,
    put,
    say,
    say_problems,
    stop,
)


@click.command()
@click.argument("id")
@click.option("--company", help="The company's name, for the ticket's subject.")
@click.option("--style", type=click.Choice(["markdown", "plain"]), default="markdown", show_default=True)
@formatted
def ticket(id: str, company: str | None, style: str, form: str) -> None:
    """Print the Support ticket of ID, complete, or why it cannot be filed yet."""
    with desk.enablement(id, write=False) as one:
        made = exchange.write_ticket(one, company)
    if isinstance(made, Missing):
        if form == JSON:
            put({"ok": False, "problems": [problem_value(problem) for problem in made.reasons]})
        else:
            say("cannot be filed yet, because:")
            say_problems(made.reasons)
        stop(PROBLEMS)
    _say_ticket(made, style, form)


def _say_ticket(made: Ticket, style: str, form: str) -> None:
    if form == JSON:
        put({"ok": True, "subject": made.subject, "markdown": made.markdown, "plain": made.plain})
    else:
        say(f"Subject: {made.subject}\n")
        say(made.markdown if style == "markdown" else made.plain)


@click.command()
@click.argument("id")
@click.option("--ticket", required=True, help="The Support ticket's number.")
@formatted
def filed(id: str, ticket: str, form: str) -> None:
    """Remember that the ticket of ID was filed: the five business days start."""
    number = ticket.strip()
    with desk.enablement(id, write=True) as one, desk.given():
        exchange.file_ticket(one, number)
        line = one.timeline()
    if form == JSON:
        put({"ok": True, "ticket": number, "due": line.due.isoformat() if line.due else None})
    else:
        say(f"ticket {number} is remembered. {line.next}")


@click.command()
@click.argument("id")
@click.option(
    "--service-name",
    "names",
    multiple=True,
    help="Magento's service: its name (AWS), alias or resource id (Azure). Repeatable.",
)
@click.option(
    "--subscription",
    "subscriptions",
    multiple=True,
    help="Magento's subscription (Azure, bidirectional), with --service-name. Repeatable.",
)
@click.option("--reply", "reply_file", help="A file with Magento's reply as free text; - for standard input.")
@formatted
def details(
    id: str, names: tuple[str, ...], subscriptions: tuple[str, ...], reply_file: str | None, form: str
) -> None:
    """Take Magento's connection details for ID, typed in or read from the reply's text."""
    if bool(names) == bool(reply_file):
        raise Unusable("give either --service-name or --reply", "See privatelink details --help.")
    if subscriptions and not names:
        raise Unusable("--subscription goes with --service-name", "See privatelink details --help.")
    # Words that nothing else follows on a line of its own, as in a reply.
    text = "\n".join((*names, *(f"Magento's subscription: {one}" for one in subscriptions)))
    if reply_file:
        text = desk.read_text(reply_file)
    with desk.enablement(id, write=True) as one:
        reply = exchange.take_reply(one, text)
        service = SERVICE_NAMES["azure" if one.story.draft.cloud.platform == "azure" else "aws"]
    errors = any(problem.severity == "error" for problem in reply.problems)
    if form == JSON:
        put(
            {
                "ok": not errors,
                "service_names": list(reply.service_names),
                "subscriptions": list(reply.subscriptions),
                "problems": [problem_value(problem) for problem in reply.problems],
            }
        )
    else:
        for name in reply.service_names:
            say(f"Magento's {service}: {name}")
        for name in reply.subscriptions:
            say(f"Magento's subscription: {name}")
        say_problems(reply.problems)
    if not errors:
        stop(DONE)
    unusable = {problem.code for problem in reply.problems} & {"reply-no-service-name", "reply-too-large"}
    stop(UNUSABLE if unusable and not reply.service_names else PROBLEMS)
