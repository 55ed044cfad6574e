"""``privatelink sandbox --scenario``: a connection that was set up and broken, for the commands of other processes."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.program import PROGRAM, InProcess, Program, clean_environment, sandbox


def test_scenarios_are_listed_and_others_refused(tmp_path: Path) -> None:
    program = InProcess(clean_environment(tmp_path))
    told = program.json("sandbox", "--cloud", "azure", "--list")
    assert {"name", "title", "cause", "finding"} == set(told["scenarios"][0])
    assert "security-group-closed" in program("sandbox", "--list").out
    refused = program("sandbox", "--scenario", "gremlins", code=2)
    assert "gremlins is no scenario" in refused.err
    for option in (("--delay", "1"), ("--vendor", "manual")):
        refused = program("sandbox", "--scenario", "one-zone", *option, code=2)
        assert f"{option[0]} does not go with --scenario" in refused.err


@pytest.mark.slow
def test_ctrl_c_ends_the_set_up(tmp_path: Path) -> None:
    command = [str(PROGRAM), "sandbox", "--scenario", "one-zone"]
    environment = clean_environment(tmp_path, TMPDIR=str(tmp_path))
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stderr is not None
        assert b"setting up a connection" in running.stderr.readline()
        begun = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (0, b""), err
    assert b"Traceback" not in err
    assert time.monotonic() - begun < 20
    assert not list(tmp_path.glob("privatelink-scenario-*"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cloud", "scenario", "cause"),
    [("aws", "service-name-typo", "not-visible"), ("azure", "tls-name", "tls-name")],
)
def test_doctor_and_status_work_on_it(tmp_path: Path, cloud: str, scenario: str, cause: str) -> None:
    with sandbox(tmp_path, "--cloud", cloud, "--scenario", scenario) as environment:
        name = environment["PRIVATELINK_SANDBOX_ENABLEMENT"]
        program = Program(clean_environment(tmp_path) | environment)
        told = json.loads(program("doctor", name, "--format", "json", code=None).out)
        assert told["causes"][0]["code"] == cause
        assert program.json("status", name, code=None)["id"] == name
        home = Path(environment["PRIVATELINK_HOME"])
        assert home.is_dir()
    assert not home.exists()
