"""One sandbox a module in a process of its own, where Magento does nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.setup import attempt
from tests.e2e.program import Program, clean_environment, sandbox

MODULES = (
    *("core/__init__", "providers/__init__", "tui/__init__"),
    *(
        "boto3",
        "botocore",
        "azure/__init__",
        "moto/__init__",
        "textual",
        "rich",
        "click",
        "pydantic",
        "keyring",
    ),
    *("json", "pickle", "logging", "socket", "ssl", "typing", "sqlite3", "tomllib", "sitecustomize"),
)
TRAP = "open(__file__ + '.imported', 'w').close()\nraise RuntimeError('imported from the current folder')\n"


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a sandbox whose vendor waits for somebody's script."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), "--vendor", "manual") as environment:
        yield environment


@pytest.fixture
def program(manual: dict[str, str], tmp_path: Path) -> Program:
    """The customer's commands on that sandbox, in an empty folder."""
    return Program(clean_environment(tmp_path, **manual), folder=tmp_path)


@pytest.fixture
def nothing_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud that shows at once what was made: what was made a moment ago and is gone is not looked for for long."""
    monkeypatch.setattr(attempt, "SETTLING", (0.05,))


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder full of modules with the names of ours, of libraries and of Python's own."""
    folder = tmp_path / "hostile"
    for name in MODULES:
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TRAP, encoding="utf-8")
    return folder
