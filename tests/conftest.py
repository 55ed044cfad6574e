"""Hundreds of apps, clients and servers are made here: Python looks less often for what none of them uses."""

from __future__ import annotations

import gc

import pytest

from tests import tally

# A fifth to a quarter of the processor time of the screens' tests, with Python's own thresholds.
gc.set_threshold(100_000, 50, 50)


def pytest_configure(config: pytest.Config) -> None:
    """What is counted is told at the end."""
    config.pluginmanager.register(tally.Plugin(), "tally")
