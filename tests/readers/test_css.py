"""Style sheets: which rules reach which element, what is passed over, what text they add."""

from __future__ import annotations

import pytest
from lxml import html

from assistant.readers.css import Styles


def style(sheet: str, page: str, path: str = ".//b") -> str:
    return Styles([sheet]).style_of(html.fromstring(f"<div>{page}</div>").find(path))


@pytest.mark.parametrize(
    ("sheet", "page", "says"),
    [
        (".a{color:red}", "<b class='x a'>t</b>", "color:red"),
        ("b.a, i{color:red}", "<b class=a>t</b>", "color:red"),
        ("#n{color:red}", "<b id=n>t</b>", "color:red"),
        ("table .a{color:red}", "<b class=a>t</b>", ""),
        (".o .a{color:red}", "<p class=o><i><b class=a>t</b></i></p>", "color:red"),
        (".o > .a{color:red}", "<p class=o><i><b class=a>t</b></i></p>", ""),
        (".o>.a{color:red}", "<p class=o><b class=a>t</b></p>", "color:red"),
        # Specific before general, late before early, the element's own before all.
        ("#n{color:red} .a{color:blue}", "<b id=n class=a>t</b>", "color:red"),
        (".a{color:red} .a{color:blue}", "<b class=a>t</b>", "color:blue"),
        (".a{color:red}", "<b class=a style='color:blue'>t</b>", "color:blue"),
        # What holds for print, for narrow windows, on hover or for some of a row only is not what a person sees.
        ("@media print{.a{color:red}}", "<b class=a>t</b>", ""),
        ("@media screen and (max-width:40em){.a{color:red}} .a{top:0}", "<b class=a>t</b>", "top:0"),
        ("@media screen{.a{color:red}}", "<b class=a>t</b>", "color:red"),
        ("@supports (display:grid){.a{color:red}}", "<b class=a>t</b>", "color:red"),
        (".a:hover{color:red}", "<b class=a>t</b>", ""),
        (".a:nth-child(2), .a[href]{color:red}", "<b class=a>t</b>", ""),
        (".a:nth-child(2){color:red}", "<i>s</i><b class=a>t</b>", "color:red"),
        ("[data-old]{color:red}", "<b data-old>t</b>", "color:red"),
        (".x:not(.y){color:red}", "<b class='x'>t</b>", "color:red"),
        (".x:not(.y){color:red}", "<b class='x y'>t</b>", ""),
        ("i + b, u ~ b{color:red}", "<i>s</i><b>t</b>", "color:red"),
        # A selector that nobody knows takes no other with it.
        (".a, .a:no-such-state{color:red}", "<b class=a>t</b>", "color:red"),
        (".a{color:red !important} .a{color:blue}", "<b class=a style='color:green'>t</b>", "color:red"),
        ("b:has(i){color:red}", "<b><i>t</i></b>", ""),
        ("/* .a{color:red} */ @import 'x.css'; .a{top:0}", "<b class=a>t</b>", "top:0"),
    ],
)
def test_which_rules_reach_an_element(sheet: str, page: str, says: str) -> None:
    assert style(sheet, page) == says


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('.a::before{content:"NOT "}', "NOT "),
        (".a:before{content:'\\4e OT' \" for\"}", "NOT for"),
        (".a::before{content:attr(title)}", "max 4"),
        # Ornaments, signs of icon fonts, counters and pictures say nothing.
        ('.a::before{content:"»"}', ""),
        ('.a::before{content:"\\f101"}', ""),
        (".a::before{content:counter(x) url(no.png)}", ""),
        ('.a::before{content:"≥"}', "≥"),
        ('.b::before{content:"NOT "}', ""),
    ],
)
def test_text_that_a_rule_puts_before_an_element(rule: str, words: str) -> None:
    element = html.fromstring("<p class=a title='max 4'>t</p>")
    styles = Styles([rule])
    assert styles.beside(element, "before") == words
    assert styles.beside(element, "after") == ""
    assert styles.style_of(element) == ""


def test_strings_may_hold_what_parts_declarations() -> None:
    sheet = """.a{content:'a;b:c'; Color : RED !important}"""
    assert style(sheet, "<b class=a>t</b>") == 'content:"a;b:c";color:RED'


def test_deep_pages_and_long_sheets_end_soon() -> None:
    page = html.fromstring("<div>" * 150 + "<b class=a>t</b>" + "</div>" * 150)
    (element,) = page.iter("b")
    sheets = [
        ".x .a{color:red}" * 20_000,
        "@media print{" * 20_000,
        "a{b:'" * 20_000,
        "b{c:" + "(" * 20_000,
        ":not(" * 9_000,
    ]
    assert Styles(sheets).style_of(element) == ""
