"""The table of known faults: complete over both clouds' ways to fail, and told in the README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.audit.catalogue import CHECKS
from core.cloud import CloudError
from core.diagnosis.causes import CAUSES
from core.request.model import PLATFORMS, ConnectionType, Platform
from providers.sandbox import Sandbox, faults

README = Path(__file__).parents[3] / "README.md"
SYMPTOMS = {"no-answer", "refused", "stalled"}
"""What a client sees: they follow from the faults, and are no faults themselves."""
UNREACHABLE: Mapping[tuple[Platform, str], str] = {
    (
        "aws",
        "service-missing",
    ): "a service that is deleted comes back under another name: nothing could mend it",
    ("azure", "service-missing"): "as on AWS",
    ("azure", "quota"): "no quota of Azure's is read for endpoints",
    (
        "azure",
        "endpoint-failed",
    ): "a private endpoint that fails is told by its connection: rejected, automatic",
}
"""Causes that no fault brings about, and why."""


def known(platform: Platform) -> list[faults.Fault[object]]:
    return [faults.fault(platform, name) for name in faults.names(platform)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_cause_has_a_fault_that_brings_it_about(platform: Platform) -> None:
    brought = {one.cause for one in known(platform)}
    wanted = {code for code, kind in CAUSES.items() if platform in kind.platforms} - SYMPTOMS
    missing = {code for cloud, code in UNREACHABLE if cloud == platform}
    assert wanted - brought == missing
    assert brought - {""} <= set(CAUSES)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_faults_name_real_findings_and_none_says_nothing(platform: Platform) -> None:
    checks = set(CHECKS)
    assert {one.finding for one in known(platform)} - {""} <= checks
    assert all(one.cause or one.finding for one in known(platform))
    assert len(known(platform)) >= 20


def test_the_readme_lists_them_all() -> None:
    text = README.read_text(encoding="utf-8")
    missing = [name for platform in PLATFORMS for name in faults.names(platform) if f"`{name}`" not in text]
    assert missing == []


def test_where_nothing_stands_nothing_is_broken(sandbox: Sandbox) -> None:
    before = sandbox.vendor.pace
    with pytest.raises(CloudError, match="none stands") as told:
        faults.bring(sandbox, "security-group-closed")
    assert told.value.code == "invalid"
    assert sandbox.vendor.pace == before
    with pytest.raises(CloudError, match="no known fault"):
        faults.bring(sandbox, "gremlins")


@pytest.mark.parametrize(
    ("platform", "name", "kind", "reason"),
    [
        ("aws", "gremlins", "bidirectional", "gremlins is no fault of the sandbox's AWS"),
        ("azure", "one-zone", "bidirectional", "one-zone is no fault of the sandbox's Azure"),
        ("aws", "service-name-typo", "bidirectional", "shows only where another name"),
        ("azure", "tls-name", "unidirectional", "shows only where another name"),
        ("aws", "open-to-all", "bidirectional", "by the audit alone"),
        ("aws", "target-down", "unidirectional", "needs a bidirectional one"),
        ("aws", "target-down", "bidirectional", ""),
        ("azure", "idle-drop", "unidirectional", ""),
    ],
)
def test_what_a_walkthrough_cannot_break_has_a_reason(
    platform: Platform, name: str, kind: ConnectionType, reason: str
) -> None:
    told = faults.unplayable(platform, name, kind)
    assert (reason in told) if reason else not told


def test_what_only_the_audit_sees_is_played_where_it_looks() -> None:
    assert not faults.unplayable("aws", "open-to-all", "bidirectional", audited=True)
    assert "needs a bidirectional one" in faults.unplayable(
        "aws", "open-to-all", "unidirectional", audited=True
    )


def test_mending_that_fails_leaves_magento_at_work(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure is told once; then the next fault is brought about, and Magento acts as it did before them all."""

    def broken(_stage: object) -> Iterator[faults.Aside]:
        yield faults.Aside(host="x")
        raise CloudError("throttled", "not now", "later")

    def nothing(_stage: object) -> Iterator[faults.Aside]:
        raise IndexError("nothing there")
        yield

    before = replace(sandbox.vendor.pace, auto=True)
    monkeypatch.setattr(sandbox.vendor, "pace", before)
    known = {
        name: faults.Fault(name, "t", how, "to-magento", "quota")
        for name, how in (("broken", broken), ("nothing", nothing))
    }
    monkeypatch.setattr(faults, "_KNOWN", {"aws": known})
    bench = faults.Bench()
    bench.sandbox = sandbox
    assert bench.bring("broken")["host"] == "x"
    assert sandbox.vendor.pace == replace(before, auto=False)
    with pytest.raises(CloudError, match="not now"):
        bench.bring("broken")
    assert sandbox.vendor.pace == before
    with pytest.raises(IndexError):
        bench.bring("nothing")
    assert sandbox.vendor.pace == before
    assert bench.bring("broken")["host"] == "x"
