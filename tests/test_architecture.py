"""What importing the rooms costs, and what it must never bring in."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

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


@pytest.mark.parametrize(
    "module",
    [
        "providers",
        "providers.worker",
        "providers.worker_child",
        "providers.remote",
        "providers.probe",
        "providers.secrets",
    ],
)
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


ROOT = Path(__file__).parents[1]
WRITES = {
    "core/journal/files.py": "where a private file is made: use write_new, which follows no link and replaces nothing",
    "core/journal/hold.py": "who holds the lock, in a file made by files.py",
    "providers/sandbox/azure/__init__.py": "a certificate, in a temporary folder",
    "providers/sandbox/certificate.py": "a certificate, in a temporary folder",
    "providers/worker_child.py": "pipes",
    "tui/fault.py": "a traceback, in a temporary file",
}
"""Who may write files, and which. Temporary ones come from :mod:`tempfile`: private, with a name nobody foresees."""
WRITING = {"write_text", "write_bytes", "fdopen", "mktemp", "NamedTemporaryFile", "symlink_to", "copyfile"}


@cache
def trees() -> dict[str, ast.AST]:
    """Every file of the program, by its place, as Python reads it."""
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for folder in ("core", "providers", "tui")
        for file in (ROOT / folder).rglob("*.py")
    }


def written(tree: ast.AST) -> bool:
    """Whether code writes a file: by one of these calls, or by opening one with a mode that writes."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        modes = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
        texts = [one.value for one in modes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        opens = name == "open" and any(len(text) <= 3 and set(text) & set("wax+") for text in texts)
        if name in WRITING or opens:
            return True
    return False


def test_private_files_are_written_in_few_places() -> None:
    found = {place for place, tree in trees().items() if written(tree)}
    assert found == set(WRITES)


def runs_text(tree: ast.AST) -> set[str]:
    """The ways in which code runs text, or makes objects as a file says."""
    found = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        if name in (
            "eval",
            "exec",
            "compile",
            "os.system",
            "os.popen",
            "pickle.load",
            "pickle.loads",
            "yaml.load",
        ):
            found.add(name)
        if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords):
            found.add("shell")
    return found


def test_nothing_that_was_read_is_run() -> None:
    """But for the pipes between the program and its own child."""
    found = {place: ways for place, tree in trees().items() if (ways := runs_text(tree))}
    assert {way for ways in found.values() for way in ways} == {"pickle.load"}
    assert all(file.startswith("providers/worker") for file in found), found
