"""Room for text that comes from elsewhere: a reply, the output of a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.widgets import TextArea

from core.text import hidden
from tui.keys import EVERYWHERE

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
"""What a program tells a terminal: control sequences (CSI) and operating system commands (OSC)."""

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def clean(text: str) -> str:
    """``text`` without what a terminal obeys and an eye does not see; every kind of line break is a newline.

    Nothing that is read out of a reply or an output is lost by it.
    """
    text = _BREAKS.sub("\n", _TERMINAL.sub("", text))
    unseen = {ord(one): None for one in set(text) - set("\n\t") if hidden(one) is not None}
    return text.translate(unseen) if unseen else text


def _own(binding: BindingType) -> bool:
    """Whether a text area may keep a binding: the keys that work everywhere are not its own."""
    return isinstance(binding, Binding) and EVERYWHERE.isdisjoint(binding.key.split(","))


class Pasted(TextArea, inherit_bindings=False):
    """A text area that takes in clean text only: what is shown is what is read. Textual's selects with F6 and F7;
    here these are the program's.
    """

    BINDINGS: ClassVar[list[BindingType]] = [one for one in TextArea.BINDINGS if _own(one)]

    def load_text(self, text: str) -> None:
        """Put another text in."""
        super().load_text(clean(text))

    def edit(self, edit: Edit) -> EditResult:
        """Take what was typed or pasted."""
        cleaned = clean(edit.text)
        return super().edit(edit if cleaned == edit.text else replace(edit, text=cleaned))
