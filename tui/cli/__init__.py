"""The console command ``privatelink``: the wizard without arguments, commands with them."""

from __future__ import annotations

import os
import sys


def interactive() -> bool:
    """Whether somebody can see and type. Textual paints on stderr, so that must be a terminal as well."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def main() -> None:
    """Entry point. Without arguments and in a terminal: the wizard, before anything else is imported.

    Whatever is written from here on, by a library too, is readable by this user alone.
    """
    os.umask(0o077)
    if len(sys.argv) == 1 and interactive():
        from tui.wizard import run

        sys.exit(run())
    import io

    from tui.cli.group import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal or pipe that is not UTF-8 still gets every line.
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="privatelink")
