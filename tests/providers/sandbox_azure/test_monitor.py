"""What is measured of a private link service, as the program asks for it; and where it may not be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cloud import CloudError, Measuring
from core.diagnosis.diagnose import diagnose
from core.diagnosis.subject import case_of
from core.request.offer import Offer
from core.walkthrough.shape import PLAIN
from core.workflow.diagnosing import MEASURES, PROBED, measured
from providers.sandbox.azure import Sandbox
from providers.sandbox.azure.faults import Fault
from tests.providers.sandbox_azure.conftest import Customer


@pytest.fixture(scope="module")
def service(customer: Customer) -> str:
    customer.subnet_policy()
    return str(customer.service(customer.balancer(3306)).id)


def test_ports_that_run_out_are_a_cause(sandbox: Sandbox, service: str) -> None:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Measuring)
    assert cloud.measured(service) == {"PLSNatPortsUsage": 0.0}
    sandbox.arm.estate.nat_ports[service.lower()] = 98.5
    case = case_of(service, cloud.inventory(None, "audit"), Offer())
    assert case is not None
    told = diagnose(replace(measured(case, cloud), vendors=frozenset({"me"})))
    (cause,) = (one for one in told.causes if one.code == "ports-exhausted")
    assert cause.certainty == "certain"
    assert "98.5 %" in {row.value for row in cause.evidence}


def test_what_the_probe_finds_is_told_by_member_and_port(sandbox: Sandbox, customer: Customer) -> None:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Measuring)
    balancer = customer.balancer(3306, 3307)
    for machine in sandbox.world.hosts:
        customer.join(machine, balancer)
    assert cloud.probed(balancer["id"]) == {
        (address, port): 100.0 if port in PLAIN.hosts[machine] else 0.0
        for machine, address in sandbox.world.hosts.items()
        for port in (3306, 3307)
    }


def test_a_load_balancer_without_members_has_no_findings(sandbox: Sandbox, customer: Customer) -> None:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Measuring)
    assert cloud.probed(customer.balancer(3306)["id"]) == {}


def test_what_may_not_be_read_is_a_gap(sandbox: Sandbox, service: str) -> None:
    cloud = sandbox.connected.cloud
    case = case_of(service, cloud.inventory(None, "audit"), Offer())
    assert case is not None
    sandbox.faults.add(Fault("forbidden", "GET", "/metrics"))
    sandbox.faults.add(Fault("forbidden", "GET", "/metrics"))
    gaps = measured(case, cloud).inventory.gaps
    assert [(gap.what, gap.code) for gap in gaps] == [(MEASURES, "access-denied"), (PROBED, "access-denied")]
    assert {gap.permission for gap in gaps} == {"Microsoft.Insights/metrics/read"}


def test_what_is_not_there_is_told(sandbox: Sandbox, service: str) -> None:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Measuring)
    with pytest.raises(CloudError) as caught:
        cloud.measured(f"{service}-none")
    assert caught.value.code == "not-found"
