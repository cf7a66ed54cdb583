from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PolicyError
from assistant.policy.checks import CHECKS
from assistant.policy.explain import explain, lint
from assistant.policy.model import load_policy
from tests.policy.support import fine, policy_file, spec


def test_the_shipped_policies_read_well_and_raise_no_objection() -> None:
    for name in ("base", "healthcare", "customer-service"):
        told = explain(load_policy(name))
        assert all(sentence.rstrip("]").rstrip()[-1:] and sentence[0].isupper() for sentence in told)
        assert any("identifiers of people" in sentence for sentence in told)
        assert all(sentence.endswith((".", "]")) for sentence in told)
        assert lint(name) == [], "use the check in every policy of policies/, or say optional=True in its CheckSpec"


def test_a_check_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "word", spec(fine))
    made = policy_file(tmp_path, "checks:\n  - {id: one, stage: query, use: word, on_fail: block}\n")
    assert "When a question is asked, a word is looked for; if it is there, the answer is refused. [one]" in explain(
        load_policy(made)
    )


def test_only_an_optional_check_may_be_left_out_without_objection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "luxury", spec(fine, optional=True))
    assert lint("healthcare") == []
    monkeypatch.setitem(CHECKS, "word", spec(fine))
    assert [remark.message for remark in lint("healthcare")] == ["checks that are not used: word"]


def test_psychotherapy_notes_are_explained() -> None:
    told = explain(load_policy("healthcare"))
    assert "Nobody may ever read documents labelled psychotherapy, except psychiatry." in told


def test_a_thin_policy_raises_objections(tmp_path: Path) -> None:
    remarks = lint(policy_file(tmp_path, "mode: monitor\nchecks: []\n"))
    assert {remark.level for remark in remarks} == {"warning"}
    said = " ".join(remark.message for remark in remarks)
    for word in ("monitor", "redaction", "grounding", "label that nobody may read"):
        assert word in said
    assert any("nothing is held back" in sentence for sentence in explain(load_policy(tmp_path / "test.yaml")))


def test_lint_lists_every_mistake_with_its_line(tmp_path: Path) -> None:
    remarks = lint(policy_file(tmp_path, "checks: []\nmod: enforce\nanswr: {}\n"))
    assert [remark.level for remark in remarks] == ["error", "error"]
    assert [remark.line for remark in remarks] == sorted(remark.line or 0 for remark in remarks)
    with pytest.raises(PolicyError):
        lint(tmp_path / "none.yaml")
