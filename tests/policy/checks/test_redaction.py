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
from assistant.protocols import Subject
from assistant.types import Passage, Principal, Stage


class Vault:
    def known_originals(self, candidates: set[str]) -> set[str]:
        return {c for c in candidates if normalize(c) == "blue heron project"}


@pytest.fixture(scope="module")
def tools(models: Path) -> Any:
    return SimpleNamespace(redactor=build_redactor(load_pack("healthcare")), vault=Vault())


def subject(text: str, stage: Stage = Stage.QUERY, **more: Any) -> Subject:
    return Subject(stage, text, Principal("u", frozenset({"clinician"})), scope="c1", **more)


def test_clean_text_passes(tools: Any) -> None:
    outcome = check(Params(), subject("How is community-acquired pneumonia treated?"), tools)
    assert outcome.ok and outcome.text is None and not outcome.findings


def test_identifiers_are_replaced(tools: Any) -> None:
    outcome = check(Params(operator="replace"), subject("Is Mrs. Amara Okonkwo, MRN: 6103355, due?"), tools)
    assert not outcome.ok and outcome.text == "Is <PERSON>, MRN: <MRN>, due?"
    assert "Okonkwo" not in outcome.reason and len(outcome.findings) == 2


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
