"""What is measured of a private link service, as the program asks for it; and where it may not be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cloud import CloudError, Measuring
from core.diagnosis.diagnose import diagnose
from core.diagnosis.subject import case_of
from core.request.offer import Offer
from core.workflow.diagnosing import MEASURES, measured
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


def test_what_may_not_be_read_is_a_gap(sandbox: Sandbox, service: str) -> None:
    cloud = sandbox.connected.cloud
    case = case_of(service, cloud.inventory(None, "audit"), Offer())
    assert case is not None
    sandbox.faults.add(Fault("forbidden", "GET", "/metrics"))
    (gap,) = measured(case, cloud).inventory.gaps
    assert (gap.what, gap.code) == (MEASURES, "access-denied")
    assert gap.permission == "Microsoft.Insights/metrics/read"


def test_what_is_not_there_is_told(sandbox: Sandbox, service: str) -> None:
    cloud = sandbox.connected.cloud
    assert isinstance(cloud, Measuring)
    with pytest.raises(CloudError) as caught:
        cloud.measured(f"{service}-none")
    assert caught.value.code == "not-found"
