from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PolicyError
from assistant.policy.cases import load_cases, run_cases
from assistant.policy.checks import CHECKS
from assistant.policy.model import load_policy
from tests.policy.support import Parts, finds, policy_file, spec


def test_cases_say_what_a_policy_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "word", spec(finds("bad")))
    policy = load_policy(policy_file(tmp_path, "checks:\n  - {id: a, stage: query, use: word, on_fail: block}\n"))
    (tmp_path / "cases.yaml").write_text(
        "cases:\n"
        "  - {name: one, question: 'a bad word?', expect: blocked, check: a}\n"
        "  - {name: two, question: 'a good word?', expect: admitted}\n"
        "  - {name: three, sees: [clinical], roles: [reader], expect: 'yes'}\n"
        "  - {name: four, sees: [secret], roles: [reader], expect: 'no'}\n"
        "  - {name: five, passage: 'text', expect: kept}\n"
        "  - {name: six, document: 'text', expect: dropped}\n"
    )
    results = run_cases(policy, load_cases(tmp_path / "cases.yaml"), Parts())
    assert [r.ok for r in results] == [True, True, True, True, True, False]
    assert results[-1].got == "kept"


def test_a_case_without_a_subject_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text("cases:\n  - {name: one, expect: blocked}\n")
    with pytest.raises(PolicyError, match="exactly one"):
        load_cases(tmp_path / "cases.yaml")
