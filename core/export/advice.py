"""Single commands of the clouds' own CLIs, as advice: every value quoted for a shell."""

from __future__ import annotations

from core.export.shell import Value, call


def aws(region: str, words: str, **options: Value) -> str:
    """A command of the AWS CLI in a region. Values are data: a shell and the CLI take them as they are."""
    return call(f"aws {words}", {**options, "region": region})


def az(words: str, **options: Value) -> str:
    """A command of the Azure CLI. Values are data: a shell and the CLI take them as they are."""
    return call(f"az {words}", options)


def both(*commands: str) -> str:
    """Commands one after another, each only where the one before it succeeded."""
    return " && ".join(command for command in commands if command)
