"""Write a draft as the request file that reads back as the same draft."""

from __future__ import annotations

import tomli_w
from pydantic import BaseModel

from core.request.model import Draft
from core.text import visible


def to_toml(draft: Draft) -> str:
    """The draft as TOML: what was not said is left out. :func:`core.request.read.read` gives it back."""
    sections = {
        name: fields for name in ("project", "cloud", "connection") if (fields := _said(getattr(draft, name)))
    }
    parts = [tomli_w.dumps(sections)] if sections else []
    # One [[services]] each, as people write it; tomli_w would put short ones into one inline list.
    parts += ["[[services]]\n" + tomli_w.dumps(_said(service)) for service in draft.services]
    return _escaped("\n".join(parts))


def _escaped(toml: str) -> str:
    """TOML with what can't be seen inside its strings as escapes; newlines and tabs stay."""
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in toml.split("\n"))


def _said(part: BaseModel) -> dict[str, object]:
    return {name: _plain(value) for name, value in part if value is not None and value != ()}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
