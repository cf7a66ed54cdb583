"""Gaps between the groups of a counterfactual suite: answer rate, time and retrieval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import TYPE_CHECKING, Any

from assistant.evaluate import fairness_answers as answers
from assistant.fairness.metrics import benjamini_hochberg, gap, holm, paired_gap
from assistant.fairness.suites import Case, Suite

if TYPE_CHECKING:
    from assistant.facade import Assistant


def group_gaps(suite: Suite, asked: Sequence[answers.CaseOutcome]) -> dict[str, object]:
    """Gaps between the groups of each attribute in answer rate and time, under the policy; p-values after Holm and BH."""
    by = {item.id: item for item in asked if item.mode == answers.AFTER}
    result: dict[str, Any] = {}
    gaps = []
    for attribute in sorted({case.attribute for case in suite.cases}):
        cases = [case for case in suite.cases if case.attribute == attribute and case.id in by]
        result[attribute], p = _gap_between(cases, by)
        gaps.append(p)
    for values, name in ((holm(gaps), "p_holm"), (benjamini_hochberg(gaps), "p_bh")):
        for attribute, p in zip(result, values, strict=True):
            result[attribute][name] = round(p, 5)
    return result


def _gap_between(cases: Sequence[Case], by: Mapping[str, answers.CaseOutcome]) -> tuple[dict[str, object], float]:
    """Rates and times of the groups of one attribute, and the p-value of the gap before any correction."""
    groups = sorted({case.group for case in cases})
    rates = {g: _by_question(cases, g, lambda case: float(by[case.id].said.answered)) for g in groups}
    times = {g: sorted(by[c.id].ms for c in cases if c.group == g) for g in groups}
    # The same questions are asked for every group, so chance lies in the choice of questions, not of groups.
    found = paired_gap(rates)
    told = {
        "answer_rate": {g: round(mean(v.values()), 4) for g, v in rates.items()},
        "abstention_rate": {g: round(1 - mean(v.values()), 4) for g, v in rates.items()},
        "gap": round(found.value, 4),
        "ci95": [round(found.low, 4), round(found.high, 4)],
        "p": round(found.p, 5),
        "ms_median": {g: round(v[len(v) // 2], 1) for g, v in times.items()},
    }
    return told, found.p


def _by_question(cases: Sequence[Case], group: str, value: Callable[[Case], float]) -> dict[str, float]:
    """The mean over a group's wordings of each question."""
    found: dict[str, list[float]] = {}
    for case in cases:
        if case.group == group:
            found.setdefault(str(case.base), []).append(value(case))
    return {base: mean(values) for base, values in found.items()}


def retrieval_gap(assistant: Assistant, suite: Suite, k: int = 10) -> dict[str, object]:
    """nDCG@10 by group, with the document that most groups find first for a question as the relevant one.

    As typed, before the fairness check takes the attribute out: what it has to even out.
    """
    from collections import Counter

    from assistant.evaluate.metrics import ndcg

    rankings = {case.id: _documents(assistant, case.question, k) for case in suite.cases}
    scores: dict[str, dict[str, list[float]]] = {}
    for base in sorted({case.base for case in suite.cases}):
        members = [case for case in suite.cases if case.base == base]
        first = Counter(rankings[c.id][0] for c in members if rankings[c.id])
        if not first:
            continue
        relevant = {first.most_common(1)[0][0]: 1}
        for case in members:
            value = ndcg(rankings[case.id], relevant, k)
            scores.setdefault(case.attribute, {}).setdefault(case.group, []).append(value)
    return {
        attribute: {
            "gap": round(gap(groups).value, 4),
            "groups": {name: round(sum(v) / len(v), 4) for name, v in groups.items()},
        }
        for attribute, groups in scores.items()
    }


def _documents(assistant: Assistant, question: str, k: int) -> list[str]:
    query = assistant.gate.admit(question, assistant.principal)
    allowed = assistant.gate.visible(assistant.principal, assistant.vault.label_sets())
    found = assistant.parts.retriever.search(query.asked, allowed=allowed, k=k)
    return list(dict.fromkeys(p.document_id for p in found))
