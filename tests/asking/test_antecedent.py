from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.asking.antecedent import AHEAD, chosen, whole_question
from assistant.evaluate.answers import throwaway
from assistant.facade import Assistant, Conversation
from assistant.types import Turn

READINGS = ("how do I descale it", "how do I descale the receipt", "how do I descale the kettle")


@pytest.mark.parametrize(
    ("near", "taken"),
    [
        ((0.41, 0.48, 0.70), 2),
        ((0.41, 0.41 + AHEAD / 2, 0.41), 0),
        ((0.3, 0.6, 0.64), 1),
        ((0.7, 0.5, 0.6), 0),
        ((0.0, 0.0, 0.0), 0),
    ],
)
def test_another_reading_is_taken_only_where_it_lies_clearly_nearer(near: tuple[float, ...], taken: int) -> None:
    assert chosen(READINGS, dict(zip(READINGS, near, strict=True)).__getitem__) == READINGS[taken]


@pytest.fixture(scope="module")
def assistant(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "kettle.md").write_text("# Kettle\n\nDescale the kettle every four weeks with citric acid.\n")
    (folder / "receipts.md").write_text("# Receipts\n\nKeep the receipt: a claim under the warranty needs it.\n")
    (folder / "staff.md").write_text("# Boiler\n\nThe boiler in the cellar is descaled each spring.\n")
    with throwaway(policy="customer-service", domain="customer-service", engine="extractive") as made:
        made.ingest([folder / "kettle.md", folder / "receipts.md"], labels=frozenset({"public"}))
        made.ingest([folder / "staff.md"], labels=frozenset({"restricted"}))
        yield made


def talk(*asked: str) -> list[Turn]:
    return [Turn(question, "") for question in asked]


@pytest.mark.weights
class TestWhole:
    def test_the_thing_is_meant_of_which_the_documents_speak(self, assistant: Assistant) -> None:
        asked = talk("Is my kettle covered after a year?", "Do I need the receipt?")
        whole = whole_question("how do I descale it", asked, assistant.parts, assistant.principal)
        assert whole == "how do I descale the kettle"

    def test_where_the_sentence_names_it_itself_it_stays(self, assistant: Assistant) -> None:
        asked = talk("Do I need the receipt?")
        typed = "If my kettle is scaled, do I descale it with acid?"
        assert whole_question(typed, asked, assistant.parts, assistant.principal) == typed

    def test_what_its_asker_may_not_see_decides_nothing(self, assistant: Assistant) -> None:
        asked = talk("Where is the boiler?", "Do I need the receipt?")
        assert "boiler" not in whole_question("how do I descale it", asked, assistant.parts, assistant.principal)

    def test_the_answer_says_that_it_was_made_whole_and_as_typed_it_is_not(self, assistant: Assistant) -> None:
        conversation = Conversation(turns=talk("Is my kettle covered after a year?"))
        answer = assistant.ask("how often do I descale it", conversation=conversation)
        assert (answer.followed, answer.question) == (True, "how often do I descale the kettle")
        assert "four weeks" in answer.answer and conversation.turns[-1].question == answer.question
        as_typed = assistant.ask("how often do I descale it", conversation=conversation, as_typed=True)
        assert (as_typed.followed, as_typed.question) == (False, "how often do I descale it")
