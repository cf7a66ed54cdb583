"""The gates before the reader and the lines after it, with a reader whose sureness is written down for each text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from assistant.language.words import content_stems
from assistant.reading.judgement import Found, Judgement, Nothing
from assistant.reading.judging import GATES, Case, Judge, Params
from assistant.reading.reader import Reading
from assistant.types import Evidence, Passage, Quote
from tests.reading.bags import Bags

DELIVERY = "Delivery takes three days. Islands take a week."
INR = "INR 5.0 to 8.0: stop warfarin for two doses.\n\nINR above 8.0: give vitamin K."


@dataclass
class Written:
    """A reader that finds an answer where it stands, as surely as is written."""

    answers: dict[str, float]
    common: frozenset[str] = frozenset()
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]:
        found = []
        for context, heading in zip(contexts, headings or [""] * len(contexts), strict=True):
            self.asked.append((question, context, heading))
            best = max((a for a in self.answers if a in context), key=lambda a: self.answers[a], default="")
            at = context.find(best) if best else 0
            found.append(Reading(self.answers.get(best, 0.01), at, at + len(best), best, 1.0 if best else 0.0))
        return found

    def pieces(self, word: str) -> int:
        return 3


def evidence(*texts: str, title: str = "Delivery", score: float = 0.5) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(n, Passage(n, f"d{n}", title, text, 0, len(text), score=score), (Quote(text, 0, len(text), 0.5),))
        for n, text in enumerate(texts, 1)
    )


def judged(question: str, given: tuple[Evidence, ...], answers: dict[str, float], **more: object) -> Judgement:
    rarity = more.pop("rarity", {})
    judge = Judge(Params(**more), Bags(), Written(answers), GATES)  # type: ignore[arg-type]
    return judge.judge(Case(question, question, given, rarity))  # type: ignore[arg-type]


def test_without_evidence_nothing_bears_on_the_question() -> None:
    found = judged("How long does delivery take?", (), {})
    assert isinstance(found, Nothing) and not found.near and found.reason


def test_a_sure_reading_is_found_with_its_place() -> None:
    found = judged("How long does delivery take?", evidence(DELIVERY), {"three days": 0.9})
    assert isinstance(found, Found)
    assert DELIVERY[found.place.start : found.place.end] == found.answer == "three days"
    assert found.n == 1 and found.sure == pytest.approx(0.9)


def test_below_the_line_nothing_is_claimed_and_the_place_is_kept_for_a_person() -> None:
    found = judged("How long does delivery take?", evidence(DELIVERY), {"three days": 0.7})
    assert isinstance(found, Nothing) and found.near and "0.70" in found.reason
    assert found.likely[1] == (15, 25)
    assert isinstance(
        judged("How long does delivery take?", evidence(DELIVERY), {"three days": 0.7}, min_answerable=0.6), Found
    )


def test_passages_that_share_nothing_with_the_question_are_not_taken_however_sure_the_reader_is() -> None:
    found = judged("Who composed the opera Fidelio?", evidence(DELIVERY), {"three days": 0.99})
    assert isinstance(found, Nothing) and not found.near


def test_a_passage_that_lacks_the_words_is_shown_and_not_claimed() -> None:
    found = judged("Which delivery truck takes my sofa upstairs?", evidence(DELIVERY), {"three days": 0.3})
    assert isinstance(found, Nothing) and found.near


def test_the_surest_passage_wins_and_is_named_by_its_number() -> None:
    given = evidence("Delivery takes long.", DELIVERY, "Delivery takes ten days.")
    found = judged("How long does delivery take?", given, {"three days": 0.9, "ten days": 0.8})
    assert isinstance(found, Found) and found.n == 2


def test_a_rule_for_another_case_is_blanked_before_the_reader_sees_it() -> None:
    reader = Written({"stop warfarin for two doses": 0.95, "give vitamin K": 0.9})
    case = Case(
        "Stop warfarin or give vitamin K at an INR of 9?",
        "Stop warfarin or give vitamin K at an INR of 9?",
        evidence(INR),
    )
    found = Judge(Params(), Bags(), reader, GATES).judge(case)  # type: ignore[arg-type]
    assert isinstance(found, Found) and found.answer == "give vitamin K"
    (_, seen, heading) = reader.asked[0]
    assert "stop warfarin" not in seen and len(seen) == len(INR), "offsets stay"
    assert heading == "Delivery"
    assert found.aside == {(1, "INR 5.0 to 8.0: stop warfarin for two doses.")}


def test_a_word_that_stands_in_no_document_asks_for_more_sureness_where_the_collection_was_searched() -> None:
    question = "How long does delivery of bioprosthetics take?"
    stems = dict.fromkeys(content_stems(question), 0.3) | dict.fromkeys(content_stems("bioprosthetics"), 1.0)
    assert isinstance(judged(question, evidence(DELIVERY), {"three days": 0.99}, rarity=stems, min_odd=0.1), Found)
    found = judged(question, evidence(DELIVERY), {"three days": 0.99}, rarity=stems, min_odd=0.999)
    assert isinstance(found, Nothing) and "stands nowhere" in found.reason and found.likely
    without = Judge(Params(), Bags(), Written({"three days": 0.99}), GATES - {"vocabulary"})  # type: ignore[arg-type]
    assert isinstance(without.judge(Case(question, question, evidence(DELIVERY), stems)), Found)


def test_an_overview_question_wants_the_document_on_its_subject() -> None:
    question = "What are the symptoms of anaemia?"
    text = "Symptoms of anaemia are tiredness and a pale skin."
    rarity = dict.fromkeys(content_stems(question), 0.5)
    other = judged(question, evidence(text, title="Heart failure"), {"tiredness and a pale skin": 0.99}, rarity=rarity)
    assert isinstance(other, Nothing) and "about what the question asks for" in other.reason
    assert isinstance(
        judged(question, evidence(text, title="Anaemia"), {"tiredness and a pale skin": 0.99}, rarity=rarity), Found
    )
    assert isinstance(
        judged(question, evidence(text, title="Heart failure"), {"tiredness and a pale skin": 0.99}), Found
    ), "a passage that came with the question is taken to be on its subject"


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(ValueError, match="min_sure"):
        Params(min_sure=0.5)  # type: ignore[call-arg]


class Tied(Written):
    """The same, with what it thinks of the sentences."""

    def __init__(self, gap: float) -> None:
        super().__init__({"three days": 0.9})
        self.gap = gap

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]:
        sentences = ((0, 26, 5.0), (27, 46, 5.0 - self.gap))
        return [replace(found, sentences=sentences) for found in super().read(question, contexts, headings)]


@pytest.mark.parametrize(("gap", "beside"), [(0.4, 1), (3.0, 0)])
def test_a_sentence_that_is_nearly_as_good_is_told_and_a_worse_one_is_not(gap: float, beside: int) -> None:
    judge = Judge(Params(), Bags(), Tied(gap), GATES)
    found = judge.judge(Case("How long does delivery take?", "How long does delivery take?", evidence(DELIVERY)))
    assert isinstance(found, Found) and len(found.beside) == beside


@pytest.mark.parametrize(
    ("question", "second", "tied"),
    [
        ("What is the first treatment of anaphylaxis?", 0.97, 1),
        ("What is the first treatment of anaphylaxis?", 0.6, 0),  # not as sure
        ("Does the ward give adrenaline?", 0.97, 0),  # no overview: passages are rivals
        ("Which treatment does the ward give?", 0.93, 1),  # the first says what is none: the next may be less sure
        ("Which treatment does the ward give?", 0.6, 0),
        ("Which treatment is not given?", 0.93, 0),
    ],
)
def test_passages_of_which_the_reader_is_as_sure_stand_together_for_an_overview_only(
    question: str, second: float, tied: int
) -> None:
    texts = (
        "Antihistamines are no first treatment of anaphylaxis.",
        "The ward gives adrenaline for anaphylaxis first.",
    )
    given = tuple(
        Evidence(n, Passage(n, "same", "Anaphylaxis", text, 0, len(text), score=0.9), (Quote(text, 0, len(text), 0.5),))
        for n, text in enumerate(texts, 1)
    )
    rarity = dict.fromkeys(content_stems(question), 0.9)
    answers = {"Antihistamines": 0.971, "adrenaline": second}
    found = judged(question, given, answers, rarity=rarity, min_overview=0.1, min_released=0.1)
    assert len(found.ties if isinstance(found, Found) else ()) == tied
