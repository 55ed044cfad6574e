"""Prowler's vpc and elbv2 checks on the same play region: what somebody else's audit of it takes.

It has a Python of its own in the temporary folder, where it is installed once; nothing of it is a dependency. Where
pip cannot have it, that is told in place of a figure.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

HOME = Path(tempfile.gettempdir()) / "privatelink-benchmark-prowler"
INSTALL_SECONDS = 1200
RUN_SECONDS = 900
CHECKED = ("vpc", "elbv2")


class Unavailable(Exception):
    """Prowler cannot be had, or does not run here; the words say why."""


def program() -> Path:
    """Where Prowler is, installed if it was not there. Raises Unavailable."""
    found = HOME / "bin" / "prowler"
    if found.exists():
        return found
    python = HOME / "bin" / "python"
    for command in (
        (sys.executable, "-m", "venv", str(HOME)),
        (str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install", "prowler"),
    ):
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Unavailable("pip took too long to install it") from error
        if ran.returncode:
            raise Unavailable(f"pip could not install it: {_last(ran.stderr)}")
    return found


def run(environment: Mapping[str, str], region: str) -> tuple[float, int]:
    """Make its checks once; answers the seconds that it took, and its peak memory in MB. Raises Unavailable."""
    prowler = program()
    with tempfile.TemporaryDirectory() as folder:
        begun = perf_counter()
        try:
            ran = subprocess.run(
                [
                    *(str(prowler), "aws", "--services", *CHECKED, "--region", region),
                    *("--ignore-exit-code-3", "--no-banner", "--output-formats", "csv"),
                    *("--output-directory", folder),
                ],
                env=dict(environment),
                capture_output=True,
                text=True,
                timeout=RUN_SECONDS,
                cwd=folder,
            )
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"it was not done after {RUN_SECONDS} s") from error
        seconds = perf_counter() - begun
        rows = sum(file.read_text("utf-8").count("\n") for file in Path(folder).rglob("*.csv"))
    if ran.returncode or rows < 2:
        raise Unavailable(f"it does not run here: {_last(ran.stderr or ran.stdout)}")
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing"
