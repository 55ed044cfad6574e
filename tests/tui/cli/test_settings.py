"""``privatelink settings``: shows, sets, takes back, and refuses with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.program import InProcess


def test_one_is_set_shown_and_taken_back(offline: InProcess) -> None:
    assert "file" in offline("settings", "screen.theme", "color-blind").out
    shown = {one["name"]: one for one in offline("settings", "--format", "json").json}
    assert (shown["screen.theme"]["value"], shown["screen.theme"]["origin"]) == ("color-blind", "file")
    assert shown["offer.business_days"]["origin"] == "default"
    offline("settings", "screen.theme", "--default")
    assert offline("settings", "screen.theme", "--format", "json").json[0]["value"] == "dark"


def test_a_walkthrough_has_the_pace_of_the_settings(tmp_path: Path) -> None:
    from click import Context

    from tui.cli.group import cli

    command = cli.get_command(Context(cli), "walkthrough")
    assert command is not None
    (tmp_path / "config.toml").write_text('[walkthrough]\npace = "live"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIVATELINK_HOME", str(tmp_path))
        assert command.make_context("walkthrough", []).params["pace"] == "live"
        assert command.make_context("walkthrough", ["--pace", "fast"]).params["pace"] == "fast"
        (tmp_path / "config.toml").unlink()
        assert command.make_context("walkthrough", []).params["pace"] is None


@pytest.mark.parametrize("given", [
    ("screen.theme", "pink"), ("what", "x"), ("what",), ("--default",), ("screen.theme", "dark", "--default"),
])  # fmt: skip
def test_what_cannot_be(offline: InProcess, given: tuple[str, ...]) -> None:
    told = offline("settings", *given, "--format", "json", code=2)
    assert told.json["problems"][0]["code"] in ("settings", "unusable-input")
    assert not Path(offline.environment["PRIVATELINK_HOME"], "config.toml").exists()
