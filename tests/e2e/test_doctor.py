"""``privatelink doctor`` on a verified enablement that somebody breaks: the cause is named first, then mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.sandbox import faults
from tests.e2e import requests
from tests.e2e.account import Account, Magento
from tests.e2e.program import InProcess, clean_environment
from tests.e2e.stood import Stood, is_named_first, is_run_on, some_slow

pytestmark = pytest.mark.whole
Here = Stood[Account, Magento]
FAST = {"account-not-allowed", "zones-apart", "endpoint-quota", "listener-deleted", "target-unused"}
"""Those that no probe has to wait for."""


@pytest.fixture(scope="module")
def stood(manual: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Here:
    folder = tmp_path_factory.mktemp("doctor")
    program = InProcess(clean_environment(folder, **manual), folder=folder)
    customer, magento = Account(manual), Magento(manual)
    before = customer.resources()
    name = program.json("new", requests.write(folder, requests.BIDIRECTIONAL, manual))["id"]
    program.json("apply", name, "--yes")
    program.json("filed", name, "--ticket", "200041")
    (folder / "reply.txt").write_text(magento.allow("111122223333", (80,)))
    program.json("details", name, "--reply", str(folder / "reply.txt"))
    program.json("apply", name, "--yes")
    magento.approve()
    made = {one.kind: one for key, one in customer.resources().items() if key not in before}
    connection = magento.connect(made["endpoint-service"].settings["service_name"])
    program.json("accept", name)
    half = program.json("verify", name, code=4)
    output = magento.run(half["commands"]["from-magento"])
    assert program.json("verify", name, "--output", "-", stdin=output.encode())["state"] == "verified"
    return Stood(program, name, customer, magento, made, connection)


def test_a_healthy_path_has_no_fault(stood: Here) -> None:
    told = stood.doctor(0)
    assert told["ok"] is True
    assert {one["certainty"] for one in told["causes"]} <= {"possible"}
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    hops = {hop["key"]: hop["verdict"] for path in told["paths"] for hop in path["hops"]}
    assert hops["endpoint"] == hops["service"] == "proof"
    assert any(key.startswith("answer/") and verdict == "proof" for key, verdict in hops.items())
    assert told["ask"] == ""
    assert told["gaps"] == []


@pytest.mark.parametrize("name", some_slow(faults.names("aws"), FAST))
def test_what_is_broken_is_named_first(stood: Here, name: str) -> None:
    is_named_first(stood, name)


def test_the_lines_name_hops_causes_and_what_to_ask(stood: Here) -> None:
    with stood.broken("request-rejected"):
        told = stood.program("doctor", stood.id, code=1).out
    assert "✗ Interface endpoint:" in told
    assert "1. Rejected (certain)." in told
    assert "To write in the ticket:" in told
    assert (
        stood.program("doctor", stood.id, "--ask", code=0).out.strip()
        == "Nothing has to be asked of Magento."
    )


def test_nothing_is_changed(stood: Here, tmp_path: Path) -> None:
    before = stood.customer.resources()
    stood.doctor(0)
    assert stood.customer.resources() == before


def test_an_endpoint_a_service_and_magentos_are_asked_about_by_their_names(stood: Here) -> None:
    own = stood.made["endpoint-service"]
    where = ("--region", stood.customer.region)
    endpoint = next(
        one.id
        for one in stood.customer.resources().values()
        if one.settings.get("service") == stood.magento.service_name
    )
    told = stood.program.json("doctor", endpoint, *where)
    assert [path["direction"] for path in told["paths"]] == ["to-magento"]
    hops = {hop["key"]: hop["verdict"] for hop in told["paths"][0]["hops"]}
    assert hops["service"] == "proof"
    assert any(key.startswith("answer/") and verdict == "proof" for key, verdict in hops.items())
    # The region is in the name.
    assert stood.program.json("doctor", stood.magento.service_name)["ok"] is True
    with stood.broken("listener-deleted"):
        broken = stood.program.json("doctor", own.id, *where, "--port", "3306", code=1)
    assert (broken["causes"][0]["code"], broken["paths"][0]["ports"]) == ("no-listener", [3306])


def test_a_name_that_leads_nowhere_is_told(stood: Here) -> None:
    told = stood.program.json("doctor", stood.id, "--host", "magento.shop.example", code=1)
    first = told["causes"][0]
    assert (first["code"], first["direction"]) == ("public-address", "to-magento")
    assert "magento.shop.example" in first["message"]


def test_a_saved_inventory_takes_the_clouds_place(stood: Here, tmp_path: Path) -> None:
    """What was saved while it was broken is told after it was mended, and without credentials."""
    file = str(tmp_path / "broken.json")
    with stood.broken("magento-not-allowed"):
        stood.program.json("inventory", "--region", stood.customer.region, "--out", file)
    assert stood.doctor(0)["ok"] is True
    alone = {name: "" for name in stood.program.environment if name.startswith("AWS_")}
    offline = InProcess({**stood.program.environment, **alone}, folder=tmp_path)
    told = offline.json("doctor", stood.id, "--from", file, code=1)
    assert told["causes"][0]["code"] == "magento-not-allowed"
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    assert "no service on port 9999" in offline("doctor", stood.id, "--from", file, "--port=9999", code=1).err


def test_probes_are_run_on_a_machine(stood: Here) -> None:
    is_run_on(stood, "shop-db")


@pytest.mark.slow
def test_what_a_machine_meets_is_told(stood: Here) -> None:
    with stood.broken("security-group-closed"):
        done = stood.program("doctor", stood.id, "--run-on", "shop-db", "--yes", "--format", "json", code=1)
    assert "Connection timed out" in done.err
    first, *others = (one["code"] for one in done.json["causes"])
    assert first == "endpoint-filter"
    assert "no-answer" in others
