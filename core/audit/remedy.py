"""The commands that mend what a check found: the cloud's own CLI, every word quoted for a shell."""

from __future__ import annotations

import shlex

from core.audit.check import Survey


def aws(survey: Survey, *words: str) -> str:
    """A command of the AWS CLI in the region that was looked at. Words are data: a shell takes them as they are."""
    return shlex.join(("aws", *words, "--region", survey.region))


def az(*words: str) -> str:
    """A command of the Azure CLI. Words are data: a shell takes them as they are."""
    return shlex.join(("az", *words))


def both(*commands: str) -> str:
    """Commands one after another, each only where the one before it succeeded."""
    return " && ".join(command for command in commands if command)
