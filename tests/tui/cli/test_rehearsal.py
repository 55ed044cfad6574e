"""A rehearsal without a screen, on each cloud's sandbox: one line an event, proved by bytes both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.cloud import CloudError
from core.request.model import CONNECTION_TYPES, Platform
from providers import sandboxes
from tui.cli.group import cli

OWN_OFFER = """
[offer]
aws_account = "999988887777"
azure_subscriptions = ["11111111-2222-4333-8444-555555555555"]
"""
LINE = re.compile(r"\d\d:\d\d:\d\d  \S")
WORDS = {
    "aws": ("signed in to account 111122223333", "of account 402592597372", "vpce-"),
    "azure": ("signed in to subscription 5c0f1e2a-", "of subscription 9d3b7f41-", "/privateEndpoints/"),
}
"""What each cloud calls an account and an endpoint."""


def quick(platform: Platform) -> Callable[..., AbstractContextManager[Any]]:
    """The sandbox as the program starts it, only quicker."""
    if platform == "aws":
        from providers import sandbox

        return lambda **asked: sandbox.start(**asked, provisioning=0.05, registration=0.05)
    from providers.sandbox import azure

    return lambda **asked: azure.start(**asked, operation=0.02, retry_after=0.01)


@pytest.mark.parametrize("platform", [pytest.param("aws", marks=pytest.mark.slow), "azure"])
def test_both_types_reach_verified(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the person's own offer says: the sandbox has the published one."""
    (tmp_path / "config.toml").write_text(OWN_OFFER, encoding="utf-8")
    monkeypatch.setenv("PRIVATELINK_HOME", str(tmp_path))
    started: list[tuple[str, bool]] = []

    def start(cloud: Platform, *, delay: float, ticketless: bool) -> AbstractContextManager[Any]:
        started.append((cloud, ticketless))
        return quick(cloud)(delay=delay, ticketless=ticketless)

    monkeypatch.setattr(sandboxes, "start", start)
    done = CliRunner().invoke(cli, ["rehearse", "--cloud", platform, "--delay", "0.05", "--no-screen"])
    assert done.exit_code == 0, done.output + done.stderr
    assert started == [(platform, False)] * len(CONNECTION_TYPES)
    lines = done.stdout.splitlines()
    assert all(LINE.match(line) for line in lines)
    assert [line[10:19] for line in lines if "verified" in line] == ["verified:"] * 2
    for words in WORDS[platform]:
        assert any(words in line for line in lines), words
    there = [line for line in lines if "step 6" in line]
    back = [line for line in lines if "step 7c" in line]
    assert (len(there), len(back)) == (3, 2)
    assert all("bytes came through" in line for line in there)
    assert all("connected to 10." in line for line in back)
    other = {"aws": "/subscriptions/", "azure": "vpce"}[platform]
    assert other not in done.stdout


def test_aws_is_rehearsed_where_no_cloud_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(cloud: Platform, **asked: Any) -> AbstractContextManager[Any]:
        raise CloudError("unavailable", f"no {cloud} today", "Try again.")

    monkeypatch.setattr(sandboxes, "start", start)
    done = CliRunner().invoke(cli, ["rehearse", "--no-screen"])
    assert (done.exit_code, "no aws today" in done.stderr) == (3, True)


def test_a_worker_has_an_opener_for_each_cloud(tmp_path: Path) -> None:
    from providers.remote import connect
    from providers.worker import Worker, rehearsal

    worker = Worker(rehearsal("azure", 5.0))
    try:
        connected = connect(worker)
        assert connected.cloud.platform == "azure"
        assert set(connected.practice) == set(CONNECTION_TYPES)
        assert connected.counterpart is not None
    finally:
        worker.close()
