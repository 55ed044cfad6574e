"""``doctor``: why a connection does not carry traffic, hop by hop, with the causes ranked. Read-only."""

from __future__ import annotations

from collections.abc import Sequence

import click

from core.cloud import Cloud
from core.diagnosis.case import Case
from core.diagnosis.causes import CAUSES, source_of
from core.diagnosis.diagnose import diagnose
from core.diagnosis.model import Cause, Diagnosis, Evidence
from core.diagnosis.subject import case_among, subjects
from core.journal import files
from core.network.model import Instance, Inventory
from core.network.saved import Saved
from core.request.identifiers import id_part, is_aws_id, parse_service_name
from core.request.model import Platform, Problem
from core.text import visible
from core.workflow import diagnosing
from core.workflow.diagnosing import Asked, Run
from core.workflow.enablement import NotYet
from core.workflow.surveying import Place
from tui.cli import desk, places
from tui.cli.output import DONE, JSON, PROBLEMS, Unusable, formatted, note, put, say, stop
from tui.widgets.state import VERDICTS

NAMED = 6
"""Endpoints and services that are named where one has to be chosen, at the most."""


@click.command()
@click.argument("target")
@places.placed
@click.option("--from", "file", metavar="FILE", help="A saved inventory, in the cloud's place.")
@click.option(
    "--port", "ports", multiple=True, type=click.IntRange(1, 65535), help="Only this port. Repeatable."
)
@click.option("--host", "hosts", multiple=True, help="A name of clients: probed too. Repeatable.")
@click.option("--run-on", "machine", metavar="MACHINE", help="Show probes for a machine (SSM, Run Command).")
@click.option("--yes", is_flag=True, help="Run what --run-on shows.")
@click.option("--ask", "only_ask", is_flag=True, help="Only the text for the Support ticket.")
@formatted
def doctor(
    target: str,
    cloud: Platform | None,
    profiles: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    network: str | None,
    file: str | None,
    ports: tuple[int, ...],
    hosts: tuple[str, ...],
    machine: str | None,
    yes: bool,
    only_ask: bool,
    form: str,
) -> None:
    """Find out why a connection does not carry traffic. Changes nothing. TARGET is an enablement or an endpoint (id),
    an endpoint service of yours (id, name, alias) or one elsewhere (name); but for an enablement, say where to look.
    """
    asked = Asked(tuple(dict.fromkeys(ports)), tuple(dict.fromkeys(hosts)))
    placed = any((cloud, profiles, accounts, regions, network))
    if file is not None and (placed or hosts or machine):
        raise Unusable(
            "--from takes the cloud's place: nothing is asked of it, and nothing is probed",
            "Leave out --host, --run-on and where to look, or --from.",
        )
    if yes and machine is None:
        raise Unusable("--yes goes with --run-on", "See privatelink doctor --help.")
    if target in files.names(desk.home()) or not (placed or file or _names_something(target)):
        if placed:
            raise Unusable(
                f"{target} is an enablement: its request says where to look", "Leave out where to look."
            )
        case, there = _of_enablement(target, file, asked)
    elif file is not None:
        case, there = _found(target, desk.inventories(file), asked), None
    else:
        accounts = accounts or _account_of(target)
        regions = regions or _region_of(target)
        wanted = places.places(cloud, profiles, accounts, regions, network)
        case, there = _of_subject(target, wanted, asked)
    if machine is not None and there is not None:
        run = diagnosing.to_run(case, machine, diagnosing.targets_of(case, asked.hosts))
        if not yes:
            _show(run, form)
            stop(DONE)
        note(f"running on {_machine(run.machine)} by {run.by} …")
        case, output = diagnosing.ran(case, there, run)
        note(output)
    _answer(diagnose(case), only_ask, form)


def _show(run: Run, form: str) -> None:
    if form == JSON:
        value = {"machine": run.machine.id, "name": run.machine.name, "by": run.by, "script": run.script}
        put({"ok": True, "ran": False, "run": value})
        return
    say(f"On {_machine(run.machine)} would run, by {run.by}:\n\n{run.script}")
    say("Nothing was run. To run it, add --yes.")


def _machine(one: Instance) -> str:
    return f"{one.name} ({one.id}, {one.address})" if one.name else f"{one.id} ({one.address})"


def _names_something(target: str) -> bool:
    """Whether it has the form of something in a cloud, which no enablement's id has."""
    return (
        is_aws_id("vpce", target)
        or is_aws_id("vpce-svc", target)
        or bool(id_part(target, "providers"))
        or parse_service_name(target) is not None
    )


def _account_of(target: str) -> tuple[str, ...]:
    """The subscription of a resource id of an own thing; that of a service elsewhere may be the other side's."""
    return (id_part(target, "subscriptions"),) if id_part(target, "privateEndpoints") else ()


def _region_of(target: str) -> tuple[str, ...]:
    parsed = parse_service_name(target)
    return (parsed.region,) if parsed and parsed.region else ()


def _of_enablement(name: str, file: str | None, asked: Asked) -> tuple[Case, Cloud | None]:
    with desk.enablement(name, write=False) as one:
        if file is not None:
            held = desk.read_inventories(file)
            saved = diagnosing.saved_case(one, held.inventories, asked.ports)
            if saved is None:
                raise _redacted(file, name, held) if held.redacted else _not_of(file, name)
            return saved, None
        cloud = desk.account_of(one)
        case = diagnosing.collect_case(one, cloud, places.counted(one.id), asked)
    if isinstance(case, Problem):
        raise NotYet(case.message, case.remedy)
    return case, cloud


def _not_of(file: str, name: str) -> Unusable:
    return Unusable(
        f"{file} has no inventory of the account, region and network of {name}",
        "Save one (privatelink inventory), or name an endpoint or service that is in this file.",
    )


def _redacted(file: str, name: str, held: Saved) -> Unusable:
    """Stand-ins are made with a key that nobody keeps, so that no request fits them."""
    known = [one for inventory in held.inventories for one in subjects(inventory)]
    there = f": {', '.join(known[:NAMED])}{' …' if len(known) > NAMED else ''}" if known else "; it has none"
    return Unusable(
        f"{file} is redacted: its numbers and ids stand for others, so that nothing tells what in it is of {name}",
        f"Ask for the file without --redact, or name an endpoint or service that is in this file{there}.",
    )


def _of_subject(target: str, wanted: Sequence[Place], asked: Asked) -> tuple[Case, Cloud]:
    seen = places.look(wanted)
    if all(one.error is not None for one in seen):
        raise next(one.error for one in seen if one.error is not None)
    case = _found(target, [one.inventory for one in seen if one.error is None], asked)
    place = next(one.place for one in seen if one.inventory is case.inventory)
    cloud = places.connect(place)
    return diagnosing.looked_up(case, cloud, asked.hosts), cloud


def _found(target: str, inventories: Sequence[Inventory], asked: Asked) -> Case:
    case = case_among(target, inventories, desk.offer(), ports=asked.ports)
    if case is None:
        where = ", ".join(f"{one.account} {one.region}" for one in inventories) or "nothing"
        raise Unusable(
            f"{target} is no enablement here, and no endpoint or endpoint service in what was looked at ({where})",
            "Copy the id or name again, or look in the account and region that has it.",
        )
    return case


def _answer(found: Diagnosis, only_ask: bool, form: str) -> None:
    if form == JSON:
        put(diagnosis_value(found))
    elif only_ask:
        say(found.ask or "Nothing has to be asked of Magento.")
    else:
        say_diagnosis(found)
    stop(DONE if found.healthy else PROBLEMS)


def _evidence(rows: tuple[Evidence, ...]) -> list[dict[str, str]]:
    return [{"resource": row.resource, "field": row.field, "value": row.value} for row in rows]


def _cause_value(cause: Cause, platform: Platform) -> dict[str, object]:
    return {
        "code": cause.code,
        "title": CAUSES[cause.code].title,
        "direction": cause.direction,
        "hop": cause.hop,
        "certainty": cause.certainty,
        "message": cause.message,
        "evidence": _evidence(cause.evidence),
        "fix": cause.fix,
        "command": cause.command,
        "source": source_of(cause.code, platform),
    }


def diagnosis_value(found: Diagnosis) -> dict[str, object]:
    """A diagnosis's stable JSON keys."""
    return {
        "ok": found.healthy,
        "causes": [_cause_value(cause, found.platform) for cause in found.causes],
        "paths": [
            {
                "direction": path.direction,
                "ends": path.ends,
                "ports": list(path.ports),
                "hops": [
                    {
                        "key": hop.key,
                        "title": hop.title,
                        "place": hop.place,
                        "verdict": hop.verdict,
                        "words": hop.words,
                        "evidence": _evidence(hop.evidence),
                    }
                    for hop in path.hops
                ],
            }
            for path in found.paths
        ],
        "ask": found.ask,
        "gaps": [
            {"what": gap.what, "code": gap.code, "message": gap.message, "permission": gap.permission}
            for gap in found.gaps
        ],
    }


def say_diagnosis(found: Diagnosis) -> None:
    """A diagnosis as lines: the paths, then the causes, then what to ask."""
    for path in found.paths:
        say(f"{path.direction}: {path.ends}")
        for hop in path.hops:
            say(f"  {VERDICTS[hop.verdict].symbol} {hop.title}: {hop.words}")
        say()
    certain = [cause for cause in found.causes if cause.certainty != "possible"]
    for number, cause in enumerate(certain, 1):
        say(f"{number}. {CAUSES[cause.code].title} ({cause.certainty}). {cause.message}")
        for row in cause.evidence:
            say(f"     {row.resource}  {row.field} = {row.value}")
        say(f"     {cause.fix}")
        if cause.command:
            say(f"     $ {cause.command}")
    if not certain:
        say("No cause was found on your side.")
    for cause in found.causes:
        if cause.certainty == "possible":
            say(f"  possible: {cause.message} {cause.fix}")
    for gap in found.gaps:
        note(f"not checked: {visible(gap.what)}, because {gap.message} [{gap.code}]")
    if found.ask:
        say(f"\nTo write in the ticket:\n{found.ask}")
