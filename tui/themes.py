"""The program's themes: dark, light and high contrast.

Text colors are spelled out rather than derived, so that a test can hold their contrast: every ``$text-*``
reads on background, surface, panel and both cursors at 4.5:1 or more (WCAG 2.1, 1.4.3). ``NO_COLOR`` needs
nothing here: Textual turns the colors to greys, and every state has its symbol and word.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App
from textual.theme import Theme

DARK = "privatelink-dark"
LIGHT = "privatelink-light"
HIGH_CONTRAST = "high-contrast"
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
            {
                "border": "#5b9bd5",
                "border-blurred": "#3a4453",
                "footer-background": "#171c24",
                "footer-key-foreground": "#8fbfe8",
                "footer-description-foreground": "#98a3b3",
                "input-selection-background": "#5b9bd5 35%",
                "scrollbar": "#3a4453",
                "scrollbar-hover": "#4b586b",
                "scrollbar-active": "#5b9bd5",
                "scrollbar-background": "#171c24",
                "scrollbar-background-hover": "#171c24",
                "scrollbar-background-active": "#171c24",
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
            {
                "border": "#1f6aa5",
                "border-blurred": "#b9c2cc",
                "footer-background": "#f4f5f6",
                "footer-key-foreground": "#17568a",
                "footer-description-foreground": "#555f6d",
                "input-selection-background": "#1f6aa5 25%",
                "scrollbar": "#b9c2cc",
                "scrollbar-hover": "#98a4b1",
                "scrollbar-active": "#1f6aa5",
                "scrollbar-background": "#f4f5f6",
                "scrollbar-background-hover": "#f4f5f6",
                "scrollbar-background-active": "#f4f5f6",
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
                error="#ff7777",
                primary="#55ffff",
                muted="#c0c0c0",
            ),
            _cursor("#ffffff", "#000080", "#000000", "#000080"),
            {
                "border": "#ffff55",
                "border-blurred": "#c0c0c0",
                "footer-background": "#000000",
                "footer-key-foreground": "#ffff55",
                "footer-description-foreground": "#ffffff",
                "input-selection-background": "#0000aa",
                "scrollbar": "#c0c0c0",
                "scrollbar-hover": "#ffffff",
                "scrollbar-active": "#ffff55",
                "scrollbar-background": "#000000",
                "scrollbar-background-hover": "#000000",
                "scrollbar-background-active": "#000000",
            },
        ),
    ),
)
"""All themes, the default one first. High contrast uses the sixteen ANSI colors' own values."""


def register(app: App[object], chosen: str = DEFAULT_THEME) -> None:
    """Register every theme with ``app`` and put on ``chosen``."""
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = chosen
