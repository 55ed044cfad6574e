"""``rehearse``: a whole enablement without an account."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from core.cloud import Connected
from core.handoff.ticket import Missing
from core.journal import events as e
from core.journal import store
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.request.model import CONNECTION_TYPES, PLATFORMS, ConnectionType, Platform
from core.request.offer import Offer
from core.setup.executor import ExecutorEvent
from core.workflow import connections, exchange, proving, provision
from core.workflow.enablement import Enablement
from tui.cli import desk, interactive
from tui.cli.output import DONE, FAILED, PROBLEMS, note, say, stop
from tui.cli.setup import new_token, pause

PATIENCE = 120.0
"""Seconds without any news after which a rehearsal without a screen gives up: the sandbox never takes that."""


@click.command()
@click.option(
    "--type", "kind", type=click.Choice([*CONNECTION_TYPES, "both"]), default="both", show_default=True
)
@click.option("--cloud", type=click.Choice(PLATFORMS), default="aws", show_default=True)
@click.option("--delay", default=None, type=float, help="Seconds that Magento takes for a move.")
@click.option("--no-screen", is_flag=True, help="One line an event, even in a terminal.")
@click.option("--ask", is_flag=True, help="In a terminal, ask for the cloud: one key.")
def rehearse(kind: str, cloud: Platform, delay: float | None, no_screen: bool, ask: bool) -> None:
    """Go through a whole enablement on the embedded sandbox; nothing real is touched.

    In a terminal the wizard opens. Elsewhere the same enablement runs by itself, one line an event.
    """
    if interactive() and not no_screen:
        from tui.rehearsal import run

        stop(run(asked_cloud() if ask else cloud, delay))
    types = CONNECTION_TYPES if kind == "both" else tuple(one for one in CONNECTION_TYPES if one == kind)
    from providers.sandboxes import start

    for one in types:
        with (
            tempfile.TemporaryDirectory(prefix="privatelink-rehearsal-") as folder,
            start(cloud, delay=0.2 if delay is None else delay, ticketless=False) as running,
        ):
            rehearsed(running.connected, one, Path(folder), _tell)


def asked_cloud() -> Platform:
    """The cloud that a person at the terminal chooses with one key; the first one by Enter. Ends the command
    where the person would rather not.
    """
    keys = {str(number): one for number, one in enumerate(PLATFORMS, 1)}
    choices = "   ".join(f"{key} {CLOUD_NAMES[one]}" for key, one in keys.items())
    note(f"Which cloud to rehearse?   {choices}   (Enter: {CLOUD_NAMES[PLATFORMS[0]]}, q: none)")
    while True:
        try:
            typed = click.getchar()
        except (EOFError, KeyboardInterrupt):
            stop(DONE)
        if len(typed) > 1 and typed.startswith("\x1b"):
            continue  # an arrow, or another key that sends several characters
        for key in typed:
            if key in "qQ\x1b\x03\x04":
                stop(DONE)
            if key in "\r\n":
                return PLATFORMS[0]
            if key in keys:
                return keys[key]


def _tell(text: str) -> None:
    say(f"{desk.now():%H:%M:%S}  {text}")


def rehearsed(connected: Connected, kind: ConnectionType, home: Path, tell: Callable[[str], None]) -> str:
    """One enablement from nothing to verified; answers its id. Ends the command where it does not get there."""
    counterpart = connected.counterpart
    assert counterpart is not None, "a sandbox has another party"
    cloud = connected.cloud
    account = ACCOUNT_NAMES[cloud.platform]
    with store.create(home, store.new_id(os.urandom(16)), "privatelink rehearse") as journal:
        one = Enablement(journal, Offer(), desk.now)
        one.record(e.RequestSaved(at=one.now(), request=connected.practice[kind]))
        identity = cloud.identity()
        tell(f"{one.id}: rehearsal of a {kind} connection; nothing here is real")
        tell(f"signed in to {account} {identity.account} by {identity.source}")
        _apply(one, connected, tell)

        made = exchange.write_ticket(one, None)
        if isinstance(made, Missing):
            for problem in made.reasons:
                note(f"✗ {problem.field}: {problem.message}")
            stop(PROBLEMS)
        number = counterpart.file(made.plain)
        exchange.file_ticket(one, number)
        tell(f"step 2: ticket {number} is filed: {made.subject}")

        _wait(
            one,
            connected,
            tell,
            "step 3: Magento sends its details",
            lambda: _details_came(one, connected, tell),
        )
        _apply(one, connected, tell)
        _wait(one, connected, tell, "step 5: Magento approves", lambda: _state(one, "5") == "done")

        report = proving.probe_from_here(one, cloud, ())
        for result in report.results:
            proof = "; ".join(hop.detail for hop in result.hops)
            tell(f"step 6: {result.target.service} port {result.target.port}: {proof}")
        if kind == "bidirectional":
            _wait(
                one,
                connected,
                tell,
                "step 7a: Magento requests a connection",
                lambda: _state(one, "7a") == "done",
            )
            seen = connections.accept_pending(one, cloud)
            for connection in seen.accepted:
                tell(f"step 7b: accepted {connection.endpoint_id} of {account} {connection.owner}")
            _wait(one, connected, tell, "step 7b: it becomes available", lambda: _state(one, "7b") == "done")
            targets = proving.probe_targets(one, "from-magento")
            for proof_event in proving.take_output(one, counterpart.run("", targets)):
                for service in proof_event.services:
                    tell(f"step 7c: {service.service} port {service.port}: {service.detail}")
        line = one.timeline()
        tell(f"{line.state}: {line.next}")
        if line.state != "verified":
            stop(PROBLEMS)
        return one.id


def _apply(one: Enablement, connected: Connected, tell: Callable[[str], None]) -> None:
    planned = provision.make_plan(one, connected.cloud)
    for problem in planned.problems:
        tell(f"{problem.severity}: {problem.message}")

    def on_event(event: ExecutorEvent) -> None:
        if event.state in ("done", "failed"):
            tell(f"{event.state}: {event.key} {event.text}".rstrip())

    result = provision.apply_plan(
        one, connected.cloud, planned, token=new_token, pause=pause, on_event=on_event
    )
    if not result.ok:
        stop(FAILED)
    connections.look(one, connected.cloud)


def _details_came(one: Enablement, connected: Connected, tell: Callable[[str], None]) -> bool:
    assert connected.counterpart is not None
    for message in connected.counterpart.inbox():
        reply = exchange.take_reply(one, message.text)
        if reply.service_names:
            tell(f"step 3: Magento's service is {', '.join(reply.service_names)}")
            return True
    return False


def _state(one: Enablement, number: str) -> str:
    return next(step.state for step in one.timeline().steps if step.number == number)


def _wait(
    one: Enablement,
    connected: Connected,
    tell: Callable[[str], None],
    what: str,
    there: Callable[[], bool],
) -> None:
    """Look until it is there, telling what is waited for once."""
    tell(f"waiting: {what}")
    last_news, seen = time.monotonic(), one.story.seen
    while not there():
        connections.look(one, connected.cloud)
        if one.story.seen != seen:
            last_news, seen = time.monotonic(), one.story.seen
        if time.monotonic() - last_news > PATIENCE:
            note(f"privatelink: no news for {PATIENCE:.0f} seconds while waiting: {what}")
            stop(FAILED)
        time.sleep(0.1)
