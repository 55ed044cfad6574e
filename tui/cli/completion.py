"""``completion``: what a shell has to read to complete this program's commands, options and words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

PROGRAM = "privatelink"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes Tab complete commands, options, terms and codes in a shell.

    Written to a file that the shell reads, it works in the next shell that is started. The folder has to be there;
    for zsh it is one in $fpath.
    """
    made = get_completion_class(shell)
    assert made is not None, "click has all of the choices"
    click.echo(made(ctx.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
