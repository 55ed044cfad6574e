"""The command table. A command's module is imported when the command is called, not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

import click

from tui.cli.examples import epilog
from tui.cli.layout import BriefContext, write_groups
from tui.cli.output import INTERRUPTED, fail, note, say, stop

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("tui.cli.request:check", "Check a request file against the offer's rules."),
    "new": ("tui.cli.request:new", "Start an enablement from a request file."),
    "schema": ("tui.cli.request:schema", "Print the JSON Schema of a request file."),
    "plan": ("tui.cli.setup:plan", "Show what would be created, adopted, changed. Changes nothing."),
    "apply": ("tui.cli.setup:apply", "Make the planned changes in your account."),
    "undo": ("tui.cli.setup:undo", "Remove what this enablement made, and nothing else."),
    "ticket": ("tui.cli.handoff:ticket", "Print the text of the Support ticket."),
    "filed": ("tui.cli.handoff:filed", "Remember the Support ticket's number."),
    "details": ("tui.cli.handoff:details", "Take Magento's connection details."),
    "desk": ("tui.cli.cases:desk_", "Judge what customers send; every enablement, the late ones first."),
    "note": ("tui.cli.cases:note_", "Keep words with an enablement's story, or show them."),
    "status": ("tui.cli.progress:status", "Show where enablements stand and whose turn it is."),
    "accept": ("tui.cli.incoming:accept", "Accept Magento's connection to your service."),
    "reject": ("tui.cli.incoming:reject", "Reject a connection to your service."),
    "verify": ("tui.cli.progress:verify", "Prove that the connection carries traffic."),
    "policy": ("tui.cli.policy:policy", "Print the least permissions that this program needs."),
    "doctor": ("tui.cli.doctor:doctor", "Find out why a connection does not carry traffic."),
    "recover": ("tui.cli.recover:recover", "Go on with what can be read of a damaged journal."),
    "drift": ("tui.cli.drift:drift", "Show what somebody changed behind this program's back."),
    "journal": ("tui.cli.journal:journal", "Export, import or verify the history of an enablement."),
    "inventory": ("tui.cli.inventory:inventory", "Save everything about PrivateLink in accounts as a file."),
    "audit": ("tui.cli.audit:audit", "Check whether networks are fit for PrivateLink, and safe."),
    "explain": ("tui.cli.explain:explain", "Say what a term or a code means, and what to do about it."),
    "settings": ("tui.cli.settings:settings", "Show what is set, and where that comes from; set it."),
    "completion": ("tui.cli.completion:completion", "Print what makes Tab complete in bash, zsh or fish."),
    "serve": ("tui.cli.serve:serve", "Show the wizard in a browser of this machine."),
    "sandbox": ("tui.cli.sandbox:sandbox", "Run a local AWS or Azure with a customer and Magento."),
    "walkthrough": ("tui.cli.walkthrough:walkthrough", "Learn or show a whole enablement, on the sandbox."),
    "scenarios": ("tui.cli.walkthrough:scenarios", "List the walkthroughs' scenarios; show or check one."),
    "rehearse": ("tui.cli.rehearsal:rehearse", "Go through a whole enablement on the embedded sandbox."),
}


class LazyGroup(click.Group):
    """A click group that knows its commands by name and imports one only to run it."""

    context_class = BriefContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which an enablement uses them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the named command's module."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        command.epilog = epilog(cmd_name)
        command.context_class = BriefContext
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing any, or an option of the program."""
        from click.shell_completion import CompletionItem

        names = [(name, text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=text) for name, text in names]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name the commands without importing them."""
        write_groups(formatter, COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; every failure becomes words, an exit code and never a traceback."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            note(
                "\nprivatelink: interrupted; what was done is in the journal, the same command goes on from there"
            )
            stop(INTERRUPTED)
        except Exception as error:  # noqa: BLE001 - fail() turns it into words and an exit code
            return _failed(error)


def _failed(error: Exception) -> NoReturn:
    fail(error)


def _list(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Every command with what it does, one line each."""
    if wanted:
        for name, (_, text) in COMMANDS.items():
            say(f"{name:<12}{text}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  privatelink new request.toml\n  privatelink status pl-7k3m9q --watch\n\n"
    "Exit codes: 0 done, 1 problems, 2 unusable input, 3 failure, 4 others' turn.",
)
@click.option(
    "--commands",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="What each command does.",
)
@click.version_option(package_name="privatelink", prog_name="privatelink")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Take a PrivateLink connection to Magento Commerce Cloud from nothing to proved. Without a command, in a terminal,
    the wizard opens. Each command has its own --help.
    """
    if ctx.invoked_subcommand is None:
        click.echo("privatelink: the wizard needs a terminal; without one, name a command:\n", err=True)
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)
