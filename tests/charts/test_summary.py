"""Marks, gaps, trends, sentences and the veil."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.charts import composition, markdown
from assistant.charts.fields import FieldSpec, taken
from assistant.charts.marks import marked
from assistant.charts.narrative import narrate, verify
from assistant.charts.rules import Rules, load_rules
from assistant.charts.summary import summarize
from assistant.charts.veil import Veil
from assistant.packs.pack import load_pack
from assistant.policy.sections import Records
from assistant.records.model import Chart, Code, Denial, Limits, Person, Problem, Result, Term, Unread
from assistant.types import Span

AS_OF = date(2026, 11, 24)
OPEN = Veil(Records(identifiers="show", dates="show"), None)
DIABETES = Problem("Condition/d", Term("Type 2 diabetes mellitus"), "active", "2015-01-01")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(load_pack("healthcare"))


def result(value: str, day: str = "2026-01-01", **more: Any) -> Result:
    return Result(f"Observation/{value}-{day}", Term("Potassium", (Code("http://loinc.org", "2823-3"),)), value, value,
                  unit="mmol/L", date=day, **more)  # fmt: skip


def chart(**more: Any) -> Chart:
    return Chart(
        "p", Person("Patient/p", "Mei Lund", "female", "1950-03-02", identifiers={"PERSON": ("Mei Lund",)}), **more
    )


@pytest.mark.parametrize(
    ("value", "comparator", "flag"),
    [("6.0", "", "high"), ("5.1", "", "normal"), ("3.0", "", "low"), ("3.5", "<", "low"), ("6", "<", "")],
)
def test_marks_by_the_records_own_range(value: str, comparator: str, flag: str) -> None:
    assert marked(result(value, comparator=comparator, limits=Limits("3.5", "5.1"))).flag == flag


@pytest.mark.parametrize(("unit", "flag"), [("", "high"), ("mmol/l", "high"), ("mg/dL", ""), ("mol/L", "")])
def test_no_mark_against_a_range_in_another_unit(unit: str, flag: str) -> None:
    assert marked(result("6.0", limits=Limits("3.5", "5.1", unit=unit))).flag == flag


def test_what_is_not_settled_or_not_sure_says_so(rules: Rules) -> None:
    unsure = replace(DIABETES, verification="differential")
    early = result("6.1", status="preliminary", limits=Limits("3.5", "5.1"))
    summary = summarize(chart(problems=(unsure,), results=(early,)), rules, OPEN, AS_OF, {}).as_json()
    text = markdown.render(summary)
    assert "| active, differential |" in text and "6.1 mmol/L (preliminary)" in text
    assert any("(high, preliminary; range 3.5 to 5.1)" in s["text"] for s in summary["narrative"])
    final = summarize(chart(results=(replace(early, status="final"),)), rules, OPEN, AS_OF, {}).as_json()
    assert "preliminary" not in markdown.render(final)


def test_denied_unread_and_held_back_are_not_silence(rules: Rules) -> None:
    told = chart(
        denials=(Denial("Condition/n", "problems", Term("No known problems")),),
        unread=(Unread("PRB", "medications"), Unread("PRB", "medications")),
        hidden=frozenset({"results"}),
        withheld={"psychotherapy": 1},
    )
    summary = summarize(told, rules, OPEN, AS_OF, {}).as_json()
    text = markdown.render(summary)
    assert summary["absent"] == ["allergies"]
    assert "The record states: No known problems" in text and "not read here: PRB (2)." in text
    sections = {s["title"]: s for s in composition.bundle(summary, text)["entry"][0]["resource"]["section"]}
    reasons = {title: s["emptyReason"]["coding"][0]["code"] for title, s in sections.items() if "emptyReason" in s}
    assert (reasons["Problem list"], reasons["Results"], reasons["Allergies"]) == (
        "nilknown",
        "withheld",
        "unavailable",
    )
    assert (
        "says nothing" in sections["Allergies"]["text"]["div"]
        and "says nothing" not in sections["Medications"]["text"]["div"]
    )


def test_a_denial_beside_what_it_denies_is_a_conflict(rules: Rules) -> None:
    denial = Denial("Condition/n", "problems", Term("No known problems"))
    found = summarize(chart(problems=(DIABETES,), denials=(denial,)), rules, OPEN, AS_OF, {}).as_json()
    assert [c["resources"] for c in found["conflicts"]] == [["Condition/n", "Condition/d"]]
    resolved = replace(DIABETES, status="resolved")
    assert (
        summarize(chart(problems=(resolved,), denials=(denial,)), rules, OPEN, AS_OF, {}).as_json()["conflicts"] == []
    )


def test_the_pack_marks_only_where_the_record_has_no_range_and_cites_it(rules: Rules) -> None:
    found = summarize(chart(results=(result("5.9"),)), rules, OPEN, AS_OF, {}).as_json()["results"][0]
    assert (found["flag"], found["flag_by"]) == ("high", "pack")
    assert found["flag_source"]["quote"].startswith("Potassium,adults,3.5,5.3")
    child = replace(chart(results=(result("5.9"),)), person=Person("Patient/p", birth="2020-01-01"))
    assert summarize(child, rules, OPEN, AS_OF, {}).as_json()["results"][0]["flag"] == ""


def test_gaps_need_their_grounds_and_end_with_what_they_ask_for(rules: Rules) -> None:
    hba1c = Result("Observation/h", Term("HbA1c", (Code("", "4548-4"),)), "7", "7", date="2026-09-01")

    def of(**more: Any) -> set[str]:
        return {gap.rule for gap in summarize(chart(**more), rules, OPEN, AS_OF, {}).gaps}

    assert "gap-hba1c" in of(problems=(DIABETES,))
    assert "gap-hba1c" not in of(problems=(DIABETES,), results=(hba1c,))
    assert "gap-hba1c" in of(problems=(DIABETES,), results=(replace(hba1c, date="2026-01-01"),))
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, status="resolved"),))
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, term=Term("Prediabetes")),))
    # What is only thought of asks for no care yet, and what may have been done out of sight is no gap.
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, verification="provisional"),))
    assert "gap-hba1c" not in of(problems=(DIABETES,), hidden=frozenset({"results"}))
    assert "gap-hba1c" not in of(problems=(DIABETES,), unread=(Unread("DiagnosticReport", "results"),))
    assert "gap-hba1c" in of(problems=(DIABETES,), hidden=frozenset({"notes"}))
    dead = replace(chart(problems=(DIABETES,)), person=Person("Patient/p", birth="1950-01-01", died="2020"))
    assert summarize(dead, rules, OPEN, AS_OF, {}).gaps == ()


def test_every_rule_and_range_quotes_its_document(rules: Rules) -> None:
    root = load_pack("healthcare").root
    sources = [rule.source for rule in (*rules.care, *rules.ranges, *rules.thresholds)]
    assert len(sources) > 3
    for source in sources:
        assert source.quote in (root / source.document).read_text(encoding="utf-8")


def test_sentences_cite_and_hold(rules: Rules) -> None:
    found = summarize(
        chart(problems=(DIABETES,), results=(result("3.0"), result("3.2", "2025-01-01"))), rules, OPEN, AS_OF, {}
    )
    texts = {s.text: s.resources for s in found.narrative}
    assert texts["Active problems: Type 2 diabetes mellitus (since 2015-01-01)."] == ("Condition/d",)
    assert any("down from 3.2 mmol/L on 2025-01-01" in text and len(r) == 2 for text, r in texts.items())
    assert not verify("Potassium: 3.1 mmol/L.", [result("3.0")]) and not verify("Nothing.", [])


def test_a_chart_without_allergies_claims_none(rules: Rules) -> None:
    found = summarize(chart(problems=(DIABETES,)), rules, OPEN, AS_OF, {}).as_json()
    assert "allergies" in found["absent"]
    assert not any("allerg" in s["text"].lower() for s in found["narrative"])


class Names:
    """A redactor that knows one name."""

    def find(self, text: str, entities: frozenset[str] | None = None) -> list[Span]:
        at = text.find("Osei")
        return [Span("PERSON", at, at + 4)] if at >= 0 else []

    def apply(self, text: str, spans: Any, operator: str, scope: str = "") -> Any:
        raise AssertionError


def test_the_veil_hides_names_and_days_but_no_term(rules: Rules) -> None:
    veil = Veil(Records(), Names())  # type: ignore[arg-type]
    named = Problem("Condition/x", Term("Told Mei Lund and Osei to rest"), "active", "2015-06-07")
    coded = Problem("Condition/y", Term("Lund syndrome", (Code("s", "1", "Lund syndrome"),), True), "active")
    text = str(summarize(chart(problems=(named, coded)), rules, veil, AS_OF, {}).as_json())
    assert "Told <PERSON> and <PERSON> to rest" in text and "Lund syndrome" in text
    assert "Mei" not in text and "2015-06" not in text and "'2015'" in text and "1950" not in text


def test_record_text_cannot_become_markup(rules: Rules) -> None:
    bad = Problem("Condition/x", Term("a | b <script> [x](y)\n# z"), "active")
    shown = markdown.render(summarize(chart(problems=(bad,)), rules, OPEN, AS_OF, {"policy": {}}).as_json())
    assert "<script>" not in shown.replace("\\<script\\>", "") and "\n# z" not in shown and "[x](y)" not in shown


def test_fields_carry_their_resource(rules: Rules) -> None:
    shown = summarize(chart(problems=(DIABETES,), results=(result("3.0"),)), rules, OPEN, AS_OF, {}).as_json()
    fields = (
        FieldSpec.model_validate({"name": "k", "from": "results", "codes": ["2823-3"], "give": "value"}),
        FieldSpec.model_validate({"name": "none", "from": "allergies", "match": ["penicillin"]}),
    )
    found = taken(shown, fields)["fields"]
    assert found["k"] == {
        "value": {"value": 3.0, "unit": "mmol/L"},
        "citations": [{"resource": "Observation/3.0-2026-01-01", "text": "Potassium"}],
    }
    assert found["none"] == {"value": None, "citations": []}
    assert narrate(chart()) != ()


def test_shipped_policies_say_what_records_show(tmp_path: Path) -> None:
    from assistant.errors import PolicyError
    from assistant.policy.model import load_policy

    shown = {name: load_policy(name).records for name in ("base", "healthcare", "customer-service")}
    assert {n: (r.identifiers, r.dates) for n, r in shown.items()} == {
        "base": ("mask", "year"), "healthcare": ("show", "show"), "customer-service": ("mask", "year"),
    }  # fmt: skip
    path = load_policy("base").path
    assert path is not None
    wrong = tmp_path / "p.yaml"
    wrong.write_text(path.read_text().replace("identifiers: mask", "identifier: mask"))
    with pytest.raises(PolicyError, match=r"records\.identifier"):
        load_policy(wrong)
