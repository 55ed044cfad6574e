"""Values inside Markdown: data that stays data, wherever the ticket is shown."""

from __future__ import annotations

from core.text import visible

_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "<>&|"}
_BACKSLASHED = {ord(character): f"\\{character}" for character in "\\`*_{}[]#~"}
_IN_CODE = {ord("@"): "`@`"}
"""Whoever looks for mentions and mail addresses looks at the rendered text, but never inside code."""
_TABLE = _ENTITIES | _BACKSLASHED | _IN_CODE


def markdown(value: str) -> str:
    """``value`` as one line of Markdown that renders as exactly its characters.

    No emphasis, code, link, image, HTML, table cell, mention or automatic link comes of it
    (CommonMark 0.31, section 2.4 and 2.5; GitHub's autolinks), and control characters are visible.
    """
    escaped = visible(value).translate(_TABLE)
    return escaped.replace("://", ":&#47;/").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
