"""The commands that mend what a check found: the cloud's own CLI, every word quoted for a shell."""

from __future__ import annotations

from core.audit.check import Survey
from core.export import advice


def aws(survey: Survey, *words: str) -> str:
    """A command of the AWS CLI in the region that was looked at. Words are data: a shell takes them as they are."""
    return advice.aws(survey.region, *words)


az = advice.az
"""A command of the Azure CLI. Words are data: a shell takes them as they are."""


def both(*commands: str) -> str:
    """Commands one after another, each only where the one before it succeeded."""
    return " && ".join(command for command in commands if command)
