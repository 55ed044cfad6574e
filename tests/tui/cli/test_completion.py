"""``completion``: what a shell reads, and what it is answered."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click
import pytest

from tests.e2e.program import PROGRAM, InProcess, Program, clean_environment
from tui.cli.group import cli

BASH = """
source <("$1" completion bash)
COMP_WORDS=(privatelink {words})
COMP_CWORD={at}
_privatelink_completion "$1"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_that_shells_and_asks_this_program(offline: InProcess, shell: str) -> None:
    told = offline("completion", shell).out
    assert f"_PRIVATELINK_COMPLETE={shell}_complete" in told
    assert "_privatelink_completion" in told


def test_another_shell_is_refused(offline: InProcess) -> None:
    assert "'bash', 'zsh', 'fish'" in offline("completion", "tcsh", code=2).err


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "expected"),
    [("expl", {"explain"}), ("explain port-s", {"port-ssh"}), ("plan --gu", {"--guide"})],
)
def test_bash_completes(tmp_path: Path, words: str, expected: set[str]) -> None:
    script = BASH.format(words=words, at=len(words.split()))
    done = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", str(PROGRAM)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=clean_environment(tmp_path),
    )
    assert set(done.stdout.split()) == expected, done.stderr


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("zsh", {"COMP_WORDS": "privatelink expl", "COMP_CWORD": "1"}),
        ("fish", {"COMP_WORDS": "privatelink expl", "COMP_CWORD": "expl"}),
    ],
)
def test_the_other_shells_are_answered(tmp_path: Path, shell: str, asked: dict[str, str]) -> None:
    program = Program(clean_environment(tmp_path))
    told = program(**asked, _PRIVATELINK_COMPLETE=f"{shell}_complete")
    assert "explain" in told.out
    assert "Say what a term or a code means" in told.out
    assert "export" not in told.out


def test_names_are_completed_without_importing_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    def imported(*_: object) -> None:
        raise AssertionError("a command was imported")

    monkeypatch.setattr("importlib.import_module", imported)
    found = cli.shell_complete(click.Context(cli), "")
    assert [one.value for one in found] == cli.list_commands(click.Context(cli))
