"""HTML pages of the program: one way to make a template, in which everything from outside is only text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.text import visible

if TYPE_CHECKING:
    from jinja2 import Template


def template(source: str) -> Template:
    """A template that escapes every text and makes it visible before. The filter ``own`` lets the program's own
    text through as it is.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters["own"] = Markup
    return environment.from_string(source)
