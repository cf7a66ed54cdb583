from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.packs.pack import load_pack
from assistant.policy.checks.redaction import Params, check
from assistant.privacy.pseudonyms import normalize
from assistant.privacy.redact import build_redactor
from assistant.privacy.spans import TAGGED_SCORE
from assistant.protocols import Subject
from assistant.types import Evidence, Passage, Principal, Span, Stage


class Vault:
    def known_originals(self, candidates: set[str]) -> set[str]:
        return {c for c in candidates if normalize(c) in ("blue heron project", "555-0100")}

    def is_written(self, phrase: str, labels: frozenset[str]) -> bool:
        return phrase in ("winstanley", "Kestrelby") and labels == frozenset({"public"})


@pytest.fixture(scope="module")
def tools(models: Path) -> Any:
    pack = load_pack("healthcare")
    return SimpleNamespace(redactor=build_redactor(pack), vault=Vault(), pack=pack)


def subject(text: str, stage: Stage = Stage.QUERY, **more: Any) -> Subject:
    return Subject(stage, text, Principal("u", frozenset({"clinician"})), scope="c1", **more)


def test_clean_text_passes(tools: Any) -> None:
    outcome = check(Params(), subject("How is community-acquired pneumonia treated?"), tools)
    assert outcome.ok and outcome.text is None and not outcome.findings


def test_identifiers_are_replaced(tools: Any) -> None:
    outcome = check(Params(operator="replace"), subject("Is Mrs. Amara Okonkwo, MRN: 6103355, due?"), tools)
    assert not outcome.ok and outcome.text == "Is <PERSON>, MRN: <MRN>, due?"
    assert "Okonkwo" not in outcome.reason and len(outcome.findings) == 2


@pytest.mark.parametrize("stage", [Stage.QUERY, Stage.CONTEXT])
def test_a_stand_in_that_the_conversation_gave_out_is_let_stand_and_another_name_is_not(
    tools: Any, stage: Stage
) -> None:
    given = check(Params(), subject("Is Mrs. Amara Okonkwo due?"), tools)
    again = check(Params(), subject(given.text or "", stage), tools)
    assert again.ok and again.text is None, "nothing to mend, so nothing is stopped"
    assert not check(Params(), subject("Is Mrs. Ingrid Solheim due?", stage), tools).ok


def test_entities_and_score_narrow_the_search(tools: Any) -> None:
    text = "Amara Okonkwo, MRN: 6103355"
    only = check(Params(entities=frozenset({"MRN"}), operator="replace"), subject(text), tools)
    assert only.text == "Amara Okonkwo, MRN: <MRN>"
    assert check(Params(min_score=1.0, entities=frozenset({"PERSON"})), subject(text), tools).ok


def test_labels_leave_public_text_verbatim(tools: Any) -> None:
    params = Params(labels=frozenset({"clinical"}))
    passage = Passage(1, "d", "t", "x", 0, 1, labels=frozenset({"public"}))
    text = "Written by Dr. Amara Okonkwo."
    assert check(params, subject(text, Stage.CONTEXT, passage=passage), tools).ok
    assert not check(params, subject(text, Stage.CONTEXT, labels=frozenset({"clinical"})), tools).ok
    assert not check(params, subject(text, Stage.QUERY), tools).ok


def test_originals_of_the_vault_never_leave(tools: Any) -> None:
    text = "It is about the Blue Heron project."
    params = Params(labels=frozenset({"clinical"}), operator="mask")
    outcome = check(params, subject(text, Stage.ANSWER), tools)
    assert not outcome.ok and outcome.text is not None and "Heron" not in outcome.text
    assert check(params, subject(text, Stage.CONTEXT), tools).ok


def test_own_stand_ins_may_stand_in_answers(tools: Any) -> None:
    question = check(Params(), subject("Is Amara Okonkwo due?"), tools)
    assert question.text is not None
    answer = check(Params(operator="mask"), subject(question.text, Stage.ANSWER), tools)
    assert answer.ok


def test_unknown_entities_and_keys_are_refused(tools: Any) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({"entitys": ["PERSON"]})
    with pytest.raises(ValidationError):
        Params.model_validate({"entities": "everything"})
    with pytest.raises(Exception, match="PRESON"):
        check(Params(entities=frozenset({"PRESON"})), subject("Amara Okonkwo"), tools)


def source(text: str, *labels: str) -> Evidence:
    return Evidence(1, Passage(1, "d", "Leaflet", text, 0, len(text), labels=frozenset(labels)), ())


PUBLIC = frozenset({"public"})


def test_what_stands_in_an_impersonal_source_stays(tools: Any) -> None:
    params = Params(operator="mask")  # for every label
    leaflet = source("Main  reception: 555-0100, ask for Amara Okonkwo.", "public")
    shown = subject(
        "Main reception: 555-0100, ask for Amara Okonkwo.", Stage.ANSWER, evidence=(leaflet,), impersonal=PUBLIC
    )
    assert check(params, shown, tools).ok
    listed = source("Main reception: 555-0100", "public", "user:ann")
    assert check(params, subject("Call 555-0100.", Stage.ANSWER, evidence=(listed,), impersonal=PUBLIC), tools).ok


def test_what_a_record_says_or_no_source_does_not(tools: Any) -> None:
    params = Params(operator="mask")
    leaflet, note = source("Main reception: 555-0100.", "public"), source("Her phone is 555-0100.", "clinical")
    for evidence, impersonal in (
        ((note,), PUBLIC),
        ((leaflet, note), PUBLIC),
        ((leaflet,), frozenset[str]()),
        ((), PUBLIC),
    ):
        outcome = check(
            params, subject("Call 555-0100.", Stage.ANSWER, evidence=evidence, impersonal=impersonal), tools
        )
        assert not outcome.ok and outcome.text == "Call ********."
    other = subject("Call 1555-01004 or Blue Heron project.", Stage.ANSWER, evidence=(leaflet,), impersonal=PUBLIC)
    assert not check(params, other, tools).ok


def test_words_of_the_impersonal_documents_are_no_names_in_a_question(tools: Any) -> None:
    class Sure:
        """The rules' and the tagger's findings, as a redactor gives them."""

        def is_surrogate(self, text: str, scope: str) -> bool:
            return False

        def find(self, text: str, wanted: object) -> list[Span]:
            at = text.index("winstanley")
            return [Span("PERSON", at, at + 10, self.score)]

        def apply(self, text: str, spans: list[Span], *_: object, **__: object) -> tuple[str, list[object]]:
            return text, list(spans)

        score = TAGGED_SCORE

    own = SimpleNamespace(redactor=Sure(), vault=tools.vault, pack=tools.pack)
    text = "where does the winstanley clamp go"
    assert check(Params(), subject(text, impersonal=PUBLIC), own).ok
    assert not check(Params(), subject(text), own).ok
    own.redactor.score = 0.8  # a rule found it
    assert not check(Params(), subject(text, impersonal=PUBLIC), own).ok
