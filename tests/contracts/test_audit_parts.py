"""What the checks call the parts of a collection is what the providers call them: a gap is matched by its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import providers
from core.audit.catalogue import CHECKS

ROOM = Path(providers.__file__).parent


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_every_part_that_a_check_looks_at_is_collected(platform: str) -> None:
    collected = {
        name
        for path in (ROOM / platform).glob("*.py")
        for name in re.findall(r'Part\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
    }
    looked_at = {
        part
        for check in CHECKS.values()
        if check.platform == platform
        for part in (*check.reads, *check.needs)
    }
    assert looked_at - collected == set()
    assert len(looked_at) > 5
