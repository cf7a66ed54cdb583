from __future__ import annotations

from collections.abc import Iterator

from assistant.evaluate.grounded import SourcedQuestion, around, measure, questions
from assistant.packs.pack import load_pack
from assistant.protocols import Prompt, Sampling

TEXT = "The ward opens at nine. Visitors may stay until eight in the evening. Children come with an adult. Dogs stay outside."
ASKED = [SourcedQuestion("Until when may visitors stay?", TEXT, ("until eight in the evening",))]


class Says:
    """An engine that says one thing."""

    name, model, writes = "says", "says", True

    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        yield self.text

    def close(self) -> None:
        pass


def test_the_source_is_the_sentence_with_its_neighbours() -> None:
    assert around(TEXT, ["eight"]).startswith("The ward opens at nine. Visitors may stay until eight")
    assert "Dogs" not in around(TEXT, ["eight"])


def test_right_and_supported_counts_and_neither_alone_does() -> None:
    assert measure(Says("Visitors may stay until eight in the evening."), ASKED) == 1.0
    assert measure(Says("The ward opens at nine."), ASKED) == 0.0
    assert measure(Says("Lions and tigers and bears prowl until eight in the evening, gnawing wildly."), ASKED) == 0.0
    assert measure(Says(""), ASKED) == 0.0
    assert measure(Says("x"), []) == 0.0


def test_questions_of_a_pack_come_with_a_source_that_holds_the_answer() -> None:
    found = questions(load_pack("healthcare"), 10)
    assert len(found) == 10
    for item in found:
        assert any(answer in item.source for answer in item.answers)
    assert len(questions(load_pack("healthcare"), 0)) > 10
