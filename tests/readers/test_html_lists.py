"""Lists of pages: forms of numbers, terms before their descriptions."""

from __future__ import annotations

import pytest

from assistant.readers.html import read_html
from assistant.readers.html_lists import Terms


def shown(body: str) -> str:
    return read_html(f"<meta charset=utf-8><body>{body}</body>".encode(), "a.html")[0].text


@pytest.mark.parametrize(
    ("list_", "text"),
    [
        ("<style>.l{list-style-type:lower-alpha}</style><ol class=l start=3><li>x<li>y</ol>", "c. x\nd. y"),
        ("<ol style='list-style:upper-roman inside'><li>x<li>y</ol>", "I. x\nII. y"),
        ("<ol type=A><li>x<li>y</ol>", "A. x\nB. y"),
        ("<ol reversed><li>x<li>y</ol>", "2. x\n1. y"),
        ("<ol style='list-style:none'><li>x<li value=7>y</ol>", "1. x\n7. y"),
        ("<ul style='list-style-type:lower-alpha'><li>x</ul>", "- x"),
    ],
)
def test_numbers_are_written_as_they_are_shown(list_: str, text: str) -> None:
    assert shown(list_) == text


def test_a_description_stands_behind_its_term() -> None:
    page = "<dl><dt>Adults</dt><dd>500 mg</dd><dt>Infants</dt><dt>Children</dt><dd><p>250 mg</p><p>with water</p></dd><dd>4 a day</dd></dl>"
    assert shown(page).split("\n\n") == [
        "Adults: 500 mg",
        "Infants, Children: 250 mg",
        "with water",
        "Infants, Children: 4 a day",
    ]


def test_a_question_keeps_its_mark_and_a_term_alone_is_not_lost() -> None:
    page = "<dl><dt>May I fly?</dt><dd>Yes.</dd><dt>Later</dt></dl><p>Ask us.</p>"
    assert shown(page).split("\n\n") == ["May I fly? Yes.", "Later", "Ask us."]
    # What stands behind a list is not said of its last term.
    assert shown("<dl><dt>Fee</dt><dd>5 EUR</dd></dl><dl><dd>none</dd></dl>") == "Fee: 5 EUR\n\nnone"


def test_terms_lead_one_block_each() -> None:
    terms = Terms()
    terms.term("Dose")
    terms.describe()
    assert [terms.lead(), terms.lead(), terms.left()] == ["Dose: ", "", ""]
