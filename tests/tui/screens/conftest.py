"""One time zone for every machine: the widgets tell moments in the machine's own."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _berlin() -> Iterator[None]:
    # A POSIX rule rather than a name: it needs no zone files.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        patch.delenv("NO_COLOR", raising=False)
        time.tzset()
        yield
    time.tzset()
