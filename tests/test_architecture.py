"""What importing the rooms costs, and what it must never bring in."""

from __future__ import annotations

import subprocess
import sys

import pytest

SDKS = {"boto3", "botocore", "azure", "moto", "s3transfer", "urllib3"}
SCREEN = {"textual", "rich", "click"}

IMPORT_ALL = """
import importlib, pkgutil, sys
for room in {rooms}:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, room + "."):
        importlib.import_module(module.name)
print("\\n".join(sorted(name for name in sys.modules)))
"""


def imported(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has after running some code."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def modules(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.split())


def test_the_core_is_pure() -> None:
    """Every module of it: no cloud SDK, no screen, nothing that talks to a network."""
    found = imported(IMPORT_ALL.format(rooms=("core",)))
    assert "core" in found
    assert not found & (SDKS | SCREEN | {"keyring", "http", "requests"})


@pytest.mark.parametrize("module", ["providers", "providers.worker", "providers.probe", "providers.secrets"])
def test_no_sdk_before_a_cloud_is_connected(module: str) -> None:
    found = imported(f"import sys, {module}; print('\\n'.join(sys.modules))")
    assert not found & (SDKS | SCREEN)


def test_the_first_screen_waits_for_no_sdk() -> None:
    """Nor for the screens behind it."""
    found = modules("import sys, tui.app, tui.screens.home; print('\\n'.join(sys.modules))")
    assert not {name.partition(".")[0] for name in found} & SDKS
    assert not any(name.startswith("tui.screens.wizard") for name in found)


def test_the_command_line_waits_for_no_screen() -> None:
    """Answering ``--help`` takes no data model either."""
    code = "import sys\nfrom tui.cli.group import cli\ncli(['--help'], standalone_mode=False)\n"
    found = imported(f"{code}print('\\n'.join(sys.modules))")
    assert not found & (SDKS | {"textual", "pydantic", "sqlite3"})
