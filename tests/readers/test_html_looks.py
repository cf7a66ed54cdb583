"""What a page shows and what it hides: each rule beside a like one that hides nothing."""

from __future__ import annotations

import pytest
from lxml import html

from assistant.readers.html_looks import (
    font_of,
    is_hidden,
    is_struck,
    keeps_place,
    list_form,
    read_sheet,
    script_of,
)


def element(markup: str):
    return html.fragment_fromstring(markup)


P = element("<p>word</p>")


@pytest.mark.parametrize(
    ("hides", "shows"),
    [
        ("display: none", "display: block"),
        ("DISPLAY:NONE !important", "display: none-such"),
        ("visibility: hidden", "visibility: visible"),
        ("font-size: 0", "font-size: 0.9em"),
        ("font-size: 0.0em; margin: 1px", "font-size: 10px"),
        ("opacity: 0.0", "opacity: 0.5"),
        ("text-indent: -9999px", "text-indent: -20px"),
        ("left: -500px", "left: 500px"),
        ("color: transparent", "background-color: transparent"),
        ("color: rgba(1, 2, 3, 0)", "color: rgba(1, 2, 3, 0.8)"),
        ("color: White; background: white", "color: white; background-color: black"),
        ("mso-hide: all", "mso-hide: screen"),
    ],
)
def test_what_a_style_hides_and_what_it_does_not(hides: str, shows: str) -> None:
    assert is_hidden(P, hides)
    assert not is_hidden(P, "" if shows == "display: none-such" else shows)


def test_the_attribute_hides_without_a_style() -> None:
    assert is_hidden(element("<p hidden>word</p>"), "")
    assert not is_hidden(P, "")


def test_an_invisible_cell_keeps_its_place_and_one_that_is_not_displayed_does_not() -> None:
    assert keeps_place(P, "visibility: hidden") and keeps_place(P, "opacity: 0")
    assert not keeps_place(P, "display:none") and not keeps_place(P, "visibility: collapse")
    assert not keeps_place(element("<td hidden>x</td>"), "")


@pytest.mark.parametrize("markup", ["<s>x</s>", "<del>x</del>", "<strike>x</strike>"])
def test_elements_that_strike_through(markup: str) -> None:
    assert is_struck(element(markup), "")


def test_a_style_strikes_through_and_an_underline_does_not() -> None:
    assert is_struck(P, "text-decoration: underline line-through") and is_struck(P, "text-decoration-line:line-through")
    assert not is_struck(P, "text-decoration: underline") and not is_struck(element("<ins>x</ins>"), "")


@pytest.mark.parametrize(
    ("markup", "style", "level"),
    [
        ("<sup>2</sup>", "", "super"),
        ("<sub>2</sub>", "", "sub"),
        ("<span>2</span>", "vertical-align: SUPER", "super"),
        ("<span>2</span>", "vertical-align: subtle", ""),
        ("<td>2</td>", "vertical-align: top", ""),
        ("<span>2</span>", "", ""),
    ],
)
def test_raised_and_lowered_text(markup: str, style: str, level: str) -> None:
    assert script_of(element(markup), style) == level


@pytest.mark.parametrize(
    ("markup", "style", "form"),
    [
        ("<ol></ol>", "", "decimal"),
        ("<ol type='a'></ol>", "", "lowerLetter"),
        ("<ol type='I'></ol>", "", "upperRoman"),
        ("<ol type='a'></ol>", "list-style: inside upper-roman", "upperRoman"),
        ("<ol></ol>", "list-style-type: decimal-leading-zero", "decimalZero"),
        ("<ol></ol>", "list-style-type: square", "decimal"),
        ("<ol type='x'></ol>", "", "decimal"),
    ],
)
def test_how_the_numbers_of_a_list_are_written(markup: str, style: str, form: str) -> None:
    assert list_form(element(markup), style) == form


def test_the_first_font_that_is_asked_for() -> None:
    assert font_of(element("<font face='Symbol, Arial'>x</font>"), "font-family: Times") == "Symbol"
    assert font_of(P, "font-family: 'Wingdings', sans-serif").strip("' ") == "Wingdings"
    assert font_of(P, "font-size: 3px") == "" and font_of(P, "") == ""


def test_rules_for_print_alone_are_not_read() -> None:
    page = html.document_fromstring(
        "<style media='print'>.a { display: none }</style><style media=' Screen '>.b { display: none }</style>"
        "<style>.c { display: none }</style><p class='a'>a</p><p class='b'>b</p><p class='c'>c</p><p class='d'>d</p>"
    )
    sheet = read_sheet(page, linked=[".d { display: none }"])
    hidden = {p.text for p in page.iter("p") if is_hidden(p, sheet.style_of(p))}
    assert hidden == {"b", "c", "d"}
