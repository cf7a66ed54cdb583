"""When a model's sentence may stand for the list that it was made of, with an engine that writes what it is told to write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.batch.phrase import Writer, faithful
from assistant.batch.settings import Settings
from assistant.charts.narrative import Sentence
from assistant.errors import BlockedError, EngineError
from assistant.packs.pack import load_pack
from assistant.policy.model import load_policy
from assistant.privacy.redact import build_redactor
from assistant.protocols import Prompt, Sampling
from assistant.records.model import Chart, Medication, Person, Term
from assistant.types import Principal

LISTED = "The patient takes: Bisoprolol 5 mg tablet, once a day; Digoxin 125 mcg tablet"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("The patient takes bisoprolol 5 mg tablet, once a day, and digoxin 125 mcg tablet.", True),
        ("The patient is currently taking bisoprolol 5 mg tablet, once a day, and also digoxin 125 mcg tablet.", True),
        ("The patient takes bisoprolol 125 mg tablet, once a day, and digoxin 5 mcg tablet.", False),
        ("The patient takes digoxin 125 mcg tablet and bisoprolol 5 mg tablet, once a day.", False),
        ("The patient takes bisoprolol 5 mg tablet, once a day.", False),
        ("The patient takes no bisoprolol 5 mg tablet, once a day, and digoxin 125 mcg tablet.", False),
        ("The patient takes bisoprolol 5 mg tablet, once a day, and digoxin 125 mcg tablet for his heart.", False),
        ("", False),
    ],
)
def test_a_sentence_is_faithful_where_it_says_all_of_the_list_and_nothing_else(text: str, holds: bool) -> None:
    assert faithful(text, LISTED) is holds


class Told:
    """An engine that writes one sentence, or fails."""

    name, model, writes = "told", "told", True

    def __init__(self, said: str | None) -> None:
        self.said, self.prompts = said, list[Prompt]()

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        self.prompts.append(prompt)
        if self.said is None:
            raise EngineError("it does not write")
        yield self.said

    def close(self) -> None: ...


def writer(monkeypatch: pytest.MonkeyPatch, engine: Told, *, roles: tuple[str, ...] = ("clinician",)) -> Writer:
    policy, pack = load_policy("healthcare"), load_pack("healthcare")
    monkeypatch.setattr("assistant.engines.registry.build_engine", lambda *_: engine)
    settings = Settings("healthcare", policy.sha256, "healthcare", roles, "model", "2026-11-24")
    loaded = SimpleNamespace(
        settings=settings,
        policy=policy,
        pack=pack,
        principal=Principal("ann", frozenset(roles)),
        redactor=build_redactor(pack),
    )
    return Writer(loaded)  # type: ignore[arg-type]


CHART = Chart(
    "p1", Person(), medications=(Medication("m1", Term("Digoxin 125 mcg tablet"), "active", "", "", "", "ordered"),)
)
MEDICINES = Sentence("Active medicines: Digoxin 125 mcg tablet (since 2020).", ("m1",), "medications")


@pytest.mark.weights
@pytest.mark.parametrize("said", [None, "", "The patient takes digoxin 250 mcg tablet.\n", "Something else."])
def test_the_fixed_sentence_stands_wherever_the_models_does_not_hold(
    models: Path, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    found = writer(monkeypatch, Told(said)).phrase(CHART, [MEDICINES])
    assert found.sentences == (MEDICINES,) and (found.tried, found.kept) == (1, 0)


@pytest.mark.weights
def test_the_model_is_not_asked_about_what_must_not_be_smoothed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Told("x")
    kept = (
        Sentence("Active problems: Gout (provisional).", ("c1",), "problems"),
        Sentence("Allergies: <SUBSTANCE>.", ("a1",), "allergies"),
        Sentence("Last contacts: visit.", ("e1",), "encounters"),
        Sentence("No active problems are recorded.", (), "problems"),
    )
    assert writer(monkeypatch, engine).phrase(CHART, kept).sentences == kept
    assert engine.prompts == []


@pytest.mark.weights
def test_dates_and_reactions_stay_out_of_what_the_model_sees(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Told("")
    writer(monkeypatch, engine).phrase(CHART, [MEDICINES])
    (prompt,) = engine.prompts
    assert prompt.user == "The patient takes: Digoxin 125 mcg tablet"


@pytest.mark.weights
def test_whom_the_policy_lets_ask_nothing_gets_no_writer(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BlockedError, match="does not let this user"):
        writer(monkeypatch, Told("x"), roles=())
