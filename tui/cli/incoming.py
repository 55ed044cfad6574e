"""``accept``, ``reject``: the connections that ask to come in to the customer's endpoint service."""

from __future__ import annotations

import click

from core.network.model import Connection
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.workflow import connections
from core.workflow.enablement import Enablement, complete_request
from core.workflow.words import state_word
from tui.cli import desk
from tui.cli.output import DONE, JSON, UNUSABLE, WAITING, Unusable, formatted, note, put, say, stop
from tui.cli.progress import tell_gaps


def connection_value(connection: Connection) -> dict[str, object]:
    """A connection's stable JSON keys."""
    return {name: getattr(connection, name) for name in ("service_id", "endpoint_id", "owner", "state")}


def _asks(one: Enablement, connection: Connection) -> str:
    """A connection and whose it is, in a line."""
    return (
        f"{connection.endpoint_id} of {ACCOUNT_NAMES['azure' if one.on_azure else 'aws']} {connection.owner}"
    )


@click.command()
@click.argument("id")
@click.option(
    "--stranger",
    metavar="ACCOUNT",
    help="Accept the one that this account asks for, though it is not Magento's. Type the whole number.",
)
@click.option(
    "--connection", metavar="ENDPOINT", help="With --stranger: this one, where it asks for several."
)
@formatted
def accept(id: str, stranger: str | None, connection: str | None, form: str) -> None:
    """Accept Magento's connection to the endpoint service of ID.

    A stranger's is shown and left alone, unless its account's number is typed with --stranger: then that one is
    accepted, and nothing else.
    """
    if connection and not stranger:
        raise Unusable("--connection goes with --stranger", "See privatelink accept --help.")
    with desk.enablement(id, write=True) as one:
        if not complete_request(one).bidirectional:
            if form == JSON:
                put({"ok": True, "accepted": [], "strangers": []})
            note("privatelink: a unidirectional connection has nothing to accept")
            return
        cloud = desk.account_of(one)
        if stranger:
            accepted = connections.accept_stranger(one, cloud, stranger, connection)
            seen = connections.incoming(one, one.observation)
        else:
            seen = connections.accept_pending(one, cloud)
            accepted = seen.accepted
        tell_gaps(one)
        others = tuple(row for row in seen.strangers if row not in accepted)
        let_in = [row for row in others if one.story.lets_in(row.endpoint_id)]
    if form == JSON:
        put(
            {
                "ok": bool(accepted),
                "accepted": [connection_value(row) for row in accepted],
                "strangers": [connection_value(row) for row in others],
            }
        )
    for row in others:
        number = "subscription's id" if one.on_azure else "account's number"
        how = f"accepted by its {number}" if row in let_in else "not accepted"
        note(f"! {_asks(one, row)} is not Magento's: {how}")
    if form != JSON:
        for row in accepted:
            say(f"accepted {_asks(one, row)}: {state_word(row.state, one.on_azure)}")
    if not accepted:
        note("privatelink: no connection of Magento's to accept yet: it is Magento's turn (step 7a)")
        stop(WAITING)


@click.command()
@click.argument("id")
@click.argument("endpoint")
@click.option("--yes", is_flag=True, help="Agree to it. Without it nothing is rejected.")
@formatted
def reject(id: str, endpoint: str, yes: bool, form: str) -> None:
    """Reject the connection of ENDPOINT to the endpoint service of ID, whoever asks.

    Traffic through it ends; the requester has to ask anew.
    """
    with desk.enablement(id, write=True) as one:
        complete_request(one)
        cloud = desk.account_of(one)
        observation = connections.look(one, cloud)
        tell_gaps(one)
        there = observation.connections if observation else ()
        found = next((row for row in there if same_id(row.endpoint_id, endpoint)), None)
        if found is None:
            raise Unusable(
                f"no connection of {endpoint} to your service is there",
                f"See which there are: privatelink status {id}.",
                "not-found",
            )
        if not yes:
            note(f"{_asks(one, found)} is {state_word(found.state, one.on_azure)}")
            note("privatelink: nothing was changed: add --yes to reject it")
            stop(UNUSABLE)
        connections.reject_connection(one, cloud, found)
        connections.look(one, cloud)
    if form == JSON:
        put({"ok": True, "rejected": connection_value(found)})
    else:
        say(f"rejected {_asks(one, found)}")
    stop(DONE)
