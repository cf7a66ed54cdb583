"""One question's way with the real parts: read as typed, kept and written without identifiers, silent in three honest levels;
each part of a joined answer with its own sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.asking.clock import Clock
from assistant.asking.journey import _by_source
from assistant.asking.writing import Writing
from assistant.evaluate.answers import passages_of, throwaway
from assistant.facade import Assistant
from assistant.policy.joining import UNANSWERED
from assistant.policy.parity import Unnamed
from assistant.protocols import Prompt, Sampling
from assistant.reading.judgement import UNREAD
from assistant.types import Action, Level, Status
from tests.policy.support import evidence
from tests.policy.test_joining import answer, citation

DOCUMENTS = {
    "recall.md": (
        "# Recall of one toaster batch\n\nToasters whose serial number begins with TR-88X can overheat. Unplug them and "
        "ask for a refund of the full price.\n"
    ),
    "hours.md": "# Opening hours\n\nThe repair desk opens at nine. On Sundays it opens at eleven.\n",
    "signature.md": (
        "# Parcels\n\nA signature is needed for:\n\n- passports\n- hearing aids\n- tablets\n- wine\n\n"
        "Other parcels are left with a neighbour.\n"
    ),
    "ticket.md": (
        "# Ticket 3391\n\nCustomer: Edwina Marlowe\nCustomer ID: C-4471902\nE-mail: edwina.marlowe@example.org\n\n"
        "The customer says that her lawn mower smokes when it starts. A new mower was promised.\n"
    ),
}


@pytest.fixture(scope="module")
def assistant(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with throwaway(policy="customer-service", domain="customer-service", engine="extractive") as made:
        made.ingest([folder], labels=frozenset({"public"}))
        yield made


class Recorder:
    """An engine that writes nothing and remembers what it was asked."""

    name, model, writes = "recorder", "none", True

    def __init__(self) -> None:
        self.prompts: list[Prompt] = []

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        self.prompts.append(prompt)
        return iter(())

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.weights
class TestAsTyped:
    QUESTION = "My toaster is TR-88X4410, write to edwina.marlowe@example.org. Do I get a refund?"

    def test_a_serial_number_is_looked_up(self, assistant: Assistant) -> None:
        query = assistant.gate.admit("Is toaster TR-88X4410 recalled?", assistant.principal)
        assert "TR-88X4410" in query.asked
        answer = assistant.ask("Is toaster TR-88X4410 recalled?")
        shown = answer.answer + " ".join(near.text for near in answer.closest)
        assert "TR-88X" in shown

    def test_an_address_is_kept_out_of_what_is_searched_recorded_and_written(self, assistant: Assistant) -> None:
        query = assistant.gate.admit(self.QUESTION, assistant.principal)
        assert "edwina" not in query.prompted
        assert "edwina" not in query.text
        answer = assistant.ask(self.QUESTION)
        assert "edwina" not in str(answer.as_json())

    def test_the_model_sees_stand_ins_only(self, assistant: Assistant) -> None:
        query = assistant.gate.admit("Will edwina.marlowe@example.org get a refund?", assistant.principal)
        assert "edwina" in query.asked
        recorder = Recorder()
        writing = Writing(
            query, [evidence("A refund takes five days.")], UNREAD, recorder, assistant.pack, assistant.gate, Clock()
        )
        for _ in writing.write((), Unnamed(query)):
            pass
        assert recorder.prompts
        assert not any("edwina" in prompt.user + prompt.system for prompt in recorder.prompts)


@pytest.mark.weights
class TestAnswers:
    def test_the_readers_sentence_is_in_the_answer(self, assistant: Assistant) -> None:
        answer = assistant.ask("When does the repair desk open?")
        assert answer.status is Status.EXTRACTED
        assert answer.answer.startswith("The repair desk opens at nine.")
        assert answer.level is Level.NONE

    def test_a_list_is_whole_or_not_there(self, assistant: Assistant) -> None:
        answer = assistant.ask("What is a signature needed for?")
        if answer.status is Status.EXTRACTED:
            assert all(item in answer.answer for item in ("passports", "hearing aids", "tablets", "wine"))


@pytest.mark.weights
class TestLevels:
    def test_near_passages_come_whole_with_their_place(self, assistant: Assistant) -> None:
        answer = assistant.ask("Who runs the repair desk on public holidays?")
        assert (answer.status, answer.level) == (Status.ABSTAINED, Level.CLOSEST)
        assert answer.closest
        for near in answer.closest:
            document = assistant.vault.document(near.citation.document_id)
            assert document.text[near.citation.start : near.citation.end] == near.citation.quote
            assert near.citation.quote in near.text

    def test_a_persons_record_is_not_near_a_question_that_names_nobody(self, assistant: Assistant) -> None:
        answer = assistant.ask("smoking lawn mower warranty price")
        assert (answer.status, answer.level) == (Status.ABSTAINED, Level.CLOSEST)
        assert answer.closest, "others are shown"
        assert not any("mower" in near.text for near in answer.closest)

    def test_every_check_that_was_late_is_told_as_try_again(self, assistant: Assistant) -> None:
        answer = assistant.ask("When does the repair desk open?")
        assert not any(verdict.late for verdict in answer.verdicts)
        assert not any(verdict.action is Action.BLOCK for verdict in answer.verdicts)


def test_each_part_has_its_own_sources_and_what_is_not_answered_none() -> None:
    whole = replace(
        answer("?", "x", Status.EXTRACTED, citations=(citation(1), citation(2))),
        answer=f"Take:\n- one\n- two [1]\n{UNANSWERED} Who pays?\nThird. [2]",
    )
    assert [(said, [c.n for c in cites]) for said, cites in _by_source(whole)] == [
        ("Take:\n- one\n- two", [1]),
        (f"{UNANSWERED} Who pays?", []),
        ("Third.", [2]),
    ]


def test_words_without_marks_are_not_lost() -> None:
    whole = answer("?", "Said without a mark.", Status.EXTRACTED, citations=(citation(1),))
    assert _by_source(whole) == [("Said without a mark.", ())]


ABSTRACT = (
    ("BACKGROUND", "Whether telephone counselling raises the use of mammography is not known. We studied it in women aged 50 to 74."),
    ("METHODS", "In a randomized trial 1,099 women had usual care, tailored print, or telephone counselling."),
    ("RESULTS", "Compared with usual care, telephone counselling significantly increased the use of mammography (P<.001)."),
)  # fmt: skip
ASKED = "Does telephone counselling increase the use of mammography?"


def test_a_study_that_came_with_the_question_decides_yes_or_no(assistant: Assistant) -> None:
    """Its sections reach the judge whole: its results alone are no study, as a laboratory's letter is none."""
    said = assistant.ask(ASKED, given=passages_of(ABSTRACT))
    assert said.status is Status.EXTRACTED and said.answer.startswith("Yes: Compared with usual care")
    letter = assistant.ask(ASKED, given=passages_of(ABSTRACT[2:]))
    assert not letter.answer.startswith("Yes:")
