"""What somebody decided to live with, and what was known before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import baseline, suppress
from core.audit.catalogue import CHECKS, audit_all
from core.audit.formats import FORMATS
from core.unusable import UnusableFile
from tests.core.audit.build import AWS, LB, OFFER, added, done, edited

TODAY = date(2026, 3, 2)
FAULTY = done(AWS, edited("load_balancers", internal=False, cross_zone=False))
REPORT = audit_all([FAULTY], OFFER)


def file(
    check: str = "aws-nlb-internet-facing", resource: str = "*/net/shop/*", expires: str = "2026-03-02"
) -> bytes:
    return (
        f'[[suppress]]\ncheck = "{check}"\nresource = "{resource}"\nreason = "decided"\nexpires = {expires}\n'
    ).encode()


def test_a_suppressed_finding_is_told_with_its_reason() -> None:
    report = suppress.apply(REPORT, suppress.read(file()), TODAY)
    assert [one.check for one in report.findings] == ["aws-nlb-cross-zone-off"]
    [kept] = report.suppressed
    assert (kept.finding.check, kept.finding.resource.id) == ("aws-nlb-internet-facing", LB)
    assert (kept.reason, kept.expires) == ("decided", TODAY)
    assert report.notes == ()


def test_what_has_expired_suppresses_nothing_and_is_told() -> None:
    report = suppress.apply(REPORT, suppress.read(file(expires="2026-03-01")), TODAY)
    assert report.findings == REPORT.findings
    assert report.suppressed == ()
    assert report.notes == (
        "the suppression of aws-nlb-internet-facing for */net/shop/* expired on 2026-03-01: decided",
    )


def test_what_fits_nothing_is_told() -> None:
    report = suppress.apply(REPORT, suppress.read(file(check="aws-nlb-one-zone")), TODAY)
    assert report.notes == (
        "the suppression of aws-nlb-one-zone for */net/shop/* fits nothing that was found",
    )


def test_a_resource_fits_by_its_name_too_and_brackets_are_letters() -> None:
    assert suppress.apply(REPORT, suppress.read(file(resource="SHOP")), TODAY).suppressed
    assert not suppress.apply(REPORT, suppress.read(file(resource="[a-z]*")), TODAY).suppressed


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"\xff", "utf-8"),
        (b"[[suppress]", "line 1"),
        (b"[[suppress]]\ncheck = 'x'\n", "suppress.0.resource"),
        (file().replace(b"decided", b""), "suppress.0.reason"),
        (file(expires='"soon"'), "suppress.0.expires"),
        (b"other = 1", "other"),
        (b"x = " + b"[" * 5000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(data: bytes, where: str) -> None:
    with pytest.raises(UnusableFile) as refused:
        suppress.read(data)
    assert where in refused.value.message
    assert refused.value.remedy


def test_a_baseline_leaves_what_is_new() -> None:
    known = baseline.read(FORMATS["json"](REPORT, CHECKS).encode())
    later = audit_all([done(FAULTY, added("endpoints", id="vpce-0bbb"))], OFFER)
    report = baseline.apply(later, known)
    assert [one.check for one in report.findings] == ["aws-endpoint-duplicate"]
    assert report.known == len(REPORT.findings)


def test_a_baseline_knows_what_was_suppressed() -> None:
    before = suppress.apply(REPORT, suppress.read(file()), TODAY)
    known = baseline.read(FORMATS["json"](before, CHECKS).encode())
    assert baseline.apply(REPORT, known).findings == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"findings": [], "version": 9}',
        b'{"findings": [{}], "version": 1}',
        b"[" * 9999,
    ],
)
def test_what_is_no_report_is_no_baseline(data: bytes) -> None:
    with pytest.raises(UnusableFile):
        baseline.read(data)


def refused(read: Callable[[bytes], object], data: bytes) -> str:
    try:
        read(data)
    except UnusableFile as error:
        return error.message
    return "nothing"


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert refused(suppress.read, data)
    assert refused(baseline.read, data)
