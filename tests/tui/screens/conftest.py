"""One time zone for every machine: the widgets tell moments in the machine's own."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.tui.screens.teller import TZ


@pytest.fixture(autouse=True)
def _berlin() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", TZ)
        patch.delenv("NO_COLOR", raising=False)
        time.tzset()
        yield
    time.tzset()
