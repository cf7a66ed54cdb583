from __future__ import annotations

import pytest
from lxml import html

from assistant.readers.html_looks import Sheet, font_of, is_hidden, is_struck, read_sheet, script_of

NONE = Sheet(frozenset(), frozenset(), frozenset(), frozenset())


def element(markup: str):
    return html.fragment_fromstring(markup)


def styled(css: str, markup: str):
    page = html.document_fromstring(f"<html><head><style>{css}</style></head><body>{markup}</body></html>")
    return page.body[0], read_sheet(page)


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>x</p>", '<p style="display:none">x</p>', '<p style="DISPLAY : none">x</p>', '<p style="visibility: hidden">x</p>',
        '<p style="font-size:0">x</p>', '<p style="font-size: 0.5px">x</p>',
        '<p style="font-size:.0em;font-size:0.01em">x</p>',
        '<p style="opacity: 0.0; color: red">x</p>', '<p style="text-indent:-9999px">x</p>',
        '<p style="position:absolute;left:-5000px">x</p>', '<p style="color: transparent">x</p>', '<p style="color:rgba(0,0,0,0)">x</p>',
        '<p style="color:#fff;background:#FFF">x</p>', '<p style="mso-hide: all">x</p>',
    ],
)  # fmt: skip
def test_what_nobody_sees_is_hidden(markup: str) -> None:
    assert is_hidden(element(markup), NONE)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>x</p>", '<p style="font-size:0.8em">x</p>', '<p style="opacity:0.5">x</p>', '<p style="left:-5px">x</p>',
        '<p style="background-color:#fff">x</p>', '<p style="color:#000;background:#fff">x</p>', '<p style="display:block">x</p>',
        '<p style="font-size: 0.9rem; color: red">x</p>', '<p style="border-color: transparent">x</p>',
    ],
)  # fmt: skip
def test_what_is_seen_is_not(markup: str) -> None:
    assert not is_hidden(element(markup), NONE)


def test_the_page_s_own_sheet_hides_by_class_and_id() -> None:
    css = ".gone, p.away { display: none } #off{visibility:hidden} .seen { color: red } div .deep { display:none }"
    for markup, hidden in (
        ('<p class="gone">x</p>', True), ('<p class="a away b">x</p>', True), ('<p id="off">x</p>', True), ('<p class="seen">x</p>', False),
        ('<p class="deep">x</p>', False), ("<p>x</p>", False),
    ):  # fmt: skip
        found, sheet = styled(css, markup)
        assert is_hidden(found, sheet) is hidden, markup


@pytest.mark.parametrize(
    ("markup", "struck"),
    [
        ("<s>x</s>", True), ("<del>x</del>", True), ("<strike>x</strike>", True),
        ('<p style="text-decoration: underline line-through">x</p>', True),
        ('<p style="text-decoration:underline">x</p>', False), ("<ins>x</ins>", False),
    ],
)  # fmt: skip
def test_a_line_through_the_text(markup: str, struck: bool) -> None:
    assert is_struck(element(markup), NONE) is struck


def test_the_sheet_strikes_raises_and_lowers_too() -> None:
    css = ".old{text-decoration-line:line-through}.up{vertical-align:super}.down{vertical-align: sub}"
    assert is_struck(*styled(css, '<p class="old">x</p>'))
    assert [script_of(*styled(css, f'<p class="{name}">x</p>')) for name in ("up", "down", "old")] == [
        "super",
        "sub",
        "",
    ]


@pytest.mark.parametrize(
    ("markup", "script"),
    [
        ("<sup>2</sup>", "super"), ("<sub>2</sub>", "sub"), ('<span style="vertical-align:super">2</span>', "super"),
        ('<span style="vertical-align:top">2</span>', ""),
    ],
)  # fmt: skip
def test_raised_and_lowered_text(markup: str, script: str) -> None:
    assert script_of(element(markup), NONE) == script


@pytest.mark.parametrize(
    ("markup", "font"),
    [
        ('<font face="Symbol, serif">m</font>', "Symbol"), ('<span style="font-family: Wingdings; color:red">x</span>', "Wingdings"),
        ("<p>x</p>", ""), ("<font>x</font>", ""),
    ],
)  # fmt: skip
def test_the_first_font_that_is_asked_for(markup: str, font: str) -> None:
    assert font_of(element(markup)) == font
