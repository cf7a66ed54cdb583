"""The promise, end to end on the healthcare pack: real weights, real policy, the pack's own guidelines and letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.evaluate.answers import throwaway
from assistant.facade import Assistant
from assistant.packs.pack import load_pack
from assistant.types import Answer, Status

PACK = load_pack("healthcare").root / "documents" / "clinical"
FILES = (
    PACK / "guidelines" / "paracetamol-and-ibuprofen.md",
    PACK / "guidelines" / "warfarin.md",
    PACK / "guidelines" / "amoxicillin-children.md",
    PACK / "guidelines" / "heart-failure.md",
    PACK / "patients" / "clinic-letter-okonkwo.md",
)


@pytest.fixture(scope="module")
def assistant(models: Path) -> Iterator[Assistant]:
    with throwaway(policy="healthcare", domain="healthcare", engine="extractive") as made:
        made.ingest(FILES, labels=frozenset({"clinical"}))
        yield made


def silent(answer: Answer) -> bool:
    return answer.status is Status.ABSTAINED and not answer.citations


@pytest.mark.weights
class TestRightOrSilent:
    @pytest.mark.parametrize(
        ("question", "said"),
        [
            ("What is the maximum daily dose of paracetamol for an adult over 50 kg?", "4 g in 24 hours"),
            ("What is the maximum daily dose of Tylenol for an adult over 50 kg?", "4 g in 24 hours"),
            ("When is warfarin stopped before an operation?", "5 days"),
            ("What is the dose of ibuprofen for a child?", "10 mg/kg"),
        ],
    )
    def test_what_the_guidelines_say_is_said(self, assistant: Assistant, question: str, said: str) -> None:
        answer = assistant.ask(question)
        assert answer.status is Status.EXTRACTED and said in answer.answer

    @pytest.mark.parametrize(
        "question",
        [
            # Another drug's dose reads just like an answer.
            "What is the maximum daily dose of codeine?",
            "What is the starting dose of lisinopril?",
            # So does what is said of other valves.
            "What is the target INR for a bioprosthetic valve?",
        ],
    )
    def test_what_they_do_not_speak_of_is_not_answered(self, assistant: Assistant, question: str) -> None:
        assert silent(assistant.ask(question))

    def test_a_childs_dose_has_no_adults_maximum_beside_it(self, assistant: Assistant) -> None:
        answer = assistant.ask("What is the maximum daily dose of ibuprofen for a child?").answer
        assert "1,200 mg" not in answer and "2,400 mg" not in answer

    def test_an_illness_named_beside_the_question_counts(self, assistant: Assistant) -> None:
        asked = "Oliver Brandt (MRN 6620194) has acute otitis media. Which dose of amoxicillin per kg?"
        answer = assistant.ask(asked).answer
        assert "otitis media" in answer and "pneumonia" not in answer and "pharyngitis" not in answer

    def test_one_patients_data_is_not_given_as_anothers(self, assistant: Assistant) -> None:
        assert silent(assistant.ask("What is the date of birth of Ingrid Solheim?"))
        assert silent(assistant.ask("Which medicines does Ingrid Solheim take?"))

    def test_a_plant_with_a_saints_name_is_quoted_as_it_stands(self, assistant: Assistant) -> None:
        assert "St John's wort" in assistant.ask("Does rifampicin raise the INR?").answer

    def test_the_verdict_says_why_without_a_word_of_the_question(self, assistant: Assistant) -> None:
        answer = assistant.ask("What is the target INR for a bioprosthetic valve?")
        assert "stands nowhere in the documents" in answer.reason
        assert "bioprosthetic" not in json.dumps([v.reason for v in answer.verdicts])
