"""``inventory``: several places into one file, and what becomes of what cannot be read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from core.cloud import Region
from core.network import saved
from providers.aws.cloud import AwsCloud
from providers.sandbox import Sandbox
from tests.e2e.program import InProcess, clean_environment


def test_two_regions_in_one_file(program: InProcess, sandbox: Sandbox, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    told = program.json("inventory", "--region", "us-west-2", "--region", "eu-west-1", "--out", str(out))
    here, there = saved.read(out.read_bytes()).inventories
    assert (here.region, there.region) == ("us-west-2", "eu-west-1")
    assert {here.account, there.account} == {sandbox.environment["PRIVATELINK_SANDBOX_ACCOUNT"]}
    assert sandbox.world.vpc in {one.id for one in here.networks}
    assert here.detail == "audit"
    assert here.quotas
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert told["file"] == str(out)
    assert [one["counts"]["networks"] for one in told["inventories"]] == [len(here.networks), 1]
    assert [one["gaps"] for one in told["inventories"]] == [[], []]


def test_words_and_progress(program: InProcess, sandbox: Sandbox, tmp_path: Path) -> None:
    out = str(tmp_path / "one.json")
    done = program("inventory", "--region", "us-west-2", "--network", sandbox.world.vpc, "--out", out)
    assert "account 111122223333, us-west-2: 1 networks" in done.out
    assert f"saved in {out}" in done.out
    assert " read, " in done.err
    again = program("inventory", "--region", "us-west-2", "--out", out, code=2)
    assert "is there already" in again.err
    assert "read, " not in again.err, "it is told before anything is asked of the cloud"


def test_to_standard_output(program: InProcess) -> None:
    done = program("inventory", "--region", "us-west-2", "--out", "-")
    (seen,) = saved.read(done.out.encode()).inventories
    assert seen.networks


@pytest.mark.parametrize("region", ["us-west-2", "all"])
def test_one_place_that_cannot_be_read_does_not_hide_the_others(
    region: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AwsCloud, "regions", lambda _: (Region("us-west-2", ""),))
    own = sandbox.environment
    config = tmp_path / "config"
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    config.write_text("[profile shop]\n" + "".join(f"{key.lower()} = {own[key]}\n" for key in keys))
    program = InProcess(clean_environment(tmp_path, **{**own, "AWS_CONFIG_FILE": str(config)}))
    out = tmp_path / "part.json"
    places = ("--cloud=aws", f"--region={region}", "--profile=nobody", "--profile=shop")
    told = program.json("inventory", *places, "--account=111122223333", f"--out={out}", code=1)
    first, second = saved.read(out.read_bytes()).inventories
    assert [gap.what for gap in first.gaps] == ["everything"]
    assert (first.region, second.region) == (region, "us-west-2")
    assert second.networks
    assert told["inventories"][0]["gaps"][0]["code"] == "no-credentials"
    told = program("audit", *places, "--fail-on=critical", code=1)
    where = "all regions" if region == "all" else region
    assert f"AWS account unknown, {where}" in told.out
    assert "not checked, because everything could not be read (no-credentials): nobody: " in told.out
    assert f"nobody {where}: " in told.err
    assert "AWS account 111122223333, us-west-2" in told.out


def test_an_account_with_nothing_anywhere_is_told(
    program: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AwsCloud, "regions", lambda _: ())
    told = program("inventory", "--cloud", "aws", "--region", "all", "--out", "-", code=2)
    assert "all regions: the account has nothing in any region" in told.err
    assert told.out == ""


def test_another_account_than_the_named_one_is_not_read(program: InProcess, tmp_path: Path) -> None:
    out = tmp_path / "wrong.json"
    done = program(
        "inventory", "--region", "us-west-2", "--account", "999999999999", "--out", str(out), code=3
    )
    assert "111122223333" in done.err
    assert not out.exists()


def test_a_redacted_file_tells_nothing_and_the_map_tells_it_all(
    program: InProcess, sandbox: Sandbox, tmp_path: Path
) -> None:
    whole, out, names = (tmp_path / one for one in ("whole.json", "out.json", "names.json"))
    program("inventory", "--region", "us-west-2", "--out", str(whole))
    program("inventory", "--from", str(whole), "--redact", "--map", str(names), "--out", str(out))
    text = out.read_text()
    assert not [one for one in ("111122223333", "shop", "10.20.", sandbox.world.vpc) if one in text]
    held = saved.read(out.read_bytes())
    assert held.redacted
    originals = json.loads(names.read_text())
    assert originals[held.inventories[0].account] == "111122223333"
    assert stat.S_IMODE(names.stat().st_mode) == stat.S_IMODE(out.stat().st_mode) == 0o600
    again = program("inventory", "--from", str(whole), "--redact", "--out", "-").out
    assert saved.read(again.encode()).inventories[0].account != held.inventories[0].account


def test_a_file_that_is_none(offline: InProcess, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text('{"format": "privatelink-inventory", "version": 7}')
    done = offline("inventory", "--from", str(tmp_path / "bad"), "--redact", "--out", "-", code=2)
    assert "bad: its version is 7, this program reads 1" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "no region"),
        (("--region", "us-west-2", "--region", "westeurope"), "not regions of one cloud"),
        (("--region", "\x1b[31m"), "not regions"),
        (("--region", "us-west-2", "--region", "us-east-1", "--network", "vpc-1"), "--network"),
        (("--region", "us-west-2", "--account", "1", "--account", "2"), "--profile"),
        (("--region", "us-west-2", "--map", "m"), "--map goes with --redact"),
        (("--region", "us-west-2", "--from", "f"), "--from takes the place"),
    ],
    ids=range(7),
)
def test_what_cannot_be_meant(
    offline: InProcess, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = offline("inventory", *options, "--out", str(tmp_path / "x"), code=2)
    assert said in done.err
    assert "\x1b" not in done.err


def test_nothing_could_be_read(offline: InProcess, tmp_path: Path) -> None:
    out = tmp_path / "none.json"
    told = offline.json("inventory", "--region", "us-west-2", "--out", str(out), code=3)
    assert told["file"] is None
    assert told["inventories"][0]["gaps"][0]["code"] == "no-credentials"
    assert not out.exists()


def test_all_regions_are_those_of_the_account(
    program: InProcess, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account says which; each is looked at. Of moto's many, two are enough here."""
    known = ("eu-west-1", "us-west-2")
    monkeypatch.setattr(AwsCloud, "regions", lambda _: tuple(Region(name, "") for name in known))
    out = tmp_path / "all.json"
    program.json("inventory", "--cloud", "aws", "--region", "all", "--out", str(out))
    assert tuple(one.region for one in saved.read(out.read_bytes()).inventories) == known
    for wrong, told in (
        (("--region", "all"), "Add --cloud"),
        (("--cloud", "aws", "--region", "all", "--region", "us-west-2"), "Leave out --network"),
    ):
        assert told in program("inventory", *wrong, "--out", "-", code=2).err
