"""The region that the benchmark plays answers all that the collection asks, and the bare script asks the same."""

from __future__ import annotations

import pytest

from benchmarks import inventory
from benchmarks.proxy import Proxy, process


@pytest.mark.slow
def test_both_ask_the_same_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "COUNT", 7)
    with process("benchmarks.region", "7", "0") as url:
        region = Proxy(url)
        own, bare = (inventory.run(f"benchmarks.{one}", region) for one in ("collecting", "bare"))
    assert own.requests == bare.requests
    assert own.requests > 7 * 6
