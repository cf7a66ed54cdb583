"""The promise of the themes is reckoned, not looked at: contrast by WCAG 2.2, 1.4.3."""

from __future__ import annotations

import pytest
from textual.theme import Theme

from assistant.frontends.tui.settings import THEMES
from assistant.frontends.tui.themes import CONTRAST, SHIPPED

TEXT = ("primary", "secondary", "accent", "success", "warning", "error", "foreground")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21) and contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("theme", SHIPPED, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_text_can_be_read_on_every_ground(theme: Theme, ground: str) -> None:
    low = {name: round(contrast(getattr(theme, name), getattr(theme, ground)), 2) for name in TEXT}
    assert {name: value for name, value in low.items() if value < 4.5} == {}


def test_the_contrast_theme_has_more_than_the_others() -> None:
    assert contrast(str(CONTRAST.foreground), str(CONTRAST.background)) == pytest.approx(21)


def test_the_settings_offer_what_is_shipped_and_each_says_whether_it_is_dark() -> None:
    assert {theme.name for theme in SHIPPED} == set(THEMES)
    for theme in SHIPPED:
        assert theme.dark is (luminance(str(theme.background)) < 0.5)
