"""Statements that there is nothing of a kind, by code and by words, and names that only begin like them."""

from __future__ import annotations

import pytest

from assistant.records.model import Chart, Code, Denial, Excluded, Problem, Term, Unread, partial, silent
from assistant.records.negatives import denies, denies_another_kind, uninformed


@pytest.mark.parametrize(
    ("section", "term"),
    [
        ("problems", Term("No known problems")), ("problems", Term("No current problems or disability")),
        ("problems", Term("x", (Code("", "160245001"),))), ("problems", Term("None known")),
        ("medications", Term("No known medications")), ("medications", Term("Not taking any medicines")),
        ("medications", Term("No current medication")), ("medications", Term("x", (Code("", "no-known-medications"),))),
        ("procedures", Term("No past surgical history")), ("immunizations", Term("No immunisations recorded")),
        ("allergies", Term("NKDA")), ("allergies", Term("x", (Code("", "no-known-food-allergies"),))),
    ],
)  # fmt: skip
def test_denials(section: str, term: Term) -> None:
    assert denies(section, term)


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("problems", "No-reflow phenomenon"), ("problems", "Nonalcoholic steatohepatitis"), ("problems", "Problem with sleep"),
        ("problems", "No problems with speech, but dysphagia"), ("medications", "Nilotinib 150 mg"),
        ("medications", "Norethisterone"), ("procedures", "Procedure on nose"), ("allergies", "Nonoxynol allergy"),
    ],
)  # fmt: skip
def test_what_is_no_denial(section: str, text: str) -> None:
    assert not denies(section, Term(text))


def test_not_knowing_is_neither() -> None:
    assert uninformed(Term("x", (Code("", "no-problem-info"),)))
    assert not uninformed(Term("No known problems", (Code("", "no-known-problems"),)))


SECTIONS = ("problems", "medications", "allergies", "results")


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (Chart("p"), SECTIONS),
        (Chart("p", problems=(Problem("Condition/1", Term("Gout"), "active"),)), SECTIONS[1:]),
        (Chart("p", denials=(Denial("Condition/1", "problems", Term("none")),)), SECTIONS[1:]),
        (Chart("p", excluded=(Excluded("Condition/1", "refuted", "problems"),)), SECTIONS[1:]),
        (Chart("p", unread=(Unread("PRB", "problems"),)), SECTIONS[1:]),
        (Chart("p", hidden=frozenset({"problems"})), SECTIONS[1:]),
        # What may concern anything leaves nothing to be called silent.
        (Chart("p", unread=(Unread("ZZZ"),)), ()),
    ],
)  # fmt: skip
def test_silence_is_claimed_only_where_nothing_was_there(chart: Chart, said: tuple[str, ...]) -> None:
    assert silent(chart, SECTIONS) == said
    assert partial(Chart("p", unread=(Unread("ZZZ"),))) > frozenset(SECTIONS)


@pytest.mark.parametrize(
    ("term", "another"),
    [
        (Term("No known food allergy"), True), (Term("x", (Code("", "429625007"),)), True), (Term("No latex allergy"), True),
        (Term("No known allergies to latex"), True), (Term("No known insect sting allergy"), True),
        # Words of these kinds that name no kind of allergy here.
        (Term("No known allergies, contact GP if unsure"), False), (Term("No known allergy to animal insulin"), False),
        (Term("NKDA"), False), (Term("No known allergies"), False), (Term("x", (Code("", "716186003"),)), False),
    ],
)  # fmt: skip
def test_a_denial_of_one_kind_of_allergen_is_told_from_those_of_medicines_and_of_all(term: Term, another: bool) -> None:
    assert denies_another_kind(term) is another
