"""A file that somebody sent: what it is, told by its content, and what it says. Any bytes in, never an exception."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from core.journal import transfer
from core.journal.errors import JournalError
from core.journal.transfer import Packed
from core.network import saved
from core.network.saved import Saved
from core.request.model import Problem
from core.request.read import MAX_BYTES, Reading, read
from core.unusable import UnusableFile

Kind = Literal["request", "inventory", "history"]

_TOLD = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,99}\{[^{}]{0,400}?\"format\"\s{0,9}:\s{0,9}\"privatelink-(inventory|journal)\""
)
HEAD = 600
"""Bytes at the beginning that tell what a file is."""
MOST: dict[Kind, int] = {"request": MAX_BYTES, "inventory": saved.MOST, "history": transfer.MOST}
"""Bytes that are read of each kind at the most."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file by its name: a request, an inventory, an enablement's history, or why it is none of them."""

    name: str
    content: Reading | Saved | Packed | Problem


def kind_of(head: bytes) -> Kind:
    """What a file is, by its first :data:`HEAD` bytes: a request where it does not say that it is something else."""
    found = _TOLD.match(head)
    if found is None:
        return "request"
    return "inventory" if found[1] == b"inventory" else "history"


def refused(name: str, message: str, remedy: str, code: str = "unusable-input") -> Received:
    """A file of which nothing can be read."""
    return Received(name, Problem(code, "", "error", message, remedy))


def receive(name: str, data: bytes) -> Received:
    """Read a file's bytes."""
    kind = kind_of(data[:HEAD])
    if kind == "request":
        reading = read(data, name)
        return Received(name, reading.problems[0] if reading.unusable else reading)
    try:
        if kind == "inventory":
            return Received(name, saved.read(data))
        return Received(name, transfer.unpack(data, "the file"))
    except (UnusableFile, JournalError) as error:
        return refused(name, error.message, error.remedy, error.code)
