"""The three themes: dark, light, and one of the highest contrast. Text meets WCAG 2.2 AA (4.5:1) in each."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

NIGHT: Final = Theme(
    name="night",
    primary="#7cc4b8",
    secondary="#9db4d0",
    accent="#8fd6c8",
    success="#8ccf8c",
    warning="#e8c06a",
    error="#f09a90",
    foreground="#e4e8ea",
    background="#12181c",
    surface="#172026",
    panel="#1f2b33",
    dark=True,
)
DAY: Final = Theme(
    name="day",
    primary="#0b6358",
    secondary="#2f4f75",
    accent="#0b6358",
    success="#1d6b2a",
    warning="#7a5200",
    error="#a3241a",
    foreground="#1a2226",
    background="#fbfbf8",
    surface="#f2f3ef",
    panel="#e4e8e4",
    dark=False,
)
CONTRAST: Final = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#ffffff",
    accent="#ffff00",
    success="#00ff00",
    warning="#ffff00",
    error="#ff8080",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    dark=True,
)
SHIPPED: Final = (NIGHT, DAY, CONTRAST)
