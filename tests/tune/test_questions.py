"""Questions by grammar: each asks for what its statement says, and odd statements give none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.tune.corpus import Statement
from assistant.tune.questions import Parser, questions, spacy_parser
from assistant.tune.rows import Kind

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def parse(models: Path) -> Parser:
    return spacy_parser()


def _statement(text: str, form: str = "sentence") -> Statement:
    return Statement("0" * 64, "Warfarin", "Before an operation", text, 0, form)


def _asked(text: str, parse: Parser, form: str = "sentence") -> dict[str, tuple[Kind, str]]:
    return {a.question: (a.kind, a.answer) for a in questions(_statement(text, form), parse)}


def test_a_sentence_is_asked_for_its_amount_its_truth_and_its_subject(parse: Parser) -> None:
    said = "Warfarin is stopped 5 days before elective surgery."
    found = _asked(said, parse)
    assert found == {
        "When is warfarin stopped before elective surgery?": (Kind.NUMERIC, said),
        "Is warfarin stopped 5 days before elective surgery?": (Kind.YES_NO, f"Yes. {said}"),
        "Is warfarin stopped 15 days before elective surgery?": (Kind.YES_NO, f"No. {said}"),
        "What is stopped 5 days before elective surgery?": (Kind.FACT, said),
    }


def test_a_negated_sentence_is_answered_no(parse: Parser) -> None:
    said = "Miconazole mouth gel must not be used with warfarin."
    found = _asked(said, parse)
    assert found["Must miconazole mouth gel be used with warfarin?"] == (Kind.YES_NO, f"No. {said}")
    assert "What must not be used with warfarin?" in found


def test_a_row_is_asked_for_each_column(parse: Parser) -> None:
    found = _asked("drug: Amlodipine\nadult_dose: 5 mg once daily\nmain_caution: ankle swelling", parse, "row")
    assert found["What is the adult dose for amlodipine?"] == (
        Kind.ROW,
        "The adult dose for amlodipine is 5 mg once daily.",
    )
    assert found["What does the table say about amlodipine?"][0] is Kind.LIST


def test_an_item_with_a_case_is_asked_for_the_case(parse: Parser) -> None:
    found = _asked("INR above 8.0, no bleeding: stop warfarin and give vitamin K 2 mg by mouth.", parse, "item")
    assert list(found) == ["What applies to INR above 8.0, no bleeding?"]


@pytest.mark.parametrize(
    "said",
    [
        "It is safe with warfarin and is given to all of them.",
        "If the INR is above 8.0 and it is late",
        " ".join(["Warfarin is"] + ["very"] * 40 + ["old."]),
    ],
)
def test_vague_or_long_statements_give_no_inverted_question(said: str, parse: Parser) -> None:
    assert not [question for question in _asked(said, parse) if question.startswith(("Is ", "What is"))]
