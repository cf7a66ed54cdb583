"""Yes or no by a study's results, with the real embedder and the shipped weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.protocols import Embedder
from assistant.reading.studies import Decider, asks_yes_no, is_study
from assistant.retrieval.embed import MiniLM
from assistant.types import Passage

AIM = "We asked whether early walking after hip surgery shortens the stay in hospital."
HELPED = (
    "Two hundred patients were enrolled. Patients who walked early had a significantly shorter stay in hospital than those who "
    "did not (4.1 vs 6.3 days, p < 0.001). Early walking was associated with fewer complications (p = 0.01)."
)
DID_NOT = (
    "Two hundred patients were enrolled. There was no significant difference in the length of stay in hospital between patients "
    "who walked early and those who did not (6.1 vs 6.3 days, p = 0.62). Early walking did not reduce complications."
)
QUESTION = "Does early walking after hip surgery shorten the stay in hospital?"


def passage(number: int, heading: str, text: str, document: str = "") -> Passage:
    return Passage(number, document or f"d{number}", heading, text, 0, len(text), heading, "", frozenset({"public"}))


@pytest.fixture(scope="module")
def embedder(models: Path) -> Embedder:
    return MiniLM(models / "all-MiniLM-L6-v2")


@pytest.mark.parametrize(("found", "word"), [(HELPED, "Yes"), (DID_NOT, "No")])
def test_the_results_decide(embedder: Embedder, found: str, word: str) -> None:
    passages = [passage(1, "BACKGROUND", AIM), passage(2, "RESULTS", found)]
    decision = Decider.load().decide(QUESTION, passages, embedder)
    assert decision is not None
    assert (decision.word, decision.index) == (word, 1)
    assert 0.6 < decision.sure <= 1
    assert "stay in hospital" in passages[1].text[decision.start : decision.end]


def test_nothing_decides_without_results(embedder: Embedder) -> None:
    assert Decider.load().decide(QUESTION, [], embedder) is None


@pytest.mark.parametrize(
    ("question", "yes_no"),
    [
        (QUESTION, True),
        ("Hip surgery: is early walking safe?", True),
        ("How soon may one walk?", False),
        ("After hip surgery, when may one walk?", False),
        ("Early walking after hip surgery", False),
    ],
)
def test_which_questions_are_yes_or_no(question: str, yes_no: bool) -> None:
    assert asks_yes_no(question) is yes_no


def test_a_study_has_a_section_of_results() -> None:
    assert is_study([passage(1, "METHODS", AIM), passage(2, "PRINCIPAL FINDINGS", HELPED)])
    assert is_study([passage(1, "AIMS", AIM), passage(2, "Study design", AIM), passage(3, "RESULTS", HELPED)])
    assert not is_study([passage(1, "Hip surgery", AIM)])
    assert not is_study([passage(1, "What are the results of hip surgery in the elderly?", AIM)])


def test_changed_or_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Decider.load(tmp_path / "none.npz")
    (tmp_path / "other.npz").write_bytes(b"not the weights")
    with pytest.raises(IntegrityError):
        Decider.load(tmp_path / "other.npz")


@pytest.mark.parametrize(
    "headings",
    [
        ("Laboratory letter", "Results", "Comment"),
        ("Results",),
        ("Questions", "Findings"),
        ("How to appeal", "Outcome", "Patients' council"),
    ],
)
def test_results_without_aim_and_methods_make_no_study(headings: tuple[str, ...]) -> None:
    letter = [replace(passage(n, name, HELPED, "a"), title="A letter") for n, name in enumerate(headings, 1)]
    assert not is_study(letter)
