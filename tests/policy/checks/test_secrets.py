"""Secrets are taken out of what a model learns, by each shipped policy, and the rest of the text stays."""

from __future__ import annotations

import pytest

from assistant.config import shipped
from assistant.policy.checks import CHECKS, secrets
from assistant.policy.model import load_policy
from assistant.protocols import Subject
from assistant.types import Action, Stage
from tests.policy.support import READER, Parts

TEXT = "Meals are served at noon. The door code of the pharmacy is 4711. The lift is under repair."


def test_the_sentence_is_taken_out_and_counted() -> None:
    found = secrets.check(secrets.Params(), Subject(Stage.TRAINING, TEXT, READER), Parts())
    assert not found.ok
    assert found.text is not None
    assert "4711" not in found.text
    assert "Meals are served at noon." in found.text and "The lift is under repair." in found.text
    assert len(found.findings) == 1 and not found.findings[0].replacement
    assert "4711" not in found.reason


def test_a_text_without_one_passes_unchanged() -> None:
    found = secrets.check(secrets.Params(), Subject(Stage.TRAINING, "Lot A12B345C78 was recalled.", READER), Parts())
    assert found.ok and found.text is None


@pytest.mark.parametrize("name", ["base", "customer-service", "healthcare"])
def test_every_shipped_policy_looks_before_it_redacts(name: str) -> None:
    """A pseudonym in the place of a code would hide that there was one."""
    rules = [
        rule for rule in load_policy(str(shipped("policies") / f"{name}.yaml")).checks if rule.stage is Stage.TRAINING
    ]
    assert [rule.use for rule in rules][:2] == ["secrets", "redaction"]
    assert rules[0].on_fail is Action.REDACT


def test_it_stands_at_the_training_stage_alone() -> None:
    assert set(CHECKS["secrets"].grains) == {Stage.TRAINING}
