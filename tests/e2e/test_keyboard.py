"""Any bytes at all as key presses: the program goes on, or ends as it was asked to, and loses nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.journal import store
from tests import tally
from tests.e2e.program import PROGRAM, clean_environment
from tests.e2e.terminal import Terminal, terminal
from tests.e2e.test_terminal import restored

DREADED = (
    b"\xff\xfe caf\xe9 \xc3\x28",  # no UTF-8
    b"\xe2\x82",  # half a character
    b"\x1b[99999999u",  # a key of no character
    b"\x1b[1;99999999999999999999;1114112u",
    b"\x1b[27;;u",
    b"\x1b[57344:0:1;;:u",
    b"\x1b[<999999999999;999999999999;999999999999M",
    b"\x1b[<0;-5;-5m",
    b"\x1b[<64;1;1M" * 40,
    b"\x1b[M\x00\x00\x00",
    b"\x1b[48;0;0;0;0t",
    b"\x1b[48;99999;99999;99999;99999t",
    b"\x1b[999999;999999R",
    b"\x1b[?2026;9$y",
    b"\x1b]52;c;aGVsbG8=\x07",
    b"\x1b]8;;http://example.com\x1b\\x\x1b]8;;\x1b\\",
    b"\x1bP+q544e\x1b\\",
    b"\x1b[200~\xff\x00\x1b[31m pasted \xe9" + b"x" * 5000 + b"\x1b[201~",
    b"@#%&|~\\",  # Textual looks for methods by the names of keys, as key_at
    b"\x1b" * 50,
    b"\x00\x01\x02\x03\x04\x1c\x1d\x1e\x1f\x7f\x80\x9b",
    "\u202e\u200b\ufeff\U0001f680\ud7ff".encode(),
)
"""What was found, or is feared, to end programs that read a terminal."""

LEFT_OUT = (b"\x1b[21", b"\x11", b"\x10")
"""Beginnings of the keys that rightly end the program, F10 and Ctrl+Q; and Ctrl+P: the palette ends it too, where
Enter chooses that, and Textual's own stumbles over keys that come faster than a person's while it closes."""


def noise(seed: int) -> Iterator[bytes]:
    """Endless pieces of bytes: anything, and things that begin like a key's report."""
    made = random.Random(seed)
    while True:
        piece = made.randbytes(made.randint(1, 24))
        begin = made.choice((b"", b"", b"\x1b[", b"\x1bO", b"\x1b[<", b"\x1b]", b"\x1b[1;", b"\x1b[48;"))
        if begin not in (b"", b"\x1b]") and made.random() < 0.7:
            piece = bytes(made.choice(b"0123456789;:<?~uMmRtABCD") for _ in range(made.randint(1, 20)))
        whole = begin + piece
        if not any(end in whole for end in LEFT_OUT):
            yield whole


def feed(screen: Terminal, pieces: Iterator[bytes], number: int) -> None:
    """Type so many pieces; every now and then the program may catch up."""
    for count, piece in zip(range(number), pieces, strict=False):
        screen.child.send(piece)
        screen.read(0.002)
        if count % 20 == 19:
            screen.settle(0.3, 60.0)
    tally.add("inputs fuzzed", number)


def _seen(screen: Terminal, text: str) -> bool:
    until = time.monotonic() + 20
    while text not in screen.text and time.monotonic() < until:
        screen.read()
    return text in screen.text


def still_there(screen: Terminal) -> None:
    """It answers a key, without a word of Python, and ends when it is asked to."""
    # A paste that was begun swallows every key until its end, which half a sequence before it would swallow.
    for _ in range(2):
        screen.settle(0.5, 60.0)
        screen.child.send(b"\x1b[201~")
    screen.settle(0.5, 60.0)
    for _ in range(4):
        screen.press("escape")
        screen.settle()
    screen.press("f1")
    if not _seen(screen, "Esc closes"):  # it was open, and is closed now
        screen.press("f1")
        screen.see("Esc closes")
    screen.press("escape")
    screen.settle()
    assert b"Traceback" not in screen.painted
    screen.press("f10")
    screen.wait(lambda: not screen.child.isalive(), "its end")
    assert screen.child.exitstatus == 0, screen.text
    restored(screen)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_any_bytes(tmp_path: Path, seed: int) -> None:
    with terminal((str(PROGRAM),), clean_environment(tmp_path), str(tmp_path), 80, 24) as screen:
        screen.see("New enablement")
        screen.press("n")
        screen.see("Sign-in and account")
        screen.press("f3")
        screen.see("Project and environment")
        screen.press("abcdefg123456")
        screen.see("abcdefg123456")
        feed(screen, iter(DREADED), len(DREADED))
        feed(screen, noise(seed), 60 if seed == 1 else 300)
        still_there(screen)
    home = tmp_path / "privatelink"
    found = store.names(home)
    assert found, "the answer that was given is kept"
    for name in found:
        with store.open_to_read(home, name) as opened:
            assert opened.events()
