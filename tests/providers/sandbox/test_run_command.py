"""Scripts on a machine, by the real SDK against the emulated Systems Manager: what they print, and what goes wrong."""

from __future__ import annotations

import pytest

from core.cloud import CloudError, Remote
from providers.aws import run_command
from providers.sandbox import Sandbox


def run(sandbox: Sandbox, machine: str, script: str = "curl telnet://nowhere:80") -> str:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Remote)
    return cloud.run_on(machine, script)


def test_a_script_is_run_though_it_is_not_known_at_first(sandbox: Sandbox) -> None:
    sandbox.ground.timing.invocation = 0.3
    output = run(sandbox, sandbox.world.instances["shop-db"], "true\ncurl -v telnet://a:1\ncurl telnet://b:2")
    assert [line for line in output.splitlines() if line.startswith("* Could")] == [
        "* Could not resolve host: a",
        "* Could not resolve host: b",
    ]


@pytest.mark.parametrize("machine", ["i-0123456789abcdef0", "shop-db"])
def test_a_machine_without_an_agent_is_told(sandbox: Sandbox, machine: str) -> None:
    with pytest.raises(CloudError, match="Systems Manager does not manage") as caught:
        run(sandbox, machine)
    assert caught.value.code == "in-use"


def test_a_script_that_never_ends_is_given_up(sandbox: Sandbox) -> None:
    sandbox.ground.timing.invocation = 60.0
    passed = [0.0]
    with pytest.raises(CloudError, match="still under way") as caught:
        run_command.run_on(
            sandbox.customer_clients,
            sandbox.world.instances["shop-db"],
            "true",
            pause=lambda _: passed.__setitem__(0, passed[0] + 60),
            clock=lambda: passed[0],
        )
    assert caught.value.code == "unavailable"
    sandbox.ground.timing.invocation = 0.0
