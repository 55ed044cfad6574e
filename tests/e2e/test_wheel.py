"""The wheel built from the tree, where the tree itself is not to be found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import Program, clean_environment
from tests.e2e.terminal import terminal

TREE = Path(__file__).parents[2]
ROOMS = ("core", "providers", "tui")
ANSWER = """
import importlib.util, sys
for room in ("core", "providers", "tui"):
    print(importlib.util.find_spec(room).origin)
"""


OFFLINE = re.compile("NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed."""
    pytest.importorskip("build", reason="the package that builds wheels is not installed")
    pytest.importorskip("hatchling", reason="the package that builds this wheel is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(TREE)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The wheel in an environment of its own; what it depends on is taken from this one, the tree is not.

    Only the folder of installed packages is named: the .pth file in it that names the tree is not read.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=60
    )
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    python = folder / "venv" / "bin" / "python"
    options = ["install", "--no-index", "--no-deps", "--no-compile", str(wheel)]
    subprocess.run([*pip, "--python", str(python), *options], check=True, timeout=60)
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    environment = {key: value for key, value in clean_environment(folder).items() if key != "PYTHONPATH"}
    return Program(environment, (str(python.with_name("privatelink")),), folder)


def test_everything_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    needed = {
        str(path.relative_to(TREE))
        for room in ROOMS
        for path in (TREE / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith(".tcss") for name in needed)
    assert needed <= inside
    assert {name.partition("/")[0] for name in inside if ".dist-info" not in name} == set(ROOMS)


def test_it_runs(installed: Program, tmp_path: Path) -> None:
    assert installed.folder is not None
    python = installed.command[0].replace("/privatelink", "/python")
    places = Program(installed.environment, (python, "-c", ANSWER), installed.folder)().out.split()
    assert all(place.startswith(str(installed.folder)) for place in places), "not the tree's"
    assert installed("--version").out.startswith("privatelink, version ")
    place = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
    file = requests.write(tmp_path, requests.UNIDIRECTIONAL, place)
    assert installed.json("check", file) == {"ok": True, "problems": []}
    with terminal(installed.command, installed.environment, str(installed.folder)) as screen:
        screen.see("New")
        screen.press("f10")
        screen.wait(lambda: not screen.child.isalive(), "its end")
        assert screen.child.exitstatus == 0
    with terminal((*installed.command, "rehearse"), installed.environment, str(installed.folder)) as screen:
        screen.see("REHEARSAL", "✓ account 111122223333")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """With what the wheel itself asks for and nothing else, as a newcomer installs it."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True, timeout=60)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--retries", "1", "install", "--quiet"]
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*pip, "--constraint", str(TREE / "constraints.txt"), f"{wheel}[sandbox]"],
        capture_output=True,
        text=True,
        env=outside,
        timeout=600,
        check=False,
    )
    if done.returncode and OFFLINE.search(done.stderr):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    environment = {key: value for key, value in clean_environment(tmp_path).items() if key != "PYTHONPATH"}
    program = Program(environment, (str(python.with_name("privatelink")),), tmp_path)
    assert program("--version").out.startswith("privatelink, version ")
    place = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
    assert program.json("check", requests.write(tmp_path, requests.UNIDIRECTIONAL, place))["ok"]
    lines = program("rehearse", "--no-screen").out.splitlines()
    assert sum("verified" in line for line in lines) == 2
