"""A button whose label changes has room for the longer one."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

from tui.widgets.buttons import relabel


class Row(App[None]):
    """One row with a button."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Button("Reading …", compact=True)


@pytest.mark.parametrize("label", ["Read again", "Read again [b]and[/b] again", "Read"])
async def test_a_button_fits_its_label(label: str) -> None:
    app = Row()
    async with app.run_test(size=(80, 24)) as pilot:
        button = app.query_one(Button)
        await pilot.pause()
        relabel(button, label)
        await pilot.pause()
        assert str(button.label) == label
        assert button.content_size.width >= len(label)
