"""The program's themes: dark, light, high contrast, and one whose states differ for color-blind eyes, too.

Text colors are spelled out rather than derived, so that a test can hold their contrast: every ``$text-*``
reads on background, surface, panel and both cursors at 4.5:1 or more (WCAG 2.1, 1.4.3), in high contrast at 7:1
(1.4.6). ``NO_COLOR`` needs nothing here: Textual turns the colors to greys, and every state has its symbol and word.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App
from textual.theme import Theme

from tui.preferences import ThemeName

DARK = "privatelink-dark"
LIGHT = "privatelink-light"
HIGH_CONTRAST = "high-contrast"
COLOR_BLIND = "color-blind"
DEFAULT_THEME = DARK


def _texts(
    *, success: str, accent: str, secondary: str, warning: str, error: str, primary: str, muted: str
) -> dict[str, str]:
    return {
        "text-success": success,
        "text-accent": accent,
        "text-secondary": secondary,
        "text-warning": warning,
        "text-error": error,
        "text-primary": primary,
        "text-muted": muted,
        "foreground-muted": muted,
    }


def _cursor(foreground: str, background: str, blurred: str, hover: str) -> dict[str, str]:
    return {
        "block-cursor-foreground": foreground,
        "block-cursor-background": background,
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": foreground,
        "block-cursor-blurred-background": blurred,
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": hover,
        "button-focus-text-style": "bold underline",
    }


def _lines(border: str, quiet: str, hover: str, ground: str) -> dict[str, str]:
    """What is no text: borders, and the footer and scrollbars on their ground."""
    return {
        "border": border,
        "border-blurred": quiet,
        "footer-background": ground,
        "scrollbar": quiet,
        "scrollbar-hover": hover,
        "scrollbar-active": border,
        "scrollbar-background": ground,
        "scrollbar-background-hover": ground,
        "scrollbar-background-active": ground,
    }


def _variables(*parts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for part in parts for name, value in part.items()}


THEMES: tuple[Theme, ...] = (
    Theme(
        name=DARK,
        dark=True,
        primary="#5b9bd5",
        secondary="#9fb0d0",
        accent="#56c2b6",
        success="#7cc48d",
        warning="#e0b062",
        error="#e5737b",
        foreground="#d9dee7",
        background="#11151b",
        surface="#171c24",
        panel="#1f2630",
        variables=_variables(
            _texts(
                success="#8fd19e",
                accent="#6fd6ca",
                secondary="#b3c0dc",
                warning="#ecc27a",
                error="#f4939a",
                primary="#8fbfe8",
                muted="#98a3b3",
            ),
            _cursor("#ffffff", "#24384c", "#1f2630", "#1b222c"),
            _lines("#5b9bd5", "#3a4453", "#4b586b", "#171c24"),
            {
                "footer-key-foreground": "#8fbfe8",
                "footer-description-foreground": "#98a3b3",
                "input-selection-background": "#5b9bd5 35%",
            },
        ),
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#1f6aa5",
        secondary="#56658a",
        accent="#0b7d74",
        success="#2c7a3d",
        warning="#9a6400",
        error="#b3262e",
        foreground="#1d2733",
        background="#fbfbfa",
        surface="#f4f5f6",
        panel="#eaedf0",
        variables=_variables(
            _texts(
                success="#22672f",
                accent="#075f58",
                secondary="#485780",
                warning="#7a4b00",
                error="#9c1c25",
                primary="#17568a",
                muted="#555f6d",
            ),
            _cursor("#10202f", "#d3e4f3", "#e4e9ee", "#eef1f4"),
            _lines("#1f6aa5", "#b9c2cc", "#98a4b1", "#f4f5f6"),
            {
                "footer-key-foreground": "#17568a",
                "footer-description-foreground": "#555f6d",
                "input-selection-background": "#1f6aa5 25%",
            },
        ),
    ),
    Theme(
        name=HIGH_CONTRAST,
        dark=True,
        primary="#55ffff",
        secondary="#ffffff",
        accent="#55ffff",
        success="#55ff55",
        warning="#ffff55",
        error="#ff5555",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        variables=_variables(
            _texts(
                success="#55ff55",
                accent="#55ffff",
                secondary="#ffffff",
                warning="#ffff55",
                error="#ff8c8c",
                primary="#55ffff",
                muted="#c0c0c0",
            ),
            _cursor("#ffffff", "#000080", "#000000", "#000080"),
            _lines("#ffff55", "#c0c0c0", "#ffffff", "#000000"),
            {
                "footer-key-foreground": "#ffff55",
                "footer-description-foreground": "#ffffff",
                "input-selection-background": "#0000aa",
            },
        ),
    ),
    # Okabe and Ito's palette: good is blue, a warning yellow, bad is orange.
    Theme(
        name=COLOR_BLIND,
        dark=True,
        primary="#56b4e9",
        secondary="#a9b4c8",
        accent="#56b4e9",
        success="#56b4e9",
        warning="#f0e442",
        error="#e8761e",
        foreground="#e4e7ec",
        background="#11151b",
        surface="#171c24",
        panel="#1f2630",
        variables=_variables(
            _texts(
                success="#6cbff0",
                accent="#ffffff",
                secondary="#b3c0dc",
                warning="#f0e442",
                error="#ff7f50",
                primary="#8fcbf0",
                muted="#98a3b3",
            ),
            _cursor("#ffffff", "#24384c", "#1f2630", "#1b222c"),
            _lines("#56b4e9", "#3a4453", "#4b586b", "#171c24"),
            {
                "footer-key-foreground": "#8fcbf0",
                "footer-description-foreground": "#98a3b3",
                "input-selection-background": "#56b4e9 35%",
            },
        ),
    ),
)
"""All themes, the default one first. High contrast uses the sixteen ANSI colors' own values."""

BY_SETTING: Mapping[ThemeName, str] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "color-blind": COLOR_BLIND,
}
"""The themes by what the settings call them."""


def register(app: App[object], chosen: str = DEFAULT_THEME) -> None:
    """Register every theme with ``app`` and put on ``chosen``."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = chosen
