"""``status``, ``verify``: where an enablement stands, and the proof that it carries traffic."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import click

from core.cloud import RETRYABLE, Cloud, CloudError, ProbeReport
from core.handoff.proof import commands
from core.journal import events as e
from core.journal import store
from core.journal.store import JournalError
from core.request.model import Direction
from core.workflow import connections, proving
from core.workflow.enablement import Enablement, NotYet, complete_request
from core.workflow.pace import next_look
from core.workflow.timeline import Timeline
from core.workflow.words import kind_word, resource_state
from tui.cli import desk
from tui.cli.drift import drift_value, say_drift
from tui.cli.output import (
    DONE,
    FAILED,
    JSON,
    PROBLEMS,
    WAITING,
    Unusable,
    formatted,
    note,
    put,
    say,
    stop,
)
from tui.widgets.state import symbol_of


def status_value(name: str, line: Timeline) -> dict[str, object]:
    """A timeline's stable JSON keys."""
    return {
        "id": name,
        "state": line.state,
        "turn": line.turn,
        "next": line.next,
        "due": line.due.isoformat() if line.due else None,
        "overdue": line.overdue,
        "steps": [
            {
                "number": step.number,
                "actor": step.actor,
                "title": step.title,
                "state": step.state,
                "since": step.since.isoformat() if step.since else None,
                "evidence": step.evidence,
            }
            for step in line.steps
        ],
        "resources": [
            {"kind": one.kind, "id": one.id, "state": one.state, "detail": one.detail}
            for one in line.resources
        ],
        "drift": [drift_value(one) for one in line.drift],
    }


def say_status(name: str, line: Timeline, azure: bool) -> None:
    """A timeline as lines, in the words of the customer's cloud."""
    due = f" · due {line.due:%a %d %b %H:%M}" if line.due else ""
    say(f"{name}: {line.state} · turn: {line.turn}{due}{' · OVERDUE' if line.overdue else ''}")
    for step in line.steps:
        if step.state != "not-needed":
            say(f"  {symbol_of(step.state)} {step.number:<3}{step.actor:<9}{step.title}  {step.evidence}")
    for one in line.resources:
        state = resource_state(one.kind, one.state, azure)
        say(f"    {kind_word(one.kind, azure)}  {one.id}  {state}  {one.detail}".rstrip())
    say_drift(line.drift, azure)
    say(f"  next: {line.next}")
    if line.overdue:
        say(f"  to write:\n{line.nudge}")


def _exit_code(line: Timeline) -> int:
    if line.state == "problem" or line.drift:
        return PROBLEMS
    return WAITING if line.turn in ("cta", "magento") else DONE


def _look(one: Enablement, cloud: Cloud | None = None) -> Cloud | None:
    """Look once, where there is something to look at; answers the cloud, to look again."""
    if connections.watch(one) is None:
        return cloud
    cloud = cloud or desk.account_of(one)
    observation = connections.look(one, cloud)
    if observation is not None:
        desk.keep_news(one, observation)
    return cloud


def tell_gaps(one: Enablement) -> None:
    """What the last look could not read."""
    for gap in one.observation.gaps if one.observation else ():
        note(f"not checked: {gap.what}, because {gap.message} [{gap.code}]")


@click.command()
@click.argument("id", required=False)
@click.option("--watch", is_flag=True, help="Stay, one line an event, until it is your turn or all is done.")
@formatted
def status(id: str | None, watch: bool, form: str) -> None:
    """Show where ID stands, whose turn it is and what comes next; without ID, all enablements."""
    if id is None:
        _all(form)
        return
    if watch:
        _watch(id, form)
    failed = None
    with desk.enablement(id, write=False) as one:
        try:
            _look(one)
        except (CloudError, NotYet) as error:
            # The journal still answers.
            note(f"not looked at the cloud: {error.message}\n  {error.remedy}")
            failed = FAILED if isinstance(error, CloudError) else PROBLEMS
        tell_gaps(one)
        line = one.timeline()
        azure = one.story.draft.cloud.platform == "azure"
    if form == JSON:
        put(status_value(id, line))
    else:
        say_status(id, line, azure)
    stop(_exit_code(line) if failed is None else failed)


def _all(form: str) -> None:
    """Every enablement, from its journal alone: one that is damaged does not hide the others."""
    lines: list[tuple[str, Timeline]] = []
    damaged = False
    for name in store.names(desk.home()):
        try:
            with desk.enablement(name, write=False) as one:
                lines.append((name, one.timeline()))
        except JournalError as error:
            note(f"privatelink: {name}: {error.message}\n  {error.remedy}")
            damaged = True
    if form == JSON:
        put([status_value(name, line) for name, line in lines])
    else:
        for name, line in lines:
            say(f"{name}  {line.state:<10} turn: {line.turn:<9} {line.next}")
        if not lines:
            say("no enablement yet: privatelink new FILE starts one")
    stop(PROBLEMS if damaged else DONE)


def _watch(name: str, form: str) -> None:
    """Look until there is nobody to wait for. The journal is read anew each time: others may write to it."""
    told: tuple[object, ...] = ()
    changed = time.monotonic()
    cloud: Cloud | None = None
    limits = desk.settings().looks
    while True:
        with desk.enablement(name, write=False) as one:
            try:
                cloud = _look(one, cloud)
            except CloudError as error:
                if error.code not in RETRYABLE:
                    raise
                note(f"not looked at the cloud: {error.message}")
            line = one.timeline()
            gaps = one.observation.gaps if one.observation else ()
            news = (line.state, line.turn, line.next, line.resources, line.drift, gaps)
            if news != told:
                told, changed = news, time.monotonic()
                tell_gaps(one)
                if form == JSON:
                    put(status_value(name, line), line=True)
                else:
                    say(f"{one.clock():%H:%M:%S}  {line.state}  turn: {line.turn}  {line.next}")
                    say_drift(line.drift, one.on_azure)
        if line.turn not in ("cta", "magento"):
            stop(_exit_code(line))
        quiet = timedelta(seconds=time.monotonic() - changed)
        time.sleep(next_look(quiet, line.turn, random.random(), limits=limits))


def _report_value(direction: Direction, report: ProbeReport) -> list[dict[str, object]]:
    return [
        {
            "direction": direction,
            "service": result.target.service,
            "host": result.target.host,
            "port": result.target.port,
            "ok": result.ok,
            "addresses": list(result.addresses),
            "detail": "; ".join(hop.detail for hop in result.hops),
        }
        for result in report.results
    ]


def _proof_value(event: e.Probed) -> list[dict[str, object]]:
    return [
        {"direction": event.direction, "addresses": [], **service.model_dump()} for service in event.services
    ]


@click.command()
@click.argument("id")
@click.option("--output", "output_file", help="What the probe commands printed elsewhere; - for stdin.")
@formatted
def verify(id: str, output_file: str | None, form: str) -> None:
    """Prove that the connection of ID carries traffic.

    To Magento: probed from this machine where it is in the network. From Magento, or from elsewhere: prints
    the commands to run there, and reads what they printed with --output.
    """
    pasted = desk.read_text(output_file) if output_file else None
    with desk.enablement(id, write=True) as one:
        request = complete_request(one)
        cloud = desk.account_of(one)
        connections.look(one, cloud)
        tell_gaps(one)
        place, inside, results = "pasted output", None, []
        if pasted is not None:
            read = proving.take_output(one, pasted)
            results = [value for event in read for value in _proof_value(event)]
            if not read:
                raise Unusable(
                    f"{output_file}: the output names none of the endpoints that have to answer",
                    f"Give everything that the commands of privatelink verify {id} printed.",
                )
        else:
            networks = cloud.networks()
            cidrs = next((item.cidrs for item in networks if item.id == request.network), ())
            report = proving.probe_from_here(one, cloud, cidrs)
            place, inside = report.place, report.inside
            results = _report_value("to-magento", report)
        line = one.timeline()
        missing = proving.unproved(one)
        texts = {direction: commands(direction, targets, request) for direction, targets in missing.items()}
    if form == JSON:
        put(
            {
                "ok": line.state == "verified",
                "state": line.state,
                "place": place,
                "inside": inside,
                "results": results,
                "commands": texts,
            }
        )
    else:
        say(f"probed from: {place}")
        for value in results:
            mark = symbol_of("done" if value["ok"] else "problem")
            say(
                f"{mark} {value['direction']}  {value['service']}  {value['host']}:{value['port']}  {value['detail']}"
            )
        for direction, text in texts.items():
            say(f"\nnot proved yet: {direction}. Run this, and give me what it prints with --output:\n{text}")
        say(f"\n{line.state}. {line.next}")
    if line.state == "verified":
        stop(DONE)
    failed = any(not value["ok"] for value in results) and inside is not False
    stop(PROBLEMS if failed and line.turn not in ("cta", "magento") else WAITING)
