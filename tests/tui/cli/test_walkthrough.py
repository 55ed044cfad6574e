"""The commands of walkthroughs; the playing itself is tests/tui/test_walk.py's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import providers.worker
from core.request.model import Platform
from core.walkthrough import scenario
from providers.sandboxes import OPENERS
from tests.tui.near import near
from tui.cli.group import cli
from tui.walk import Walk


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sandbox in this process."""
    with ExitStack() as stack:

        def worker(start: Any, **_named: Any) -> Any:
            assert start.arguments["auto"] is False
            return stack.enter_context(near("azure"))

        monkeypatch.setattr(providers.worker, "Worker", worker)
        yield


MINE = """
title = "Mine"
type = "unidirectional"
ends = "preparing"

[[checkpoint]]
act = "sign-in"

[[checkpoint]]
act = "request"
now = "Our own words"
"""


def test_one_line_an_event(here: None, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    done = run("walkthrough", "--cloud", "azure", "--scenario", str(mine), "--format", "jsonl")
    assert done.exit_code == 0, done.output + done.stderr
    opening, *events, closing = (json.loads(line) for line in done.stdout.splitlines())
    assert (opening["event"], closing["event"]) == ("opening", "closing")
    assert {
        "lead": "To Magento",
        "text": "The customer asks, Magento approves. Nobody has asked yet.",
    } in closing["told"]
    assert [(one["event"], one["checkpoint"]) for one in events] == [
        (event, number) for number in (1, 2) for event in ("checkpoint", "begins", "done")
    ]
    assert events[-1]["now"] == "Our own words"
    assert events[-1]["state"] == "preparing"
    assert events[-1]["at"].startswith("2026-03-02T09:25:00")


def test_what_does_not_come_about_is_told(here: None, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE + 'shows = "verified"\n', encoding="utf-8")
    done = run("walkthrough", "--cloud", "azure", "--scenario", str(mine))
    assert done.exit_code == 1
    assert "failed. the scenario says that it shows verified" in done.stdout
    assert "checkpoint 2" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("walkthrough", "--scenario", "nothing"), "there is no scenario nothing"),
        (("walkthrough", "--scenario", "no/such.toml"), "no/such.toml: No such file"),
        (("walkthrough", "--pace", "step"), "pace step needs a terminal"),
        (("scenarios", "show", "nothing"), "there is no scenario nothing"),
        (("scenarios", "check", "no/such.toml"), "no/such.toml: No such file"),
    ],
)
def test_what_cannot_be_used_is_told(arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("clouds", "fault", "told"),
    [
        ('["aws"]', "gremlins", "gremlins is no fault of the sandbox's AWS"),
        ('["aws", "azure"]', "acl-stops-answers", "acl-stops-answers is no fault of the sandbox's Azure"),
        ('["aws"]', "stale-name", "stale-name shows only where another name"),
        ('["azure"]', "visible-to-all", "visible-to-all is seen by the audit alone"),
        ('["azure"]', "pool-empty", "pool-empty breaks the connection from Magento"),
    ],
)
@pytest.mark.parametrize("command", [("scenarios", "check"), ("walkthrough", "--scenario")])
def test_a_fault_that_cannot_be_played_is_refused_in_words(
    tmp_path: Path, command: tuple[str, ...], clouds: str, fault: str, told: str
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        f'title = "Mine"\ntype = "unidirectional"\nclouds = {clouds}\nfault = "{fault}"\n'
        '[[checkpoint]]\nact = "break"\n',
        encoding="utf-8",
    )
    done = run(*command, str(mine))
    assert done.exit_code == 2
    assert f"{mine}: fault: {told}" in " ".join(done.stderr.split())
    assert "choose one of" in done.stderr


def test_scenarios_are_listed_shown_and_checked(tmp_path: Path) -> None:
    listed = json.loads(run("scenarios", "list", "--format", "json").stdout)
    assert [one["name"] for one in listed] == list(scenario.names())
    assert len(run("scenarios", "list").stdout.splitlines()) == len(scenario.names())
    shown = run("scenarios", "show", "stranger").stdout
    mine = tmp_path / "mine.toml"
    mine.write_text(shown, encoding="utf-8")
    assert "15 checkpoints" in run("scenarios", "check", str(mine)).stdout
    mine.write_text(shown.replace('act = "accept"', 'act = "except"'), encoding="utf-8")
    refused = run("scenarios", "check", str(mine))
    assert refused.exit_code == 2
    assert "checkpoint.13.act" in refused.stderr
    assert json.loads(run("scenarios", "schema").stdout)["title"] == "Scenario"


REQUEST = """
[project]
id = "myshop1234567"
plan = "pro"
environment = "staging"
{project}
[cloud]
{cloud}
[connection]
type = "bidirectional"
[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"
[[services]]
name = "Search"
protocol = "HTTPS"
port = 9200
target_port = 9443
direction = "from-magento"
targets = ["10.77.3.4", "{target}"]
"""
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
NET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network"
REQUESTS = {
    "aws": REQUEST.format(
        project='region = "EU-5"',
        cloud='platform = "AWS"\naccount = "222233334444"\nregion = "eu-central-1"\n'
        'network = "vpc-0123456789abcdef0"\n'
        'subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]',
        target="i-0123456789abcdef0",
    ),
    "azure": REQUEST.format(
        project='region = "US-A1"\ncluster = "myshop1234567-staging-1"',
        cloud=f'platform = "azure"\naccount = "{SUBSCRIPTION}"\nregion = "eastus2"\n'
        f'network = "{NET}/virtualNetworks/acme-hub"',
        target=f"{NET}/networkInterfaces/search-nic",
    ),
}
OURS = """
title = "Ours"
type = "bidirectional"
ends = "preparing"
checkpoint = [{act = "sign-in"}, {act = "request"}, {act = "own-side"}]
"""


@pytest.mark.parametrize("name", ["mine", pytest.param("bidirectional", marks=pytest.mark.slow)])
@pytest.mark.parametrize("cloud", [pytest.param("aws", marks=pytest.mark.slow), "azure"])
def test_the_sandbox_takes_the_shape_of_a_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloud: Platform, name: str
) -> None:
    """It looks like the customer's, and what is set up in it is for the customer's services."""
    file, scenario_ = tmp_path / "request.toml", tmp_path / "mine.toml"
    file.write_text(REQUESTS[cloud], encoding="utf-8")
    scenario_.write_text(OURS, encoding="utf-8")
    walks: list[Walk] = []
    monkeypatch.setattr("tui.cli.walkthrough.line_of", lambda walk, form: lambda: walks.append(walk))
    with ExitStack() as stack:

        def worker(start: Any, **_named: Any) -> Any:
            assert start.opener == OPENERS[cloud]
            assert start.arguments["region"] == start.arguments["shape"].request.region
            return stack.enter_context(near(cloud, start.arguments["shape"]))

        monkeypatch.setattr(providers.worker, "Worker", worker)
        chosen = str(scenario_) if name == "mine" else name
        done = run("walkthrough", "--request", str(file), "--scenario", chosen)
    assert done.exit_code == 0, done.output + done.stderr
    model = walks[-1].session.model
    draft = model.draft
    assert (draft.project.id, draft.project.environment) == ("myshop1234567", "staging")
    assert draft.cloud.region == {"aws": "eu-central-1", "azure": "eastus2"}[cloud]
    assert len(draft.cloud.subnets) == {"aws": 2, "azure": 0}[cloud]
    network = next(one for one in model.networks if one.id == draft.cloud.network)
    assert network.cidrs == ("10.77.0.0/16",)
    assert network.name == {"aws": "shop-prod", "azure": "acme-hub"}[cloud]
    search = draft.services[1]
    assert (search.port, search.target_port, len(search.targets)) == (9200, 9443, 2)
    assert search.targets[0] == "10.77.1.20"
    assert model.story.draft == draft


@pytest.mark.parametrize(
    ("text", "arguments", "code", "told"),
    [
        ("[project", (), 2, "nothing was started; correct the request first"),
        ("", (), 1, "project.id"),
        (REQUESTS["aws"], ("--cloud", "azure"), 2, "the request is for aws, and --cloud for azure"),
        (REQUESTS["aws"], ("--type", "unidirectional"), 2, "the request is for bidirectional, and --type"),
        (REQUESTS["aws"], ("--scenario", "stranger"), 0, ""),
        (REQUESTS["aws"], ("--scenario", "silence"), 2, "the request is for bidirectional, and --scenario"),
    ],
)
def test_a_request_that_cannot_be_practised_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    text: str,
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.setattr("tui.cli.walkthrough._played", lambda *_given: 0)
    file = tmp_path / "request.toml"
    file.write_text(text, encoding="utf-8")
    done = run("walkthrough", "--request", str(file), *arguments)
    assert done.exit_code == code
    assert told in done.stderr
    checked = run("check", str(file))
    assert code == 0 or arguments or checked.exit_code == code, "as check ends"
