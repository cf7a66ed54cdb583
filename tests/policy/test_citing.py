"""Citations: letter by letter at their place, led back where a check rewrote the passage, each once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.policy.citing import cite, cited_evidence, merged, place, stands, supporting
from assistant.policy.edits import Edits, VeiledPassage
from assistant.types import Evidence, Finding, Passage, Quote
from tests.policy.support import evidence, passage

TEXT = "Take 500 mg twice a day. Do not take it with milk."


def veiled(before: str, after: str, finding: Finding, start: int = 0) -> VeiledPassage:
    edits = Edits.of(before, after, [finding])
    assert edits is not None
    return VeiledPassage(1, "doc1", "T", after, start, start + len(before), edits=edits)


@pytest.mark.parametrize("start", [0, 700])
def test_a_quote_is_found_at_its_place_in_the_document(start: int) -> None:
    item = evidence(TEXT, start=start)
    second = item.quotes[1]
    assert place(item.passage, second) == (start + 25, start + len(TEXT))
    found = cite(item, second)
    assert (found.start, found.end, found.quote) == (start + 25, start + len(TEXT), "Do not take it with milk.")
    assert stands(found, [item])


@pytest.mark.parametrize("shift", [-1, 1, 500])
def test_offsets_that_do_not_hold_the_letters_are_not_believed(shift: int) -> None:
    item = evidence(TEXT)
    moved = replace(item.quotes[0], start=item.quotes[0].start + shift)
    assert place(item.passage, moved) is None


def test_a_citation_of_another_number_document_or_wording_does_not_stand() -> None:
    item = evidence(TEXT)
    found = cite(item, item.quotes[0])
    assert stands(found, [item])
    assert not stands(replace(found, n=2), [item])
    assert not stands(replace(found, document_id="doc9"), [item])
    assert not stands(replace(found, quote="Take 5000 mg twice a day."), [item])
    assert not stands(replace(found, start=1), [item])
    assert not stands(found, [])


def test_a_quote_of_a_rewritten_passage_is_led_back_to_the_stored_text() -> None:
    before, after = "Ann Lee takes 5 mg. She is well.", "<PERSON> takes 5 mg. She is well."
    item = Evidence(1, veiled(before, after, Finding("PERSON", 0, 7, 1.0, "<PERSON>"), start=100), ())
    at = after.index("She")
    found = cite(item, Quote("She is well.", 100 + at, 100 + len(after), 0.5))
    assert (found.start, found.end) == (100 + before.index("She"), 100 + len(before))
    # Whoever cut it out may not have known its place.
    assert place(item.passage, Quote("She is well.", 0, 12, 0.5)) == (100 + at, 100 + len(after))


def test_a_sentence_is_backed_by_the_quote_that_shares_most_and_one_that_adds() -> None:
    text = "Metformin is started at 500 mg. The weather was fine. Stop metformin before surgery in hospital."
    item = evidence(text)
    found = supporting("Metformin is started at 500 mg and stopped before surgery in hospital.", item, 0.9)
    assert [citation.quote for citation in found] == [item.quotes[0].text, item.quotes[2].text]
    assert {citation.score for citation in found} == {0.9}
    assert [c.quote for c in supporting("Metformin is started at 500 mg.", item)] == [item.quotes[0].text]
    assert supporting("Anything.", Evidence(1, passage(text), ())) == []


def test_the_locator_falls_back_to_the_heading() -> None:
    stored = Passage(1, "d", "T", TEXT, 0, len(TEXT), heading="Dose")
    quote = Quote(TEXT, 0, len(TEXT), 0.5)
    assert cite(Evidence(1, stored, (quote,)), quote).locator == "Dose"
    assert cite(Evidence(1, replace(stored, locator="page 2"), (quote,)), quote).locator == "page 2"


def test_each_citation_counts_once_and_evidence_keeps_its_order() -> None:
    first, second = evidence(TEXT), evidence("Rest in bed.", 2)
    a, b = cite(first, first.quotes[0]), cite(second, second.quotes[0])
    assert merged(iter([b, a, b])) == (b, a)
    assert cited_evidence([b, a], [first, second]) == (first, second)
    assert cited_evidence([b], [first, second]) == (second,)
    assert cited_evidence([], [first]) == ()
