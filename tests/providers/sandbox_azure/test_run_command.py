"""Scripts on a machine, by the real SDK against the emulated Run Command."""

from __future__ import annotations

import pytest

from core.cloud import CloudError, Remote
from providers.sandbox.azure import Sandbox


def run(sandbox: Sandbox, machine: str) -> str:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Remote)
    return cloud.run_on(machine, "true\ncurl -v telnet://10.9.9.9:80")


def test_what_it_printed_comes_back_alone(sandbox: Sandbox) -> None:
    interface = sandbox.arm.estate.find(sandbox.world.interfaces["shop-db"])
    assert interface is not None
    output = run(sandbox, interface.properties["virtualMachine"]["id"])
    assert output.startswith("* Could not resolve host: 10.9.9.9")
    assert "[stdout]" not in output


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Microsoft.Compute/virtualMachines/none", "not-found"),
        ("Microsoft.Network/networkInterfaces/x", "invalid"),
    ],
)
def test_a_machine_that_is_none_is_told(sandbox: Sandbox, name: str, code: str) -> None:
    head = sandbox.world.vpc.partition("/Microsoft.Network")[0]
    with pytest.raises(CloudError) as caught:
        run(sandbox, f"{head}/{name}")
    assert caught.value.code == code
