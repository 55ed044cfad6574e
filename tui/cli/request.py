"""``check``, ``new``, ``schema``: the request file."""

from __future__ import annotations

import os

import click

from core.journal import events as e
from core.journal import store
from core.request.model import Draft, Problem
from core.request.read import Reading, check_reading, read
from tui.cli import desk
from tui.cli.output import (
    DONE,
    JSON,
    PROBLEMS,
    UNUSABLE,
    formatted,
    note,
    problem_value,
    put,
    say,
    say_problems,
    stop,
)
from tui.enablements import summaries
from tui.widgets.durations import count


def _judge(path: str) -> tuple[Reading, tuple[Problem, ...]]:
    reading = read(desk.read_bytes(path), path)
    return reading, check_reading(reading, desk.offer())


def _exit_code(reading: Reading, problems: tuple[Problem, ...]) -> int:
    if reading.unusable:
        return UNUSABLE
    return PROBLEMS if any(problem.severity == "error" for problem in problems) else DONE


def complete(path: str, form: str) -> tuple[Draft, tuple[Problem, ...]]:
    """The request of a file, and its warnings. One with errors starts nothing: they are told and the program stops,
    with the exit code of ``check``.
    """
    reading, problems = _judge(path)
    code = _exit_code(reading, problems)
    if code != DONE:
        if form == JSON:
            put({"ok": False, "problems": [problem_value(problem) for problem in problems]})
        else:
            say_problems(problems, note)
        note("privatelink: nothing was started; correct the request first")
        stop(code)
    return reading.draft, problems


@click.command()
@click.argument("file")
@formatted
def check(file: str, form: str) -> None:
    """Check a request FILE (TOML or JSON; - for standard input) against every rule of the offer.

    All problems are told at once. Needs no cloud and changes nothing.
    """
    reading, problems = _judge(file)
    code = _exit_code(reading, problems)
    if form == JSON:
        put({"ok": code == DONE, "problems": [problem_value(problem) for problem in problems]})
    else:
        say_problems(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        warnings = len(problems) - errors
        say(f"{'not ready' if code else 'ready'}: {count(errors, 'error')}, {count(warnings, 'warning')}")
    stop(code)


@click.command()
@click.argument("file")
@formatted
def new(file: str, form: str) -> None:
    """Start an enablement from a request FILE and print its id.

    A request with errors starts nothing: it tells them, as check does.
    """
    draft, problems = complete(file, form)
    project = draft.project
    same = [
        one.id
        for one in summaries(desk.home(), desk.now)
        if (one.project, one.environment) == (project.id, project.environment)
    ]
    name = store.new_id(os.urandom(16))
    with store.create(desk.home(), name, "privatelink new") as journal:
        journal.append(e.RequestSaved(at=desk.now(), request=draft))
    if form == JSON:
        put({"id": name})
    else:
        say(name)
    say_problems(problems, note)
    if same:
        note(
            f"privatelink: {project.id}, {project.environment} has been begun before: {', '.join(same)}. To go on with "
            "that, use its id; this is a second one beside it."
        )


@click.command()
@formatted
def schema(form: str) -> None:
    """Print what a request file holds: one line a key, or with --format json its JSON Schema."""
    if form == JSON:
        from core.request.schema import schema as request_schema

        put(request_schema())
        return
    from core.request.fields import FIELDS

    for path, field in FIELDS.items():
        needed = "" if field.required else "  (optional)"
        say(f"{path.replace('*', 'N'):<26}{field.description}{needed}")
