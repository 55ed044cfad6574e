"""What commands print and how they end: JSON or lines on stdout, messages on stderr, one table of exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from core.secrecy import hide, named_secrets
from core.text import visible, visible_lines

if TYPE_CHECKING:
    from core.request.model import Problem

DONE, PROBLEMS, UNUSABLE, FAILED, WAITING = range(5)
INTERRUPTED = 130
"""As shells tell that a program was ended by Ctrl-C."""

JSON = "json"
_FORM = "privatelink.form"
"""Where click's context keeps the wanted format, for failures too."""

F = TypeVar("F", bound=Callable[..., Any])


def formatted(command: F) -> F:
    """Give a command its ``--format``."""
    return form_option(("text", JSON), "text", "JSON has stable keys.")(command)


def form_option(forms: Sequence[str], default: str, help: str) -> Callable[[F], F]:
    """A command's ``--format``, with other forms than text and JSON."""

    def remember(ctx: click.Context, _option: click.Parameter, form: str) -> str:
        ctx.meta[_FORM] = form
        return form

    return click.option(
        "--format",
        "form",
        is_eager=True,
        callback=remember,
        type=click.Choice(forms),
        default=default,
        show_default=True,
        help=help,
    )


class Unusable(Exception):
    """Input that cannot be used: what, and what to do about it."""

    def __init__(self, message: str, remedy: str = "", code: str = "unusable-input") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code


def say(text: str = "") -> None:
    """A line for people on stdout. Control characters in it are made visible."""
    click.echo(visible_lines(text))


def note(text: str) -> None:
    """A message on stderr."""
    click.echo(visible_lines(text), err=True)


def put(value: Mapping[str, object] | Sequence[object], *, line: bool = False) -> None:
    """A value as JSON on stdout, ``line``: on one line.

    ASCII only, so that no terminal can be tricked by what it holds.
    """
    click.echo(json.dumps(value, indent=None if line else 2, ensure_ascii=True))
    sys.stdout.flush()


def stop(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise click.exceptions.Exit(code)


def _wants_json() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_FORM) == JSON


def fail(error: Exception) -> NoReturn:
    """Say what happened, what to do and who can do it, and end with the error's exit code.

    As JSON it is a problem with the keys of any other, so that one reader is enough.
    """
    code, status = _classified(error)
    told = str(getattr(error, "message", "") or error or type(error).__name__)
    message = hide(told, named_secrets(os.environ))
    remedy = str(getattr(error, "remedy", ""))
    if _wants_json():
        from core.request.model import Problem

        put({"ok": False, "problems": [problem_value(Problem(code, "", "error", message, remedy))]})
    note(f"privatelink: {visible(message)}" + (f"\n  {visible(remedy)}" if remedy else ""))
    stop(status)


def _classified(error: Exception) -> tuple[str, int]:
    from core.cloud import CloudError
    from core.journal.store import JournalError
    from core.workflow.enablement import NotYet
    from tui.settings import SettingsError

    if isinstance(error, CloudError):
        return error.code, FAILED
    if isinstance(error, JournalError | Unusable | SettingsError):
        return error.code, UNUSABLE
    if isinstance(error, NotYet):
        return error.code, PROBLEMS if error.turn == "customer" else WAITING
    if isinstance(error, OSError):
        return "file", UNUSABLE
    return _fault(error)


def _fault(error: Exception) -> tuple[str, int]:
    """A fault of ours: keep the traceback in a file of the person's own, never on the screen."""
    from tui.fault import keep_traceback

    path = keep_traceback(error)
    note(f"privatelink: this is a fault of the program. What happened is in {path}: please report it.")
    return "fault", FAILED


def problem_value(problem: Problem) -> dict[str, object]:
    """A problem's stable JSON keys."""
    return {name: getattr(problem, name) for name in ("code", "field", "severity", "message", "remedy")}


def say_problems(problems: Sequence[Problem], to: Callable[[str], None] = say) -> None:
    """Problems as lines: severity, where, what, remedy."""
    for problem in problems:
        mark = "✗" if problem.severity == "error" else "!"
        where = f"{visible(problem.field)}: " if problem.field else ""
        to(f"{mark} {problem.severity}  {where}{visible(problem.message)} [{problem.code}]")
        to(f"    {visible(problem.remedy)}")
