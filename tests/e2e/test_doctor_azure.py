"""``privatelink doctor`` on a verified Azure enablement that is broken in every known way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.sandbox import faults
from providers.sandbox.azure import start
from tests.e2e import requests
from tests.e2e.azure_account import Magento, Subscription
from tests.e2e.program import InProcess, clean_environment
from tests.e2e.stood import Stood, is_named_first, is_run_on, some_slow

pytestmark = pytest.mark.whole
Here = Stood[Subscription, Magento]
FAST = {
    "not-shown",
    "alias-typo",
    "endpoint-policies-off",
    "magento-sees-not",
    "magento-not-connected",
    "balancer-basic",
    "pool-empty",
    "probe-blocked",
}
"""Those that no probe has to wait for."""


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("doctor")
    with start(auto=False, operation=0.02, retry_after=0.01) as running:
        environment = running.environment
        program = InProcess(clean_environment(folder, **environment), folder=folder)
        customer, magento = Subscription(environment), Magento(environment)
        before = customer.resources()
        name = program.json("new", requests.write(folder, requests.AZURE_BIDIRECTIONAL, environment))["id"]
        program.json("apply", name, "--yes")
        program.json("filed", name, "--ticket", "200041")
        (folder / "reply.txt").write_text(magento.allow(customer.id, (80,)))
        program.json("details", name, "--reply", str(folder / "reply.txt"))
        program.json("apply", name, "--yes")
        magento.approve()
        made = {one.kind: one for key, one in customer.resources().items() if key not in before}
        connection = magento.connect(made["endpoint-service"].id)
        program.json("accept", name)
        half = program.json("verify", name, code=4)
        output = magento.run(half["commands"]["from-magento"], connection)
        proved = program.json("verify", name, "--output", "-", stdin=output.encode())
        assert proved["state"] == "verified"
        yield Stood(program, name, customer, magento, made, connection)


def test_a_healthy_path_has_no_fault(stood: Here) -> None:
    told = stood.doctor(0)
    assert told["ok"] is True
    assert {one["certainty"] for one in told["causes"]} <= {"possible"}
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    assert told["ask"] == ""
    assert told["gaps"] == []


@pytest.mark.parametrize("name", some_slow(faults.names("azure"), FAST))
def test_what_is_broken_is_named_first(stood: Here, name: str) -> None:
    is_named_first(stood, name)


def test_probes_are_run_on_a_machine(stood: Here) -> None:
    is_run_on(stood, "shop-db")


def test_when_all_is_mended_nothing_is_wrong(stood: Here) -> None:
    """After everything above was broken and mended."""
    assert stood.doctor(0)["ok"] is True
