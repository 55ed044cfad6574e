"""HTML pages of the program: one way to make a template, in which everything from outside is only text.

``page.html`` is what every page begins and ends with. A page says its ``title``, ``style`` and ``body``, and what it is
``allowed`` to load besides: nothing from elsewhere.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from core.text import visible

if TYPE_CHECKING:
    from jinja2 import Template


def template(source: str) -> Template:
    """A template that escapes every text and makes it visible before. The filter ``own`` lets the program's own
    text through as it is; ``page.html`` can be extended.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    frame = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    environment = Environment(
        loader=DictLoader({"page.html": frame}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters["own"] = Markup
    return environment.from_string(source)
