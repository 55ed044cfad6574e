"""One sandbox a module in a process of its own, where Magento does nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.program import Program, clean_environment, sandbox


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a sandbox whose vendor waits for somebody's script."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), "--vendor", "manual") as environment:
        yield environment


@pytest.fixture
def program(manual: dict[str, str], tmp_path: Path) -> Program:
    """The customer's commands on that sandbox, in an empty folder."""
    return Program(clean_environment(tmp_path, **manual), folder=tmp_path)
