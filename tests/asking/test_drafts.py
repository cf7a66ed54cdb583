from __future__ import annotations

import pytest

from assistant.asking.drafts import attribute, drafts, parse
from assistant.types import DraftSentence, Evidence, Passage, Quote


def pieces(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 3, 8, 500])
def test_the_sentences_do_not_depend_on_how_the_stream_is_cut(size: int) -> None:
    text = "The dose is 2.5 mg. [1] Dr. Lee agrees [2]. Do not double it.[1, 2] A half sent"
    assert list(drafts(pieces(text, size), limit=9)) == [
        DraftSentence("The dose is 2.5 mg.", (1,)),
        DraftSentence("Dr. Lee agrees.", (2,)),
        DraftSentence("Do not double it.", (1, 2)),
    ]


def test_no_more_than_the_limit_and_the_stream_is_not_drained() -> None:
    taken: list[str] = []

    def stream():
        for piece in ["One is. ", "Two is. ", "Three is. ", "Four is. "]:
            taken.append(piece)
            yield piece

    assert [d.text for d in drafts(stream(), limit=1)] == ["One is."]
    assert len(taken) < 4


def test_marks_alone_are_no_sentence() -> None:
    assert parse(" [1]. ") is None


def evidence(n: int, text: str) -> Evidence:
    passage = Passage(n, f"d{n}", "t", text, 0, len(text))
    return Evidence(n, passage, (Quote(text, 0, len(text)),))


def test_an_invented_citation_is_replaced_by_the_source_that_shares_most_words() -> None:
    sources = [evidence(1, "Returns are free for thirty days."), evidence(2, "Paracetamol is given every six hours.")]
    assert attribute(DraftSentence("Paracetamol every six hours.", (9,)), sources).citations == (2,)
    assert attribute(DraftSentence("Paracetamol every six hours.", (1, 9)), sources).citations == (1,)
    assert attribute(DraftSentence("The of and.", ()), sources).citations == ()
