"""People whom a record knows by field, in its texts; and words that only look like their names."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.charts.persons import Persons
from assistant.charts.veil import Veil
from assistant.policy.model import load_policy
from assistant.records.model import Chart, Denial, Medication, Person, Term, Unread

MAY = {"PERSON": ("May Long", "Long, May", "Long", "May")}
KIN = {
    "PERSON": ("Jenna Penrose", "Sunny Hope", "Hope", "Sunny", "Dr. Amara Osei-Tutu"),
    "EMAIL_ADDRESS": ("jenna.p@mail.example",), "LOCATION": ("Lostwithiel", "Bath"), "ZIP_CODE": ("22704",),
    "MRN": ("7301",), "STREET_ADDRESS": ("5 Elm St",),
}  # fmt: skip


def masked(text: str, known: dict[str, tuple[str, ...]]) -> str:
    for span in reversed(Persons(known).spans(text)):
        text = f"{text[: span.start]}<{span.entity}>{text[span.end :]}"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "one long-acting tablet; may repeat once at night", "May repeat once. Long-acting insulin at night.",
        "Seen in May 2024 and on 3 May.", "Morphine Long Acting Tablet", "it may long be so",
    ],
)  # fmt: skip
def test_a_word_that_is_also_her_name_stays(text: str) -> None:
    assert masked(text, MAY) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ms May Long came.", "Ms <PERSON> came."),
        ("Ms Long came.", "Ms <PERSON> came."),
        ("We told Long that May's sister rang.", "We told <PERSON> that <PERSON>'s sister rang."),
        ("MAY LONG", "<PERSON>"),
        ("Long, May", "<PERSON>"),
    ],
)
def test_her_name_goes_where_it_is_written_as_one(text: str, shown: str) -> None:
    assert masked(text, MAY) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ring sunny hope first.", "Ring <PERSON> first."),
        ("Sunny may visit; there is hope.", "<PERSON> may visit; there is hope."),
        ("jenna too, and JENNA.P@mail.example", "<PERSON> too, and <EMAIL_ADDRESS>"),
        ("from Lostwithiel, 5 elm st, 22704", "from <LOCATION>, <STREET_ADDRESS>, <ZIP_CODE>"),
        ("a bath in Bath", "a bath in <LOCATION>"),
        ("Amara Osei rang", "<PERSON> <PERSON> rang"),
        # A short number is one of his only where the text says so.
        ("MRN: 7301 had 7301 units", "MRN: <MRN> had 7301 units"),
        ("sunnyside", "sunnyside"),
    ],
)
def test_kin_and_clinicians_and_places_go(text: str, shown: str) -> None:
    assert masked(text, KIN) == shown


class Finder:
    """A redactor that finds nothing by itself, so that only what is known by field is tested."""

    def find(self, text: str) -> list[Any]:
        return []


def test_every_free_text_of_a_chart_is_veiled() -> None:
    chart = Chart(
        "1",
        Person(identifiers=KIN),
        medications=(Medication("m", Term("Morphine for Sunny"), "active", dose="ask Jenna"),),
        denials=(Denial("d", "problems", Term("No problems, says Sunny Hope")),),
        unread=(Unread("Letter to Jenna Penrose"),),
    )
    seen = Veil(load_policy("base").records, Finder()).chart(chart)  # type: ignore[arg-type]
    (medicine,) = seen.medications
    assert (medicine.term.text, medicine.dose) == ("Morphine for <PERSON>", "ask <PERSON>")
    assert (seen.denials[0].term.text, seen.unread[0].what) == ("No problems, says <PERSON>", "Letter to <PERSON>")
    assert seen.person.identifiers == {}
