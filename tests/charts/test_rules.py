from __future__ import annotations

from dataclasses import replace

from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.packs.pack import load_pack
from assistant.records.model import Person

from .support import AS_OF, OPEN, chart, result


def test_the_pack_marks_only_where_the_record_has_no_range_and_cites_it(rules: Rules) -> None:
    found = summarize(chart(results=(result("5.9"),)), rules, OPEN, AS_OF, {}).as_json()["results"][0]
    assert (found["flag"], found["flag_by"]) == ("high", "pack")
    assert found["flag_source"]["quote"].startswith("Potassium,adults,3.5,5.3")
    child = replace(chart(results=(result("5.9"),)), person=Person("Patient/p", birth="2020-01-01"))
    assert summarize(child, rules, OPEN, AS_OF, {}).as_json()["results"][0]["flag"] == ""


def test_every_rule_and_range_quotes_its_document(rules: Rules) -> None:
    root = load_pack("healthcare").root
    sources = [rule.source for rule in (*rules.care, *rules.ranges, *rules.thresholds)]
    assert len(sources) > 3
    for source in sources:
        assert source.quote in (root / source.document).read_text(encoding="utf-8")
