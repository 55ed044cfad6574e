"""Hundreds of apps, clients and servers are made here: Python looks less often for what none of them uses."""

from __future__ import annotations

import gc

# A fifth to a quarter of the processor time of the screens' tests, with Python's own thresholds.
gc.set_threshold(100_000, 50, 50)
