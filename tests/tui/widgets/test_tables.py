"""What the tables promise: every state has a look, every color reads, every symbol has its ASCII stand-in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from textual.color import Color
from textual.content import Content
from textual.theme import Theme

from core.network.model import ConnectionState
from core.request.model import Severity
from core.setup.change import Action
from core.workflow.timeline import State, StepState, Turn
from tui.ascii import plain
from tui.preferences import ThemeName
from tui.text import end, fit, middle, wrap
from tui.themes import BY_SETTING, COLOR_BLIND, HIGH_CONTRAST, THEMES
from tui.widgets import durations
from tui.widgets.connection_picture import Incoming, Outgoing, Picture, picture_lines
from tui.widgets.state import (
    ACTIONS,
    ACTORS,
    RESOURCES,
    RUNS,
    SEVERITIES,
    STEPS,
    TABLES,
    TIMELINE,
    Look,
    look,
    symbol_of,
)
from tui.widgets.top_bar import Place, top_line

BY_NAME = {theme.name: theme for theme in THEMES}
TEXTS = ("success", "accent", "secondary", "warning", "error", "primary", "muted")


def painted(theme: Theme) -> Mapping[str, str]:
    """A theme's variables as the App has them: what the theme says itself stands over what Textual derives."""
    return {**theme.to_color_system().generate(), **theme.variables}


def contrast(text: Color, ground: Color) -> float:
    def light(color: Color) -> float:
        def channel(value: float) -> float:
            return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

        red, green, blue = (channel(part) for part in color.normalized)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((light(text), light(ground)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("text", [*(f"text-{name}" for name in TEXTS), "foreground"])
@pytest.mark.parametrize(
    "ground",
    ["background", "surface", "panel", "block-cursor-background", "block-cursor-blurred-background"],
)
def test_every_text_color_reads_on_every_ground(theme: Theme, text: str, ground: str) -> None:
    colors = painted(theme)
    least = 7 if theme.name == HIGH_CONTRAST else 4.5
    assert contrast(Color.parse(colors[text]), Color.parse(colors[ground])) >= least


SIGHTS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
"""How colors are seen without one kind of cones: Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def seen(color: Color, sight: str) -> tuple[float, float, float]:
    """A color in CIE L*a*b*, as somebody sees it who has such eyes."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in color.normalized]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in SIGHTS[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_states_of_the_color_blind_theme_differ_for_every_eye(sight: str) -> None:
    colors = painted(BY_NAME[COLOR_BLIND])
    tones = [seen(Color.parse(colors[f"text-{one}"]), sight) for one in ("success", "warning", "error")]
    assert all(math.dist(one, other) >= 25 for one, other in itertools.combinations(tones, 2))


def test_the_settings_name_every_theme() -> None:
    assert tuple(BY_SETTING) == get_args(ThemeName)
    assert set(BY_SETTING.values()) == set(BY_NAME)


@pytest.mark.parametrize("text", TEXTS)
def test_high_contrast_survives_sixteen_colors(text: str) -> None:
    colors = painted(BY_NAME[HIGH_CONTRAST])
    ground = Color.parse(colors["background"]).rich_color.downgrade(ColorSystem.STANDARD)
    shown = Color.parse(colors[f"text-{text}"]).rich_color.downgrade(ColorSystem.STANDARD)
    assert shown.number != ground.number


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (STEPS, get_args(StepState)),
        (TIMELINE, get_args(State)),
        (RESOURCES, get_args(ConnectionState)),
        (SEVERITIES, get_args(Severity)),
        (ACTIONS, get_args(Action)),
        (ACTORS, get_args(Turn)),
    ],
)
def test_no_state_is_without_a_look(table: Mapping[str, object], states: tuple[str, ...]) -> None:
    assert set(states) <= set(table)


@pytest.mark.parametrize("table", [*TABLES, ACTIONS])
def test_a_look_is_one_symbol_a_word_and_a_short_word(table: Mapping[str, Look]) -> None:
    for shown in table.values():
        assert cell_len(shown.symbol) == 1
        assert shown.word
        assert cell_len(shown.brief) <= 12
        assert (plain(shown.symbol) == "?") == (shown.symbol == "?")


def test_states_of_one_table_that_mean_something_else_do_not_share_symbol_and_tone() -> None:
    for table in (STEPS, SEVERITIES, ACTIONS):
        assert len({(shown.symbol, shown.tone) for shown in table.values()}) == len(table)


def test_a_state_that_no_table_has_is_shown_by_its_own_word() -> None:
    assert look(RUNS, "odd\x1b[31m").word == "odd␛[31m"
    assert symbol_of("odd") == "?"
    assert symbol_of("done") == "✓"


@pytest.mark.parametrize("width", [24, 30, 50, 75, 76, 80, 90, 120])
@pytest.mark.parametrize("picture", [Picture(), Picture(incoming=Incoming())], ids=["one way", "both"])
def test_the_picture_has_its_width_and_an_ascii_form(picture: Picture, width: int) -> None:
    for line in picture_lines(picture, width):
        assert cell_len(line.plain) == width
        assert plain(line.plain).isascii()


@pytest.mark.parametrize("width", [1, 8, 20, 40, 60, 79, 120, 200])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_top_bar_has_its_width_and_keeps_the_mark(width: int, rehearsal: bool) -> None:
    line = top_line(
        Place("privatelink", "AWS", "111122223333", "us-west-2", "abc", "staging", rehearsal), width
    )
    assert cell_len(line.plain) == width
    assert ("REHEARSAL" in line.plain) == (rehearsal and width >= 11)


@pytest.mark.parametrize("width", [8, 40, 80, 120])
def test_the_top_bar_says_where_this_machine_answers_for_the_cloud(width: int) -> None:
    place = Place("privatelink", "AWS", "111122223333", "us-west-2", local="127.0.0.1:4566")
    assert "LOCAL" in top_line(place, width).plain
    assert ("127.0.0.1:4566" in top_line(place, width).plain) == (width >= 80)
    assert "LOCAL" not in top_line(Place(cloud="AWS", account="111122223333"), width).plain


def test_the_account_is_whole_at_eighty_columns_of_a_rehearsal() -> None:
    place = Place("privatelink", "AWS", "111122223333", "us-west-2", "abcdefg123456", "production", True)
    assert {"111122223333", "us-west-2", "abcdefg123456"} <= set(top_line(place, 78).plain.split())


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("vpc-0a1b2c3d", 20, "vpc-0a1b2c3d"),
        ("vpc-0a1b2c3d", 9, "vpc-…2c3d"),
        ("vpc-0a1b2c3d", 2, "v…"),
        ("vpc-0a1b2c3d", 1, "…"),
        ("vpc-0a1b2c3d", 0, ""),
        ("日本語日本語", 7, "日…語"),
        ("a\x1bb", 9, "a␛b"),
    ],
)
def test_middle(text: str, width: int, shown: str) -> None:
    assert middle(text, width) == shown


def test_cutting_counts_cells() -> None:
    assert end("日本語", 4) == "日…"
    assert fit(Content("ab"), 4).plain == "ab  "
    assert [line.plain for line in wrap("one two", 6, indent="  ")] == ["  one", "  two"]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "a moment"),
        (timedelta(0), "a moment"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(hours=2, minutes=5, seconds=9), "2 hours 5 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(days=3, hours=1), "3 days 1 hour"),
    ],
)
def test_duration(span: timedelta, words: str) -> None:
    assert durations.duration(span) == words


ZONE = timezone(timedelta(hours=-8))
NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 24, 22, 2, tzinfo=UTC), "Tue 14:02"),
        (datetime(2026, 11, 25, 3, 2, tzinfo=UTC), "Tue 19:02"),
        (datetime(2026, 11, 30, 22, 2, tzinfo=UTC), "Mon 14:02"),
        (datetime(2026, 11, 19, 22, 2, tzinfo=UTC), "Thu 19 Nov 14:02"),
        (datetime(2025, 11, 24, 22, 2, tzinfo=UTC), "Mon 24 Nov 2025 14:02"),
    ],
)
def test_a_moment_names_its_day_in_the_person_s_zone(moment: datetime, words: str) -> None:
    assert durations.day_and_time(moment, NOW, ZONE) == words


def test_days() -> None:
    assert durations.day(datetime(2026, 12, 1, 5, tzinfo=UTC), ZONE) == "Mon 30 Nov"
    assert durations.business_days(1) == "1 business day"
    assert durations.business_days(3) == "3 business days"


def test_an_outgoing_picture_alone_is_one_way() -> None:
    assert not Picture(outgoing=Outgoing()).bidirectional
    assert Picture(incoming=Incoming()).bidirectional
