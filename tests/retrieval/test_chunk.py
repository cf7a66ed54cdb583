from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.sentences import sentences
from assistant.language.words import estimate_tokens
from assistant.retrieval.chunk import MAX_CHARACTERS_PER_TOKEN, chunk, embedded
from assistant.types import Document, Section

WORDS = "dose of the tablet is given with water, after meals; (see below) 5 mg 2.5 Dr. e.g. don't Zoë 日本語".split()
_word = st.sampled_from(WORDS) | st.text(min_size=1, max_size=12)
_sentence = st.lists(_word, min_size=1, max_size=40).map(" ".join)
_text = st.lists(st.tuples(_sentence, st.sampled_from([". ", "! ", "\n", "\n\n", ".\n- ", " | "])), max_size=40).map(
    lambda parts: "".join(a + b for a, b in parts)
)


@settings(max_examples=150, deadline=None)
@given(_text, st.data(), st.integers(5, 60))
def test_passages_are_slices_in_order_within_sections(text: str, draw: st.DataObject, most: int) -> None:
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    bounds = list(zip([0, *cuts], [*cuts, len(text)], strict=True))
    sections = tuple(Section(a, b, f"h{n}", f"l{n}") for n, (a, b) in enumerate(bounds) if a < b)
    document = Document("t", text, "s", sections=sections)
    target = draw.draw(st.integers(1, most))
    found = chunk(document, target_tokens=target, max_tokens=most)
    last = 0
    for c in found:
        assert text[c.start : c.end] == c.text
        assert c.text == c.text.strip() != ""
        assert last <= c.start < c.end
        last = c.end
        if len(c.text) > 1:
            assert estimate_tokens(c.text) <= most
            assert len(c.text) <= most * MAX_CHARACTERS_PER_TOKEN
        owner = [s for s in sections or (Section(0, len(text)),) if s.start <= c.start and c.end <= s.end]
        assert any((s.heading, s.locator) == (c.heading, c.locator) for s in owner)
    # Nothing but blanks and the marks at cuts is lost.
    covered = "".join(c.text for c in found)
    expected = "".join(s.text for a, b in bounds for s in sentences(text[a:b]))
    assert "".join(covered.split()) == "".join(expected.split())


def _document(text: str) -> Document:
    return Document("t", text, "s", sections=(Section(0, len(text), "Dosing", "page 2"),))


def test_a_short_section_is_one_passage_with_its_heading() -> None:
    (only,) = chunk(_document("One sentence. And another.\n\nA paragraph."))
    assert (only.heading, only.locator) == ("Dosing", "page 2")
    assert only.text == "One sentence. And another.\n\nA paragraph."


def test_long_sections_are_parted_evenly_on_sentence_borders() -> None:
    text = " ".join(f"Sentence number {n} says that the dose is {n} mg each morning and evening." for n in range(60))
    found = chunk(_document(text))
    sizes = [estimate_tokens(c.text) for c in found]
    assert max(sizes) <= 256
    assert min(sizes) >= 140, sizes
    assert all(c.text.endswith(".") and c.text.startswith("Sentence") for c in found)


def test_paragraph_ends_are_preferred() -> None:
    paragraph = " ".join(f"This is statement {n} of the part about the medicine in question." for n in range(13))
    found = chunk(_document("\n\n".join([paragraph] * 4)))
    assert [c.text for c in found] == [paragraph] * 4


def test_an_overlong_sentence_is_cut_at_clauses_then_blanks_then_anywhere() -> None:
    clauses = "; ".join(f"item {n} of the list that never ends" for n in range(100))
    found = chunk(_document(clauses))
    assert len(found) > 2
    assert all(c.text.endswith(";") for c in found[:-1])
    blanks = chunk(_document("word " * 900))
    assert all(set(c.text.split()) == {"word"} for c in blanks)
    unbroken = chunk(_document("x" * 10_000))
    assert "".join(c.text for c in unbroken) == "x" * 10_000
    assert max(len(c.text) for c in unbroken) == 256 * MAX_CHARACTERS_PER_TOKEN


def test_another_measure_is_kept_to() -> None:
    found = chunk(_document("Some words here. " * 200), target_tokens=80, max_tokens=100, count=len)
    assert all(len(c.text) <= 100 for c in found)


def test_nonsense_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="target_tokens"):
        chunk(_document("x"), target_tokens=300, max_tokens=256)


def test_title_and_heading_stand_before_the_text() -> None:
    assert embedded("Aspirin", "", "Take one.") == "Aspirin\nTake one."


def test_a_long_text_is_cut_in_linear_time() -> None:
    import time

    text = "The patient takes one tablet every morning with water. " * 20_000
    started = time.monotonic()
    found = chunk(_document(text))
    assert len(found) > 1000
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("count", range(5, 21, 3))
def test_a_list_is_not_parted_from_the_line_that_leads_into_it(count: int) -> None:
    prose = " ".join(f"Sentence number {n} says that the dose is {n} mg each morning." for n in range(count))
    items = "\n".join(f"{n}. Check number {n} of the pump before it is started. Note it." for n in range(1, 7))
    text = f"{prose}\n\nBefore you start:\n\n{items}\n\n{prose}"
    parts = [c.text for c in chunk(_document(text)) if "Before you start:" in c.text or "Check number" in c.text]
    assert len(parts) == 1


def test_a_list_longer_than_a_passage_is_still_cut() -> None:
    items = "\n".join(f"- Part number {n} of the list that is far too long for one passage." for n in range(60))
    found = chunk(_document(f"Take all of these:\n{items}"))
    assert len(found) > 2
    assert all(estimate_tokens(c.text) <= 256 for c in found)


def test_a_long_text_tells_how_far_it_is_cut_and_can_be_stopped() -> None:
    text = "The nurse gives one tablet with water in the evening.\n\n" * 20_000
    told: list[int] = []
    chunk(Document("t", text, "s"), step=told.append)
    assert len(told) > 8 and told == sorted(told) and told[-1] <= 99
    # A short one has nothing to tell.
    short: list[int] = []
    chunk(Document("t", text[:5_000], "s"), step=short.append)
    assert short == []

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chunk(Document("t", text, "s"), step=stop)
