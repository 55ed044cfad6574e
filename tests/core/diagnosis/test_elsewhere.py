"""What a machine printed, as probe results: each kind of ending means another cause."""

from __future__ import annotations

import pytest

from core.cloud import ProbeTarget
from core.diagnosis.diagnose import diagnose
from core.diagnosis.elsewhere import results
from core.handoff.proof import UNNAMED, script
from tests import nasty
from tests.core.diagnosis.test_causes import case_of

HOST = "vpce-0aaa.example"
TARGET = ProbeTarget("Webserver", HOST, 443)


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (f"* Connected to {HOST} (10.20.1.20) port 443", ""),
        (f"* Connected to {HOST} (10.9.9.9) port 443", "public-address"),
        (f"* Connected to {HOST} (54.1.2.3) port 443", "public-address"),
        (f"* Could not resolve host: {HOST}", "public-address"),
        (f"curl: (7) Failed to connect to {HOST} port 443 after 1 ms: Connection refused", "refused"),
        (f"* Host {HOST}:443 was resolved.\n* Connection timed out after 10001 milliseconds", "no-answer"),
    ],
)
def test_what_was_printed_is_a_cause(output: str, code: str) -> None:
    found = results(output, (TARGET,))
    assert len(found) == 1
    told = diagnose(case_of("aws", probes={"to-magento": found}))
    named = [one.code for one in told.causes if one.certainty != "possible"]
    assert named[:1] == ([code] if code else [])


@pytest.mark.parametrize("output", ["", "bash: curl: command not found", "\x1b[31m" * 50, "x" * 10_000])
def test_what_says_nothing_is_no_result(output: str) -> None:
    assert results(output, (TARGET,)) == ()


def test_a_script_names_every_target_and_hides_nothing_in_a_comment() -> None:
    hostile = ProbeTarget("Web\nrm -rf /", "a'; rm -rf /; '", 80)
    lines = script((TARGET, hostile, ProbeTarget("Unnamed", UNNAMED, 80))).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["#", "getent", "curl"] * 2
    assert "rm -rf /" in lines[3]
    assert "ENDPOINT" not in "\n".join(lines)


def test_a_host_is_no_option_of_what_asks_for_its_address() -> None:
    lines = script((ProbeTarget("Web", "--service=files", 80),))
    assert nasty.options(*lines.splitlines()) == {"-q", "-v", "--max-time"}
