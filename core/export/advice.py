"""Single commands of the clouds' own CLIs, as advice: every word quoted for a shell."""

from __future__ import annotations

from core.export.shell import quoted_call


def aws(region: str, *words: str) -> str:
    """A command of the AWS CLI in a region. Words are data: a shell takes them as they are."""
    return quoted_call(("aws", *words, "--region", region))


def az(*words: str) -> str:
    """A command of the Azure CLI. Words are data: a shell takes them as they are."""
    return quoted_call(("az", *words))


def both(*commands: str) -> str:
    """Commands one after another, each only where the one before it succeeded."""
    return " && ".join(command for command in commands if command)
