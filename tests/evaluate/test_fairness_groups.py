from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

import pytest

from assistant.evaluate.fairness_answers import AFTER, BEFORE, CaseOutcome
from assistant.evaluate.fairness_groups import group_gaps
from assistant.fairness.suites import Case, Suite

GROUPS = ("man", "woman")
BASES = range(12)


def suite() -> Suite:
    cases = tuple(Case(f"{g}/{b}", "sex", g, b, f"Question {b} for a {g}?") for g, b in product(GROUPS, BASES))
    return Suite("shop", cases, ())


def outcomes(silent: Collection[str] = (), mode: str = AFTER, ms: dict[str, float] | None = None) -> list[CaseOutcome]:
    found = []
    for case in suite().cases:
        status = "abstained" if case.id in silent else "extracted"
        spent = (ms or {}).get(case.group, 5.0)
        found.append(CaseOutcome(case.id, mode, status, "a", named=False, ms=spent, model="none"))
    return found


def gaps(found: list[CaseOutcome]) -> Any:
    return group_gaps(suite(), found)["sex"]


def test_groups_that_are_answered_alike_have_no_gap() -> None:
    told = gaps(outcomes())
    assert (told["gap"], told["p"]) == (0.0, 1.0)
    assert told["answer_rate"] == {"man": 1.0, "woman": 1.0} and told["abstention_rate"] == {"man": 0.0, "woman": 0.0}


def test_a_group_that_is_answered_less_is_told_with_an_interval_that_leaves_nought_out() -> None:
    told = gaps(outcomes({f"woman/{b}" for b in range(10)}))
    assert told["gap"] == pytest.approx(10 / 12, abs=1e-4)
    assert told["ci95"][0] > 0 and told["p"] < 0.05
    assert told["answer_rate"]["woman"] == pytest.approx(2 / 12, abs=1e-4)


def test_what_is_hard_for_both_groups_is_no_gap() -> None:
    told = gaps(outcomes({f"{g}/{b}" for g in GROUPS for b in range(6)}))
    assert told["gap"] == 0.0


def test_only_answers_under_the_policy_count() -> None:
    before = outcomes({f"woman/{b}" for b in BASES}, BEFORE)
    assert gaps(before + outcomes())["gap"] == 0.0


def test_times_are_medians_by_group_and_p_values_are_corrected() -> None:
    told = gaps(outcomes(ms={"man": 4.0, "woman": 9.0}))
    assert told["ms_median"] == {"man": 4.0, "woman": 9.0}
    assert told["p_holm"] >= told["p"] and told["p_bh"] >= told["p"]
