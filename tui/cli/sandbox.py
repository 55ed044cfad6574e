"""``sandbox``: a local AWS or Azure for these commands and other tools, as it is or with something broken in it."""

from __future__ import annotations

import shlex
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.journal import events as e
from core.journal import store
from core.request.model import PLATFORMS, Draft, DraftService, Platform
from core.request.offer import Offer
from core.workflow.enablement import Enablement
from tui.cli import desk
from tui.cli.output import DONE, JSON, Unusable, formatted, note, put, say, stop
from tui.cli.rehearsal import rehearsed

if TYPE_CHECKING:
    from providers.sandbox.faults import Aside

GLANCE = 0.5
"""Seconds between looks whether the sandbox is to end."""
BRISK = 0.2
"""Seconds that Magento takes for a move while the connection of a scenario is set up."""


@click.command()
@click.option("--cloud", type=click.Choice(PLATFORMS), default="aws", show_default=True)
@click.option("--region", help="Both sides' region; us-west-2 or westeurope if left out.")
@click.option("--delay", default=2.0, show_default=True, help="Seconds that Magento takes for a move.")
@click.option(
    "--vendor",
    type=click.Choice(["auto", "manual"]),
    default="auto",
    show_default=True,
    help="manual: Magento is who has its keys.",
)
@click.option("--port", default=0, help="Port of the endpoint URL; 0 takes a free one.")
@click.option("--scenario", metavar="NAME", help="Set a connection up, then break it like this.")
@click.option("--list", "listing", is_flag=True, help="List the scenarios, and run nothing.")
@formatted
def sandbox(
    cloud: Platform,
    region: str | None,
    delay: float,
    vendor: str,
    port: int,
    scenario: str | None,
    listing: bool,
    form: str,
) -> None:
    """Run a local AWS or Azure in the foreground, and print the environment that reaches it: a customer's account with
    a realistic network, and Magento's with its service. Ctrl-C ends it. With --scenario an enablement is set up and
    verified in a folder of its own, and then something is broken: doctor, audit and drift tell what.
    """
    from providers.sandbox import faults
    from providers.sandboxes import start

    if listing:
        _list(cloud, form)
        stop(DONE)
    if scenario is not None and scenario not in faults.names(cloud):
        raise Unusable(
            f"{scenario} is no scenario of the sandbox", f"See privatelink sandbox --cloud {cloud} --list."
        )
    ctx = click.get_current_context()
    for option in ("delay", "vendor"):
        if (
            scenario is not None
            and ctx.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE
        ):
            raise Unusable(
                f"--{option} does not go with --scenario: Magento plays along, to set the connection up",
                f"Leave out --{option}.",
            )
    ended = threading.Event()
    _on_signals(lambda *_: ended.set() if scenario is None else _leave())
    with ExitStack() as stack:
        begun = start(
            cloud,
            region=region,
            delay=delay if scenario is None else BRISK,
            auto=vendor == "auto" or scenario is not None,
            ticketless=scenario is None,
            port=port,
        )
        running = stack.enter_context(begun)
        environment = dict(running.environment)
        told = "the sandbox runs until Ctrl-C; run the lines above in another shell, or eval them"
        if scenario is not None:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="privatelink-scenario-"))
            note(f"privatelink: setting up a connection, to break it: {scenario} …")
            name = rehearsed(running.connected, "bidirectional", Path(home), lambda _: None)
            brought = faults.bring(begun, scenario)
            remember(Path(home), name, brought.aside)
            _on_signals(lambda *_: ended.set())
            environment |= {"PRIVATELINK_HOME": home, "PRIVATELINK_SANDBOX_ENABLEMENT": name}
            told += f"\nprivatelink: {brought.fault.title}. Then: {asked(brought.aside)}"
        _say(environment, form)
        note(f"privatelink: {told}")
        # A signal that another thread receives does not wake this one, whose turn its handler waits for.
        while not ended.wait(GLANCE):
            pass


def _on_signals(act: Callable[..., object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, act)


def _leave() -> None:
    """End in the midst of a set-up, which looks at no event; what was begun is closed on the way."""
    sys.exit(DONE)


def _say(environment: Mapping[str, str], form: str) -> None:
    if form == JSON:
        put({"environment": dict(environment)}, line=True)
        return
    for name, value in environment.items():
        say(f"export {name}={shlex.quote(value)}")
    sys.stdout.flush()


def _list(cloud: Platform, form: str) -> None:
    from providers.sandbox import faults

    known = [faults.fault(cloud, name) for name in faults.names(cloud)]
    if form == JSON:
        rows = [
            {"name": one.name, "title": one.title, "cause": one.cause, "finding": one.finding}
            for one in known
        ]
        put({"cloud": cloud, "scenarios": rows})
        return
    for one in known:
        say(f"{one.name:<24} {one.title}")


def asked(aside: Aside) -> str:
    """The command that tells what is broken."""
    host = f" --host {aside.host}" if aside.host else ""
    return f"privatelink doctor $PRIVATELINK_SANDBOX_ENABLEMENT{host}"


def remember(home: Path, name: str, aside: Aside) -> None:
    """Write into the enablement's journal what belongs to a fault: a wrong name of Magento's service, or a service
    that speaks TLS.
    """
    with store.open_to_write(home, name, "privatelink sandbox") as journal:
        one = Enablement(journal, Offer(), desk.now)
        if aside.service_name:
            one.record(e.DetailsReceived(at=one.now(), service_names=(aside.service_name,)))
        if aside.tls_port:
            one.record(e.RequestSaved(at=one.now(), request=_with_tls(one.story.draft, aside.tls_port)))


def _with_tls(draft: Draft, port: int) -> Draft:
    """The request with one more service into Magento, which speaks TLS."""
    added = DraftService(name="Secure webserver", protocol="HTTPS", port=port, direction="to-magento")
    return draft.model_copy(update={"services": (*draft.services, added)})
