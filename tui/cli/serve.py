"""``serve``: the wizard in a browser of this machine."""

from __future__ import annotations

import asyncio
import importlib.util

import click

from core.request.model import PLATFORMS
from tui.cli.output import JSON, Unusable, formatted, note, put, say


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 takes a free one."
)
@click.option(
    "--rehearse", type=click.Choice(PLATFORMS), help="The rehearsal on that cloud's sandbox instead."
)
@formatted
def serve(port: int, rehearse: str | None, form: str) -> None:
    """Show the wizard in a browser of this machine, until Ctrl-C.

    Prints an address that lets one browser in, once. What the page does is done with your rights, your files and
    your cloud credentials: give the address to nobody. Other machines, other pages and other browsers are refused.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise Unusable("the page needs textual-serve", "pip install 'privatelink[serve]', then do it again.")
    from tui.web import server

    def tell(address: str) -> None:
        if form == JSON:
            put({"address": address}, line=True)
        else:
            say(address)
            note(
                "privatelink: open it in a browser of this machine; Ctrl-C ends it. It acts with your rights."
            )

    try:
        listener = server.listening(port)
    except OSError as error:
        raise Unusable(
            f"port {port} cannot be used: {error.strerror or error}", "Name another one."
        ) from error
    asyncio.run(server.serve(listener, [rehearse] if rehearse else [], tell))
