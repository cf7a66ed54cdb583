"""Compaction and quoting: verbatim, in source order, within bounds, the sentence that answers among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.language.words import estimate_tokens
from assistant.reading.compact import best_quotes, compact
from assistant.reading.snippets import MOST_WORDS, is_anaphoric
from assistant.retrieval.embed import MiniLM
from assistant.types import Evidence, Passage, Quote

LEAFLET = (
    "Amoxicillin is a penicillin antibiotic. It treats infections of the ear, nose and throat. "
    "Adults take 500 mg every eight hours. Children under 12 take 40 mg/kg a day in three doses. "
    "It should not be taken by people who are allergic to penicillin. Store the syrup in a refrigerator. "
    "Throw away what is left after fourteen days."
)
RETURNS = (
    "Shoes may be returned within thirty days of delivery. They must be unworn and in their box. "
    "The refund reaches the card within five working days. Gift cards are not refunded."
)


def passage(text: str, number: int = 1, start: int = 0, title: str = "Leaflet") -> Passage:
    return Passage(number, f"d{number}", title, text, start, start + len(text))


class Blind:
    """An embedder that sees no difference between texts, so that the other signs are tested alone."""

    name = "blind"
    dimension = 4

    def __init__(self) -> None:
        self.asked: list[int] = []

    def query(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.append(len(texts))
        return np.full((len(texts), 4), 0.5, np.float32)

    passages = query


def texts(evidence: Sequence[Evidence]) -> list[str]:
    return [quote.text for item in evidence for quote in item.quotes]


def test_quotes_are_verbatim_with_document_offsets() -> None:
    document = "Preface. " + LEAFLET + " " + RETURNS
    found = [
        passage(LEAFLET, 1, document.index(LEAFLET)),
        passage(RETURNS, 2, document.index(RETURNS)),
    ]
    evidence = compact("How much amoxicillin do children take?", found, embedder=Blind(), budget_tokens=500)
    assert [item.n for item in evidence] == [1, 2]
    for item in evidence:
        starts = [quote.start for quote in item.quotes]
        assert starts == sorted(starts)
        assert item.quotes
        for quote in item.quotes:
            assert document[quote.start : quote.end] == quote.text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much amoxicillin do children take?", "40 mg/kg"),
        ("Who should not take amoxicillin?", "allergic to penicillin"),
        ("Where is the syrup stored?", "refrigerator"),
        ("When does the refund reach my card?", "five working days"),
    ],
)
def test_the_answering_sentence_is_among_the_first_two(models: Path, question: str, answer: str) -> None:
    embedder = MiniLM(models / "all-MiniLM-L6-v2")
    evidence = compact(question, [passage(LEAFLET), passage(RETURNS, 2, title="Returns")], embedder=embedder)
    ranked = sorted((quote for item in evidence for quote in item.quotes), key=lambda quote: -quote.score)
    assert any(answer in quote.text for quote in ranked[:2])


def test_budget_and_passage_bounds() -> None:
    many = [passage(LEAFLET if i % 2 else RETURNS, i) for i in range(1, 9)]
    evidence = compact("How is amoxicillin taken?", many, embedder=Blind(), budget_tokens=60, max_passages=2)
    assert [item.n for item in evidence] == list(range(1, 9))
    # What the budget is for, and of every other passage its best sentence.
    full = [item for item in evidence if len(item.quotes) > 1]
    assert len(full) <= 2
    assert sum(estimate_tokens(text) for text in texts(full)) <= 60


def test_at_least_one_sentence_whatever_the_budget() -> None:
    assert len(texts(compact("amoxicillin?", [passage(LEAFLET)], embedder=Blind(), budget_tokens=1))) == 1


def test_nothing_from_nothing() -> None:
    assert compact("amoxicillin?", [], embedder=Blind()) == []
    assert compact("amoxicillin?", [passage(" \n ")], embedder=Blind()) == []
    assert best_quotes("amoxicillin?", []) == []


def test_one_call_embeds_few_sentences() -> None:
    blind = Blind()
    compact("How is amoxicillin taken?", [passage(LEAFLET, i) for i in range(1, 9)], embedder=blind)
    assert blind.asked == [1 + 12]


def test_chances_sum_to_one() -> None:
    evidence = compact("How is amoxicillin taken?", [passage(LEAFLET)], embedder=Blind(), budget_tokens=10_000)
    assert sum(quote.score for item in evidence for quote in item.quotes) == pytest.approx(1.0)


def test_a_rewritten_passage_claims_no_inner_offsets() -> None:
    rewritten = Passage(1, "d1", "Note", LEAFLET.replace("Amoxicillin", "[DRUG]"), 100, 100 + len(LEAFLET))
    evidence = compact("Who should not take it?", [rewritten], embedder=Blind())
    assert {(quote.start, quote.end) for item in evidence for quote in item.quotes} == {(100, 100 + len(LEAFLET))}


@pytest.mark.parametrize(
    "text",
    ["It is given daily.", "These are rare.", "He was born there.", "“They said no.”", "However, it can return."],
)
def test_sentences_that_look_back(text: str) -> None:
    assert is_anaphoric(text)


@pytest.mark.parametrize(
    "text", ["Iron is given daily.", "It is important to rest.", "Theirry was born there.", "Bothwell is closed."]
)
def test_sentences_that_stand_alone(text: str) -> None:
    assert not is_anaphoric(text)


def quoted(text: str, *scores: float) -> Evidence:
    from assistant.language.sentences import sentences

    found = sentences(text)
    return Evidence(
        1, passage(text), tuple(Quote(s.text, s.start, s.end, score) for s, score in zip(found, scores, strict=True))
    )


def test_a_pronoun_brings_its_antecedent_along() -> None:
    item = quoted(
        "Warfarin thins the blood. It must not be taken with aspirin. The clinic opens at nine.", 0.1, 0.8, 0.1
    )
    assert [quote.text for _, quote in best_quotes("What must warfarin not be taken with?", [item], 1)] == [
        "Warfarin thins the blood.",
        "It must not be taken with aspirin.",
    ]


def test_a_pronoun_without_antecedent_gives_way() -> None:
    item = quoted("It must be avoided with aspirin. Warfarin must not be taken with aspirin.", 0.5, 0.45)
    assert best_quotes("What must warfarin not be taken with?", [item], 1)[0][1].text.startswith("Warfarin")


def test_quotes_stay_short_and_in_reading_order() -> None:
    long = " ".join(
        f"Point {i} of the plan is that nurses check the dose twice before they give it to anybody." for i in range(12)
    )
    item = quoted(long, *([0.05] * 11), 0.45)
    found = best_quotes("Who checks the dose?", [item], 9)
    assert sum(len(quote.text.split()) for _, quote in found) <= MOST_WORDS
    assert [quote.start for _, quote in found] == sorted(quote.start for _, quote in found)


def test_a_repetition_is_not_a_second_quote() -> None:
    text = "The refund takes five days. The refund takes five days then. A voucher is sent at once by mail."
    found = best_quotes("How long does the refund take?", [quoted(text, 0.4, 0.35, 0.25)], 2)
    assert [quote.text for _, quote in found] == [
        "The refund takes five days.",
        "A voucher is sent at once by mail.",
    ]


def test_the_reader_decides_where_it_found_an_answer() -> None:
    item = quoted("Adults take 500 mg. Children take 40 mg/kg.", 0.9, 0.1)
    assert best_quotes("How much?", [item], 1, answer="40 mg/kg")[0][1].text == "Children take 40 mg/kg."


def test_quotes_without_scores_are_weighed_by_the_question() -> None:
    item = quoted("The clinic opens at nine. Warfarin must not be taken with aspirin.", 0.0, 0.0)
    assert "Warfarin" in best_quotes("May warfarin be taken with aspirin?", [item], 1)[0][1].text
