"""``walkthrough`` and ``scenarios``: an enablement with a presenter's rail, on the embedded sandbox."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from core.request.facts import CLOUD_NAMES
from core.request.model import CONNECTION_TYPES, PLATFORMS, ConnectionType, Platform
from core.request.rules import request_of
from core.unusable import UnusableFile
from core.walkthrough import scenario as scenarios_
from core.walkthrough.clock import PACES, PaceName
from core.walkthrough.rail import Phase
from core.walkthrough.scenario import Scenario
from core.walkthrough.shape import PLAIN, Shape, shape_of
from tui.cli import desk, interactive
from tui.cli.output import DONE, JSON, PROBLEMS, Unusable, form_option, formatted, note, put, say, stop
from tui.cli.request import complete
from tui.paths import kind_at

if TYPE_CHECKING:
    from core.walkthrough.frame import Framed
    from tui.recording import Recording
    from tui.walk import Walk

JSONL = "jsonl"
HAPPY: dict[str, str] = {one: one for one in CONNECTION_TYPES}
"""The scenario of a connection type where none is named."""


def _pace(ctx: click.Context, _option: click.Parameter, named: PaceName | None) -> PaceName | None:
    """The pace that was named, else that of the settings, None where neither says one. Raises SettingsError."""
    if named is not None or ctx.resilient_parsing:
        return named
    kept = desk.settings().walkthrough.pace
    return None if kept == "auto" else kept


@click.command()
@click.option("--cloud", type=click.Choice(PLATFORMS), help="The scenario's own if left out, or AWS.")
@click.option(
    "--type", "kind", type=click.Choice(CONNECTION_TYPES), help="Without a scenario: which happy path."
)
@click.option("--scenario", "named", help="A name of `scenarios list`, or your TOML file.")
@click.option(
    "--pace",
    type=click.Choice(PACES),
    callback=_pace,
    help="step: by keys. live: five business days in a minute. fast: by itself.",
)
@form_option(("text", JSONL), "text", "jsonl: no screen, one line an event.")
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    help="A folder for pictures, a transcript and an HTML page.",
)
@click.option("--request", "asked", help="A request file: the sandbox takes its shape.")
@click.pass_context
def walkthrough(
    ctx: click.Context,
    cloud: Platform | None,
    kind: ConnectionType | None,
    named: str | None,
    pace: PaceName | None,
    form: str,
    record: Path | None,
    asked: str | None,
) -> None:
    """Learn, or show, a whole enablement: the real wizard on a sandbox, with a presenter's rail.
    Nothing real is touched. Without a terminal it plays by itself, one line an event.
    """
    shape = PLAIN if asked is None else shape_of(request_of(complete(asked, form)[0], desk.offer()))
    if shape.request is not None:
        cloud = _fitting(cloud, shape.request.platform, "--cloud")
        kind = _fitting(kind, shape.request.type, "--type")
    scenario = _chosen(named, kind)
    if shape.request is not None:
        _fitting(scenario.type, shape.request.type, "--scenario")
    platform = _cloud(scenario, cloud)
    seen = interactive() and form != JSONL
    if not seen and pace == "step":
        if ctx.get_parameter_source("pace") is click.core.ParameterSource.COMMANDLINE:
            raise Unusable(
                "pace step needs a terminal: nobody can press a key here", "Leave it out, or choose fast."
            )
        pace = None
    if seen or record is not None:
        stop(
            _shown(
                scenario,
                platform,
                pace or ("step" if seen else "fast"),
                form,
                record,
                shape,
                headless=not seen,
            )
        )
    stop(_played(scenario, platform, pace or "fast", form, shape))


Word = TypeVar("Word", bound=str)


def _fitting(named: Word | None, requested: Word, option: str) -> Word:
    """What the request says. Raises Unusable where an option names another."""
    if named is not None and named != requested:
        raise Unusable(
            f"the request is for {requested}, and {option} for {named}",
            f"Leave {option} out, or choose one that fits.",
        )
    return requested


def _shown(
    scenario: Scenario,
    cloud: Platform,
    pace: PaceName,
    form: str,
    record: Path | None,
    shape: Shape,
    *,
    headless: bool,
) -> int:
    """Play it on the wizard, where a screen is wanted or recorded; returns the exit code.

    ``headless``: nobody sees it, and what there is to tell is told at its end.
    """
    from tui.guide import run
    from tui.walk import opening_of

    try:
        recording = _recording(record, scenario, cloud)
    except UnusableFile as error:
        raise Unusable(error.message, error.remedy) from error
    lines: list[Callable[[], None]] = (
        [framed_line("opening", opening_of(scenario, cloud), form)] if headless else []
    )

    def told(walk: Walk) -> None:
        if headless:
            lines.extend(lines_of(walk, form))

    code, problem = run(
        scenario,
        cloud,
        pace,
        told=told,
        picture=recording.take if recording else None,
        headless=headless,
        shape=shape,
    )
    for say_it in lines:
        say_it()
    if code and problem:
        note(f"privatelink: {problem}")
    if recording is not None and not code:
        recording.finish()
        note(f"privatelink: recorded in {record}: open index.html there")
    return code or _ended(problem)


def _recording(folder: Path | None, scenario: Scenario, cloud: Platform) -> Recording | None:
    from tui.recording import Recording

    return None if folder is None else Recording(folder, scenario, cloud)


def _chosen(named: str | None, kind: ConnectionType | None) -> Scenario:
    """The scenario that was named, by name or as a file. Raises Unusable."""
    if named is None:
        return scenarios_.load(HAPPY[kind or "unidirectional"])
    if named not in scenarios_.names() and (named.endswith(".toml") or "/" in named or kind_at(Path(named))):
        return read_file(named)
    return load(named)


def load(name: str) -> Scenario:
    """A scenario that comes with the program. Raises Unusable for a name that is none."""
    try:
        return scenarios_.load(name)
    except UnusableFile as error:
        raise Unusable(error.message, error.remedy) from error


def read_file(path: str) -> Scenario:
    """A scenario's file. Raises Unusable naming the file and the place in it."""
    try:
        scenario = scenarios_.read(desk.read_bytes(path, scenarios_.MAX_BYTES))
    except UnusableFile as error:
        raise Unusable(f"{path}: {error.message}", error.remedy) from error
    if scenario.fault is not None:
        _brings_about(path, scenario, scenario.fault)
    return scenario


def _brings_about(path: str, scenario: Scenario, fault: str) -> None:
    """Raises Unusable where that cannot be broken on each of the scenario's clouds, or nothing in it finds it."""
    from providers.sandbox import faults

    audited = any(one.act == "audit" for one in scenario.checkpoint)

    def why(cloud: Platform, name: str) -> str:
        return faults.unplayable(cloud, name, scenario.type, audited=audited)

    for cloud in scenario.clouds:
        reason = why(cloud, fault)
        if reason:
            fits = [one for one in faults.names(cloud) if not why(cloud, one)]
            raise Unusable(
                f"{path}: fault: {reason}",
                f"On {CLOUD_NAMES[cloud]} choose one of {', '.join(fits)}; or leave it out of clouds.",
            )


def _cloud(scenario: Scenario, cloud: Platform | None) -> Platform:
    if cloud is not None and cloud not in scenario.clouds:
        others = " or ".join(CLOUD_NAMES[one] for one in scenario.clouds)
        raise Unusable(f"this scenario is not played on {CLOUD_NAMES[cloud]}", f"Choose {others}.")
    return cloud or scenario.clouds[0]


def _played(scenario: Scenario, cloud: Platform, pace: PaceName, form: str, shape: Shape) -> int:
    """Play it without a screen; returns the exit code."""
    from providers.worker import Worker, rehearsal
    from tui.walk import opening_of
    from tui.walkthrough import play

    def told(walk: Walk) -> None:
        for say_it in lines_of(walk, form):
            say_it()

    framed_line("opening", opening_of(scenario, cloud), form)()
    with tempfile.TemporaryDirectory(prefix="privatelink-walkthrough-") as folder:
        scratch = Path(folder, "sandbox")
        scratch.mkdir()
        worker = Worker(rehearsal(cloud, 0.0, auto=False, shape=shape), scratch=scratch)
        try:
            walk = play(scenario, cloud, pace, worker, Path(folder, "home"), told)
        finally:
            worker.close()
    return _ended(f"checkpoint {walk.index + 1}: {walk.problem}" if walk.problem else "")


def _ended(problem: str) -> int:
    """The exit code; what went wrong is told."""
    if problem:
        note(f"privatelink: {problem}")
        return PROBLEMS
    return DONE


EVENTS: Mapping[Phase, str] = {
    "to-do": "checkpoint",
    "under-way": "begins",
    "over": "done",
    "failed": "failed",
    "past": "done",
}
"""What a phase is called in the lines of ``jsonl``."""


def lines_of(walk: Walk, form: str) -> Iterator[Callable[[], None]]:
    """What says where the walkthrough is now, and at its end what sums it up."""
    yield line_of(walk, form)
    closing = walk.closing()
    if closing is not None:
        yield framed_line("closing", closing, form)


def framed_line(event: str, framed: Framed, form: str) -> Callable[[], None]:
    """What says what is told before the first checkpoint, or after the last one."""
    if form == JSONL:
        told = [{"lead": lead, "text": text} for lead, text in framed.told]
        return lambda: put({"event": event, "title": framed.title, "told": told}, line=True)
    return lambda: say("\n".join([framed.title, *(f"  {lead}: {text}" for lead, text in framed.told)]))


def line_of(walk: Walk, form: str) -> Callable[[], None]:
    """What says in one line where the walkthrough is now, whenever it is called."""
    rail = walk.rail()
    line = walk.session.model.timeline
    if form == JSONL:
        value = {
            "event": EVENTS[rail.phase],
            "checkpoint": rail.number,
            "of": rail.of,
            "act": rail.act,
            "title": rail.title,
            "who": rail.who,
            "step": rail.step,
            "at": rail.at.isoformat(),
            "now": rail.now,
            "why": rail.why,
            "ask": rail.ask,
            "maps": rail.maps,
            "evidence": rail.evidence,
            "state": line.state if line else "",
            "turn": line.turn if line else "",
            "next": line.next if line else "",
            "problem": walk.problem,
        }
        return lambda: put(value, line=True)
    at = f"{rail.at:%a %d %b %H:%M}"
    head = f"{at}  {rail.number}/{rail.of} {rail.actor}: {rail.title}"
    texts = {
        "to-do": f"{head}. {rail.now}",
        "over": f"{head}: done{'. ' + rail.evidence if rail.evidence else ''}",
        "failed": f"{head}: failed. {walk.problem}",
    }
    return lambda: say(texts[rail.phase]) if rail.phase in texts else None


@click.group()
def scenarios() -> None:
    """The walkthroughs that there are, and the format of your own."""


@scenarios.command("list")
@formatted
def list_(form: str) -> None:
    """List the scenarios that come with the program."""
    rows = [
        {"name": name, "clouds": list(one.clouds), "type": one.type, "title": one.title, "about": one.about}
        for name in scenarios_.names()
        for one in (scenarios_.load(name),)
    ]
    if form == JSON:
        put(rows)
        return
    width = max(len(name) for name in scenarios_.names())
    for row in rows:
        where = ", ".join(CLOUD_NAMES[one] for one in PLATFORMS if one in row["clouds"])
        say(f"{row['name']:<{width}}  {row['title']} ({row['type']}; {where})")


@scenarios.command()
@click.argument("name")
@formatted
def show(name: str, form: str) -> None:
    """Print the file of a scenario: something to begin your own with."""
    one = load(name)
    if form == JSON:
        put(one.model_dump(mode="json", exclude_none=True))
    else:
        say(scenarios_.source(name).rstrip())


@scenarios.command()
@click.argument("file")
@formatted
def check(file: str, form: str) -> None:
    """Check a scenario's file, without playing it."""
    one = read_file(file)
    if form == JSON:
        put({"ok": True, "title": one.title, "checkpoints": len(one.checkpoint)})
    else:
        say(f"{file} can be played: {one.title}, {len(one.checkpoint)} checkpoints.")


@scenarios.command()
@formatted
def schema(form: str) -> None:
    """Print the JSON Schema of a scenario's file; it is JSON either way."""
    put(scenarios_.schema())
