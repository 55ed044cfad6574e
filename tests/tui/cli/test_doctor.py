"""``doctor`` on saved inventories, without any cloud: what is asked about, and what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.network import saved
from core.network.model import Inventory
from tests.core.audit import build as b
from tests.core.audit.test_audit import everything
from tests.e2e import requests
from tests.e2e.program import InProcess


def kept(folder: Path, *inventories: Inventory) -> str:
    file = folder / "seen.json"
    file.write_bytes(saved.write(inventories))
    return str(file)


def test_a_broken_service_from_a_file(offline: InProcess, tmp_path: Path) -> None:
    file = kept(tmp_path, b.AZURE, b.done(b.AWS, b.edited("endpoint_services", principals=())))
    told = offline.json("doctor", b.SERVICE, "--from", file, code=1)
    assert told["causes"][0]["code"] == "magento-not-allowed"
    assert [path["direction"] for path in told["paths"]] == ["from-magento"]
    assert "modify-vpc-endpoint-service-permissions" in told["causes"][0]["command"]


def test_an_endpoint_by_its_name_and_one_port(offline: InProcess, tmp_path: Path) -> None:
    file = kept(tmp_path, b.AWS)
    assert offline.json("doctor", "magento", "--from", file)["ok"] is True
    told = offline.json("doctor", "magento", "--from", file, "--port", "6379", code=1)
    assert (told["causes"][0]["code"], told["paths"][0]["ports"]) == ("endpoint-filter", [6379])


def test_the_same_file_gives_the_same_bytes(offline: InProcess, tmp_path: Path) -> None:
    """Also where the account's parts stand in another order there."""
    asked = ("doctor", b.SERVICE, "--format", "json", "--from")
    seen = everything()
    told = {offline(*asked, kept(tmp_path, one), code=1).out for one in (seen, seen, b.shuffled(seen, 7))}
    assert len(told) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "--from", "{file}"), "no endpoint or endpoint service"),
        ((b.SERVICE, "--from", "{file}", "--region", "us-west-2"), "--from takes the cloud's place"),
        ((b.SERVICE, "--from", "{file}", "--host", "db.shop.example"), "nothing is probed"),
        ((b.SERVICE, "--from", "{folder}/none.json"), "none.json"),
        ((b.ENDPOINT,), "no region is named"),
        (("shop-99",), "shop-99"),
        (("../../etc/passwd",), "no enablement id"),
        ((b.SERVICE, "--from", "{file}", "--port", "70000"), "70000"),
    ],
    ids=range(8),
)
def test_what_cannot_be_meant(
    offline: InProcess, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    file = kept(tmp_path, b.AWS)
    given = [one.format(file=file, folder=tmp_path) for one in arguments]
    done = offline("doctor", *given, code=2)
    assert said in done.err


def test_a_file_that_is_none_is_named_with_the_place(offline: InProcess, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    file.write_bytes(saved.write((b.AWS,)).replace(b'"platform":', b'"platfrom":', 1))
    assert "seen.json: inventories.0" in offline("doctor", b.SERVICE, "--from", str(file), code=2).err


def test_a_redacted_file_says_why_no_enablement_is_found_in_it_and_what_to_name(
    offline: InProcess, tmp_path: Path
) -> None:
    place = {"PRIVATELINK_SANDBOX_ACCOUNT": b.OWN, "PRIVATELINK_SANDBOX_VPC": b.VPC}
    name = offline.json("new", requests.write(tmp_path, requests.UNIDIRECTIONAL, place))["id"]
    clear, hidden = kept(tmp_path, b.AWS), str(tmp_path / "redacted.json")
    assert "causes" in offline.json("doctor", name, "--from", clear, code=None), "it is of this enablement"
    offline("inventory", "--from", clear, "--redact", "--out", hidden)
    told = offline.json("doctor", name, "--from", hidden, code=2)
    (told,) = told["problems"]
    assert told["code"] == "unusable-input"
    assert f"{hidden} is redacted" in told["message"]
    assert name in told["message"]
    there = [one for many in ("endpoints", "endpoint_services") for one in ids(hidden, many)]
    assert len(there) == 2
    for one in there:
        assert one in told["remedy"]
        assert offline.json("doctor", one, "--from", hidden, code=None)["paths"]


def ids(file: str, many: str) -> list[str]:
    (inventory,) = saved.read(Path(file).read_bytes()).inventories
    return [one.id for one in getattr(inventory, many)]
