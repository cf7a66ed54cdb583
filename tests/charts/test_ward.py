from __future__ import annotations

from html.parser import HTMLParser

from assistant.charts.plain_words import plain_words
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.charts.ward import patient_page, ward_page
from assistant.packs.pack import load_pack
from assistant.records.model import Allergy, Limits, Medication, Problem, Result, Term

from .support import AS_OF, OPEN, chart


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def __str__(self) -> str:
        return " ".join(" ".join(self.words).split())


def _summary(rules: Rules, **more: object) -> dict[str, object]:
    return summarize(chart(**more), rules, OPEN, AS_OF, {"policy": {"id": "p", "version": "1"}}).as_json()  # type: ignore[arg-type]


FACTS = {
    "problems": (Problem("Condition/1", Term("Heart failure"), "active"), Problem("Condition/2", Term("Kabuki syndrome"), "active")),
    "medications": (Medication("M/1", Term("Ramipril 2.5 mg capsule"), "active", dose="2.5 mg once daily"),),
    "allergies": (Allergy("A/1", Term("Penicillin"), "active", reaction="Rash"),),
    "results": (
        Result("O/1", Term("Potassium"), "4.70", "4.70", unit="mmol/L", date="2026-01-05", limits=Limits("3.5", "5.3")),
        Result("O/2", Term("Potassium"), "5.80", "5.80", unit="mmol/L", date="2026-03-05", limits=Limits("3.5", "5.3")),
    ),
}  # fmt: skip


def test_a_ward_page_has_rounded_numbers_with_units_and_the_course_with_dates(rules: Rules) -> None:
    told = str(_Text(ward_page(_summary(rules, **FACTS))))
    assert "5.8 mmol/L on 2026-03-05" in told and "HIGH" in told and "rising: 4.7 mmol/L on 2026-01-05" in told
    for named in (
        "Heart failure",
        "Kabuki syndrome",
        "Ramipril 2.5 mg capsule, 2.5 mg once daily",
        "Penicillin (reaction: Rash)",
    ):
        assert named in told
    assert "Reading grade" in told and "stands on this page" in told


def test_a_patient_page_has_approved_phrases_beside_the_records_own_words(rules: Rules) -> None:
    told = str(_Text(patient_page(_summary(rules, **FACTS), plain_words(load_pack("healthcare")))))
    assert "Heart failure: your heart does not pump as well as it should." in told
    assert "Kabuki syndrome." in told and "Kabuki syndrome:" not in told, "nothing is said that nobody approved"
    assert "lowers your blood pressure. How to take it: 2.5 mg once daily." in told
    assert "Potassium (a salt in your blood): 5.8 mmol/L on 2026-03-05. This is higher than usual." in told
    assert "approved by" in told and "Reading grade" in told


def test_a_page_says_what_it_leaves_out(rules: Rules) -> None:
    told = str(_Text(ward_page(_summary(rules, problems=FACTS["problems"]))))
    assert "Not on this page" in told and "says nothing about: medications, allergies, results" in told


def test_text_of_a_record_is_text_and_nothing_is_fetched(rules: Rules) -> None:
    bad = Problem("Condition/x", Term('<script>alert(1)</script><img src="http://x">'), "active")
    for page in (
        ward_page(_summary(rules, problems=(bad,))),
        patient_page(_summary(rules, problems=(bad,)), plain_words(load_pack("healthcare"))),
    ):
        parsed = _Text(page)
        assert not parsed.tags & {"script", "img", "link", "iframe"} and "default-src 'none'" in page
        assert "<script>alert(1)</script>" in str(parsed)
