"""Which stretches are shown for an answer: the sentence that holds it first, rows and lists whole, never half of one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from assistant.reading.snippets import answer_snippets, is_row, spoken_row, units

PARCEL = """# Delivery

A signature is needed for:

- passports
- hearing aids
- wine

Parcels are left with a neighbour otherwise.
"""
INR = """## High INR

- INR 5.0 to 8.0, no bleeding: withhold 1 or 2 doses.
- INR above 8.0, no bleeding: give vitamin K 2 mg by mouth.
"""
TABLE = """Weight: under 50 kg; Dose of enoxaparin: 20 mg once daily

Weight: 50 to 100 kg; Dose of enoxaparin: 40 mg once daily

Give it at 18:00."""
RECORD = "zone: B\narea: villages of the mainland\nstandard_days: 3 to 5"


def shown(text: str, answer: str, question: str = "Is it so?", **more: Any) -> list[str]:
    at = text.index(answer)
    return [text[s.start : s.end] for s in answer_snippets(question, text, at, at + len(answer), **more)]


def test_units_are_the_text_in_order() -> None:
    for text in (PARCEL, INR, TABLE, RECORD):
        found = units(text)
        assert found
        assert all(one.end <= other.start for one, other in pairwise(found))
        assert " ".join(text[u.start : u.end] for u in found).split() == text.split()


def test_a_list_comes_with_its_lead_in_and_all_its_items() -> None:
    for answer in ("hearing aids", "A signature is needed for:"):
        assert shown(PARCEL, answer) == ["A signature is needed for:\n\n- passports\n- hearing aids\n- wine"]


def test_an_item_that_is_a_rule_stands_for_itself() -> None:
    assert shown(INR, "2 mg by mouth") == ["- INR above 8.0, no bleeding: give vitamin K 2 mg by mouth."]


def test_steps_are_shown_whole() -> None:
    text = "## Descaling\n\n1. Fill it with citric acid.\n2. Leave it for 30 minutes. Do not boil it.\n3. Rinse three times."
    assert shown(text, "Fill it", "How do I descale it?") == [text.partition("\n\n")[2]]
    assert shown(text, "30 minutes", "How long is it left?") == ["2. Leave it for 30 minutes. Do not boil it."]


def test_items_without_a_lead_in_come_whole_where_several_are_asked_for() -> None:
    text = "## Signs\n\n- breathlessness\n- swollen ankles"
    for question in ("What are the signs?", "what do I need to look out for"):
        assert shown(text, "breathlessness", question) == ["- breathlessness\n- swollen ankles"]
    assert shown(text, "breathlessness", "Is breathlessness a sign?") == ["- breathlessness"]


def test_rows_in_neighbouring_lines_stay_apart() -> None:
    text = "Time: 21:44; What: adrenaline\nTime: 21:45; What: oxygen"
    assert shown(text, "adrenaline") == ["Time: 21:44; What: adrenaline"]


def test_a_list_that_is_too_long_to_read_gives_the_item() -> None:
    text = "It is sold in:\n\n" + "\n".join(f"- town number {n} by the river and the sea" for n in range(20))
    assert shown(text, "town number 7") == ["- town number 7 by the river and the sea"]


LEAFLET = (
    "It may be caused by other conditions. Check with your doctor if you have any of the following: - Fever. - Swelling "
    "(eyes, lips). It itches. - Cough. Ask your nurse. Treatments include: - Rest. - Fluids. Come back in a week."
)


def test_items_that_run_on_in_one_line_are_a_list_with_its_lead_in() -> None:
    kinds = [(unit.kind, LEAFLET[unit.start : unit.end]) for unit in units(LEAFLET)]
    assert [said for kind, said in kinds if kind == "item"] == [
        "- Fever.", "- Swelling (eyes, lips). It itches.", "- Cough.", "- Rest.", "- Fluids."
    ]  # fmt: skip
    assert ("sentence", "Ask your nurse.") in kinds and ("sentence", "Come back in a week.") in kinds
    for answer in ("following: - Fever", "Cough"):
        (whole,) = shown(LEAFLET, answer)
        assert whole.startswith("Check with your doctor") and whole.endswith("- Cough.")
    assert shown(LEAFLET, "Fluids") == ["Treatments include: - Rest. - Fluids."]


@pytest.mark.parametrize(
    "text",
    [
        "The range is 5 - 10. It is: fine - or so we think.",
        "Opening hours: - closed. Call before you come.",
        "Take it with food. - Dr Lee. - Ward 4.",
    ],
    ids=["dashes in a sentence", "one dash behind a colon", "no lead-in"],
)
def test_dashes_alone_make_no_list(text: str) -> None:
    assert {unit.kind for unit in units(text)} == {"sentence"}


def test_a_row_is_shown_whole_and_alone() -> None:
    assert shown(TABLE, "40 mg once daily") == ["Weight: 50 to 100 kg; Dose of enoxaparin: 40 mg once daily"]
    assert shown(TABLE, "18:00") == ["Give it at 18:00."]
    assert shown(RECORD, "3 to 5") == [RECORD]


def test_a_row_reads_as_one_line() -> None:
    assert spoken_row(RECORD) == "zone: B; area: villages of the mainland; standard days: 3 to 5"
    assert is_row("Weight: 50 kg; Dose: 40 mg")
    for prose in ("Take it at once: it helps; then rest.", "Note: keep it dry.", "The file is my_file; see a: b."):
        assert spoken_row(prose) == prose


def test_sentences_that_limit_the_answer_follow_it() -> None:
    text = "Give 5 mg at 18:00. Do not give it in pregnancy. The tablets are pink."
    assert shown(text, "5 mg") == ["Give 5 mg at 18:00.", "Do not give it in pregnancy."]
    assert shown(text, "pregnancy") == ["Do not give it in pregnancy."]


def test_what_does_not_fit_is_not_shown_beside_it() -> None:
    text = "Give 5 mg at 18:00. Do not give it in pregnancy."
    assert shown(text, "5 mg", fits=lambda said: "pregnancy" not in said) == ["Give 5 mg at 18:00."]
    only = shown(PARCEL, "wine", fits=lambda said: "passports" not in said)
    assert only == ["- wine"]


def test_a_sentence_that_looks_back_brings_what_it_speaks_of() -> None:
    text = "Warfarin thins the blood. It is taken once daily. A test shows how it works."
    assert shown(text, "once daily") == ["Warfarin thins the blood. It is taken once daily."]
    # Not over the border of a paragraph: what stands there is another matter.
    assert shown(text.replace("blood. ", "blood.\n\n"), "once daily") == ["It is taken once daily."]


@pytest.mark.parametrize("text", ["", "  \n", "One sentence without an end"])
def test_short_texts(text: str) -> None:
    assert [text[s.start : s.end] for s in answer_snippets("What?", text, 0, 3)] == ([text] if text.strip() else [])


def test_a_span_over_two_rows_shows_the_one_that_the_question_names() -> None:
    text = (
        "Route: intravenous; Group: adults; Dose: 1 g every 8 hours\n\n"
        "Route: intravenous; Group: children; Dose: 25 mg/kg every 8 hours\n\n"
        "Route: oral; Group: children; Dose: 125 mg every 6 hours"
    )
    start, end = text.index("25 mg/kg"), text.index("125 mg") + 6
    (shown,) = answer_snippets("What is the intravenous dose for children?", text, start, end)
    assert text[shown.start : shown.end] == "Route: intravenous; Group: children; Dose: 25 mg/kg every 8 hours"
    (shown,) = answer_snippets("What is the oral dose for children?", text, start, end)
    assert text[shown.start : shown.end].startswith("Route: oral")


def test_the_row_of_a_table_that_names_more_of_the_question_is_shown() -> None:
    text = (
        "Group: adults; Route: oral; Dose: 500 mg every 8 hours\n\n"
        "Group: children; Route: oral; Dose: 125 mg every 8 hours\n\n"
        "Group: children; Route: intravenous; Dose: 25 mg/kg every 8 hours"
    )
    row = "Group: children; Route: intravenous; Dose: 25 mg/kg every 8 hours"
    assert shown(text, "125 mg", "Which dose do children get intravenously every 8 hours?") == [row]
    two = text + "\n\nGroup: children; Route: intravenous; Dose: 50 mg/kg every 8 hours"
    assert not shown(two, "125 mg", "Which dose do children get intravenously every 8 hours?")
    for question in (
        "Which dose do children get orally?",
        "Which oral dose do children get?",
        "How much for children?",
    ):
        assert shown(text, "125 mg", question) == ["Group: children; Route: oral; Dose: 125 mg every 8 hours"]
    # A row of another table is about something else.
    other = text + "\n\nDrug: intravenous saline; Used for: children every 8 hours, dose as told"
    question = "Which dose do adults get every 8 hours?"
    assert shown(other, "500 mg", question) == ["Group: adults; Route: oral; Dose: 500 mg every 8 hours"]


PHONES = (
    "Item: Phones; Unopened: 21 days; Sale: 7 days\n\nItem: Laptops; Unopened: 30 days; Opened: 14 days; Sale: 7 days"
)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What is the return window for opened phones?", []),
        (
            "What is the return window for opened laptops?",
            ["Item: Laptops; Unopened: 30 days; Opened: 14 days; Sale: 7 days"],
        ),
        ("How long for phones from the sale?", ["Item: Phones; Unopened: 21 days; Sale: 7 days"]),
    ],
)
def test_a_row_whose_asked_cell_is_empty_is_not_shown(question: str, shown: list[str]) -> None:
    start = PHONES.index("Laptops" if "laptops" in question else "Phones")
    found = answer_snippets(question, PHONES, start, start + 7)
    assert [PHONES[at.start : at.end] for at in found] == shown
