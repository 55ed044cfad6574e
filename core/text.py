"""Text that a cloud, a file or a person supplied, made safe to show: the one place for the whole program.

Nothing in here knows markup. It turns what a terminal would obey, or an eye would miss, into something that
can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPED: tuple[tuple[int, int], ...] = (
    (0x80, 0x9F),  # C1 controls
    (0xAD, 0xAD),  # soft hyphen
    (0x34F, 0x34F),  # combining grapheme joiner
    (0x61C, 0x61C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors and vowel separator
    (0x200B, 0x200F),  # zero-width space, joiners, direction marks
    (0x2028, 0x202E),  # line and paragraph separators, bidirectional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidirectional isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xDFFF),  # lone surrogates: can't be encoded, so can't be printed
    (0xFE00, 0xFE0D),  # variation selectors; the two that choose text or emoji style stay
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # Hangul filler
    (0xFFF0, 0xFFFB),  # interlinear annotations, and what Unicode keeps for the like
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE0FFF),  # tags, variation selectors, and what Unicode keeps for the like
)
"""C1 controls, surrogates, separators, and all that is never drawn: ``Default_Ignorable_Code_Point`` of Unicode's
DerivedCoreProperties."""
_JOINERS = "\u200c\u200d"


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _codes() -> Iterator[int]:
    yield from range(0x20)
    yield 0x7F
    for first, last in _ESCAPED:
        yield from range(first, last + 1)


_TABLE = {code: _picture(code) for code in _codes()}
_LINES_TABLE = {code: shown for code, shown in _TABLE.items() if code != 0x0A} | {0x09: "    "}
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _ESCAPED) + "]"
)


def visible(text: str) -> str:
    r"""``text`` on one line with everything that can't be seen made visible.

    C0 controls and DEL become their pictures (ESC ``␛``, newline ``␊``); C1 controls, direction overrides
    and isolates, zero-width characters, separators, tags and lone surrogates become ``\u202e``.
    The result can be encoded as UTF-8, and ``visible`` leaves it as it is.
    """
    return text.translate(_TABLE) if _HIDDEN.search(text) else text


def visible_lines(text: str) -> str:
    """Like :func:`visible`, but newlines stay (CR LF counts as one) and tabs become four spaces."""
    return text.replace("\r\n", "\n").translate(_LINES_TABLE) if _HIDDEN.search(text) else text


def hidden(text: str) -> str | None:
    """The first character of ``text`` that :func:`visible` would change, shown; None where there is none.

    The joiners of emoji and of several scripts are allowed: they are part of how words are spelled.
    """
    for found in _HIDDEN.finditer(text):
        if found[0] not in _JOINERS:
            return _picture(ord(found[0]))
    return None


def excerpt(text: str, limit: int = 60) -> str:
    """``text`` made visible and cut to ``limit`` characters, the last of them ``…`` where it was cut."""
    shown = visible(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def quoted(text: str, limit: int = 60) -> str:
    """An :func:`excerpt` between double quotes, as messages cite what a person wrote."""
    return f'"{excerpt(text, limit)}"'
