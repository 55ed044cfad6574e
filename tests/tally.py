"""What the tests of this session tried, counted over all its processes and told at the end.

A test that kills, injects or fuzzes says so: ``tally.add("inputs fuzzed", 500)``. The last three lines are
nought, or a test has failed.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, cast, get_args

import pytest

What = Literal["kill points tried", "faults injected", "inputs fuzzed", "resources lost", "doubled", "leaked"]
WHATS: tuple[What, ...] = get_args(What)

_counted: Counter[What] = Counter()


def add(what: What, number: int = 1) -> None:
    """Count what was tried or found."""
    _counted[what] += number


class Plugin:
    """Brings the workers' counts to the one process that tells them."""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its counts over."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["tally"] = dict(_counted)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """A worker has ended; one that crashed hands nothing over."""
        _counted.update(cast("dict[What, int]", getattr(node, "workeroutput", {}).get("tally", {})))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell, where anything was counted."""
        if _counted:
            told = ", ".join(f"{what} {_counted[what]:,}" for what in WHATS)
            terminalreporter.write_line(f"tally: {told}")
