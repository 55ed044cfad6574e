"""Measure every figure in one run and print them as a table. Exit code 0 whatever they are."""

from __future__ import annotations

import compileall
import contextlib
import importlib
import io
import sys
import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.terminal import ROOT

GROUPS = {
    "start": "start of the program",
    "keys": "keys",
    "setup": "set-up of the bidirectional side",
    "polls": "polls",
    "journal": "journal",
    "load": "much at once and for long",
    "process": "process that talks to the cloud",
    "inventory": "collecting a large account",
    "audit": "checks of a large account",
    "diagnosis": "diagnosis in a large account",
}
HEAD = ("figure", "target", "measured", "beside", "ratio", "")
WIDTHS = (48, 11, 24, 40, 12, 0)


def _line(cells: tuple[str, ...]) -> str:
    return "".join(f"{cell:<{width}}  " for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _measured(group: str) -> Iterator[Figure]:
    try:
        yield from importlib.import_module(f"benchmarks.{group}").figures()
    except Exception as error:  # noqa: BLE001 - told in the table; the other groups are still measured
        reason = " ".join(str(error).split())[:300]
        yield Figure(GROUPS[group], unmeasured=f"{type(error).__name__}: {reason}")


def main(chosen: list[str]) -> int:
    """Measure the chosen groups, or all."""
    unknown = sorted(set(chosen) - set(GROUPS))
    if unknown:
        print(f"benchmarks: no group {', '.join(unknown)}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    # As an installed program is: an import from source costs several times as much.
    with contextlib.redirect_stdout(io.StringIO()):
        for room in ("benchmarks", "core", "providers", "tui"):
            compileall.compile_dir(ROOT / room, quiet=1)
    print("Medians (keys: p50 / p95), A and B in turn; only the ratios mean much on another machine.\n")
    print(_line(HEAD))
    began = time.monotonic()
    for group in chosen or GROUPS:
        for figure in _measured(group):
            cells = (
                figure.name,
                figure.target,
                figure.measured,
                figure.yardstick,
                figure.ratio,
                figure.verdict,
            )
            print(_line(cells), flush=True)
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
