"""Paths as a person writes them."""

from __future__ import annotations

import os
from pathlib import Path


def named(text: str) -> Path:
    """The path that a text names; ``~`` and ``~somebody`` are their homes. Of nobody that is known the text itself
    is taken, as a shell does: ``~$request.toml`` is a file.
    """
    return Path(os.path.expanduser(text))  # noqa: PTH111  # Path's own raises where there is no such person
