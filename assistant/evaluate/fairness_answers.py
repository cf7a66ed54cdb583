"""Counterfactual suites through the whole assistant: does a released answer change with the group that a question names?

Every question of a pack's suite is asked under the policy as it is ("after") and, for comparison, under the same policy
without the counterfactual part of the fairness check ("before"). A pair flips where the two answers differ in substance
(`assistant.fairness.counterfactual.substance`) and no sentence that either of them cites speaks of the group in question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.fairness.attributes import AttributeWords, compiled, question_mentions, source_groups
from assistant.fairness.counterfactual import AnswerContent, exchanged, substance
from assistant.fairness.metrics import Rate, rate
from assistant.fairness.suites import Case, Suite
from assistant.policy.model import Policy
from assistant.types import Answer, Status

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.packs.pack import Pack
    from assistant.vault.store import Vault

BEFORE: Final = "before"
AFTER: Final = "after"
_SHOWN: Final = (Status.ANSWERED, Status.EXTRACTED)
# The citation numbers that stand behind each released sentence.
_MARK: Final = re.compile(r"\s*(?:\[\d+\])+\s*")


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What came of one question in one mode; `named`: whether a cited sentence or its heading speaks of the asker's group."""

    id: str
    mode: str
    status: str
    answer: str
    named: bool
    ms: float
    model: str

    @property
    def said(self) -> AnswerContent:
        """What is compared of it."""
        return AnswerContent(self.status in _SHOWN, self.status == Status.BLOCKED, self.answer)


def unchecked(policy: Policy) -> Policy:
    """The same policy without the counterfactual part of the fairness check: what the figures are compared with."""
    rules = [
        rule.model_copy(update={"with_": {**rule.with_, "counterfactual": "off"}}) if rule.use == "fairness" else rule
        for rule in policy.checks
    ]
    for rule in rules:
        # The parameters were validated, and cached, with the rule they were copied from.
        rule.__dict__.pop("params", None)
    return policy.model_copy(update={"checks": tuple(rules)})


def ask_case(assistant: Assistant, words: AttributeWords, case: Case, mode: str) -> CaseOutcome:
    """Ask one question of a suite."""
    import time

    begun = time.perf_counter()
    answer: Answer = assistant.ask(case.question)
    ms = (time.perf_counter() - begun) * 1000
    groups = {(m.attribute, m.group) for m in question_mentions(words, case.question)}
    named = any(groups & source_groups(words, quote) for quote in _quotes(answer))
    return CaseOutcome(case.id, mode, str(answer.status), answer.answer, named, round(ms, 2), answer.model)


def _quotes(answer: Answer) -> Iterator[str]:
    """The cited sentences, each with the title and heading it stands under."""
    for citation in answer.citations:
        yield f"{citation.title}\n{citation.locator}\n{citation.quote}"


def run(
    assistants: Mapping[str, Assistant], suite: Suite, words: AttributeWords, *, done: Iterable[CaseOutcome] = ()
) -> Iterator[CaseOutcome]:
    """Ask all questions of a suite in all modes, but for those already done; the modes take turns, so that a busy machine
    slows both alike. Of the licensed ones, those that the sources turn out not to answer for the group are asked once."""
    known = {(item.id, item.mode): item for item in done}
    licensed = {case.id for case in suite.licensed}
    for case in (*suite.cases, *suite.licensed):
        for mode, assistant in assistants.items():
            if (case.id, mode) in known:
                continue
            first = known.get((case.id, BEFORE))
            if case.id in licensed and mode == AFTER and first is not None and not _due(first):
                continue
            found = known[case.id, mode] = ask_case(assistant, words, case, mode)
            yield found


def _due(item: CaseOutcome) -> bool:
    """Whether an answer rests on a sentence about the group."""
    return item.said.answered and item.named


def summarize(suite: Suite, words: AttributeWords, asked: Sequence[CaseOutcome]) -> dict[str, object]:
    """Flip rates by mode, in all and by attribute and kind; licensed differences kept; times; all with 95% intervals."""
    by = {(item.id, item.mode): item for item in asked}
    result: dict[str, object] = {"pack": suite.pack, "questions": len(suite.cases), "pairs": 0}
    for mode in (BEFORE, AFTER):
        now = {case: item for (case, of), item in by.items() if of == mode}
        pairs = [(a, b) for a, b in suite.pairs if a.id in now and b.id in now]
        result["pairs"] = len(pairs)
        result[mode] = _flips(words, pairs, now) | _reached([now[case.id] for case in suite.cases if case.id in now])
    result["licensed"] = _licensed(suite, words, by)
    return result | _time_ratios(suite, by)


def _flips(
    words: AttributeWords, pairs: Sequence[tuple[Case, Case]], now: Mapping[str, CaseOutcome]
) -> dict[str, object]:
    """How many pairs of one mode differ in substance, in all, by attribute and by kind of difference."""
    flips = [(a.attribute, _flip(words, a, b, now[a.id], now[b.id])) for a, b in pairs]
    return {
        "flips": _rates([bool(kinds) for _, kinds in flips]),
        "by_attribute": {
            name: _rates([bool(kinds) for attribute, kinds in flips if attribute == name])
            for name in sorted({attribute for attribute, _ in flips})
        },
        "by_kind": _count(kind for _, kinds in flips for kind in kinds),
    }


def _reached(items: Sequence[CaseOutcome]) -> dict[str, object]:
    """How many questions of one mode were answered, and in what time."""
    return {
        "answered": _rates([item.said.answered for item in items]),
        "ms_median": _median([item.ms for item in items]),
    }


def _time_ratios(suite: Suite, by: Mapping[tuple[str, str], CaseOutcome]) -> dict[str, float]:
    """Time with the check over time without, over the questions that were asked both ways."""
    cases = {case.id for case in (*suite.cases, *suite.licensed)}
    both = [(by[c, BEFORE].ms, by[c, AFTER].ms) for c in sorted(cases) if (c, BEFORE) in by and (c, AFTER) in by]
    if not both:
        return {}
    return {
        "time_ratio_median": round(_median([after / before for before, after in both]), 3),
        "time_ratio_of_medians": round(_median([b for _, b in both]) / _median([a for a, _ in both]), 3),
    }


def _flip(words: AttributeWords, a: Case, b: Case, one: CaseOutcome, other: CaseOutcome) -> tuple[str, ...]:
    if one.named or other.named:
        return ()
    ignore = [
        *exchanged(a.question, question_mentions(words, a.question)),
        *exchanged(b.question, question_mentions(words, b.question)),
    ]
    return substance(one.said, other.said, ignore)


def _licensed(suite: Suite, words: AttributeWords, by: Mapping[tuple[str, str], CaseOutcome]) -> dict[str, object]:
    """Of the questions that the assistant answers from a sentence about the group: how many keep that sentence.

    `same` is the narrower share whose whole answer is the same in substance: a sentence for another group, which the check
    takes from beside the answer, counts as a loss there.
    """
    due = [case for case in suite.licensed if (case.id, BEFORE) in by and _due(by[case.id, BEFORE])]
    pairs = [(case, by[case.id, BEFORE], by.get((case.id, AFTER))) for case in due]
    same = [
        after is not None
        and not substance(before.said, after.said, exchanged(case.question, question_mentions(words, case.question)))
        for case, before, after in pairs
    ]
    kept = [
        alike or (after is not None and _still_said(words, case, before, after))
        for alike, (case, before, after) in zip(same, pairs, strict=True)
    ]
    return {"asked": len(suite.licensed), "cases": len(due), "kept": _rates(kept), "same": _rates(same)}


def _still_said(words: AttributeWords, case: Case, before: CaseOutcome, after: CaseOutcome) -> bool:
    """Whether every sentence that speaks of the asker's group is still released, word for word, and there is one."""
    mine = (case.attribute, case.group)
    licensed = [part for part in _sentences(before.answer) if mine in source_groups(words, part)]
    return after.said.answered and bool(licensed) and set(licensed) <= set(_sentences(after.answer))


def _sentences(answer: str) -> list[str]:
    return [part for part in _MARK.split(answer) if part]


def _rates(values: Sequence[bool]) -> dict[str, object]:
    found: Rate = rate(values)
    return {"rate": round(found.value, 4), "ci95": [round(found.low, 4), round(found.high, 4)], "n": found.n}


def _count(kinds: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items()))


def _median(values: Sequence[float]) -> float:
    import statistics

    return statistics.median(values) if values else 0.0


def save(path: Path, item: CaseOutcome) -> None:
    """Append one result, so that a run that was cut off goes on where it stopped."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(item)) + "\n")


def saved(path: Path) -> list[CaseOutcome]:
    """The results of earlier runs; a last line that was cut off is left out."""
    found: list[CaseOutcome] = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(CaseOutcome(**json.loads(line)))
            except (ValueError, TypeError):
                continue
    return found


@contextmanager
def both_ways(
    vault: Vault, *, engine: str | None, model: str | None, policy: str | None = None
) -> Iterator[dict[str, Assistant]]:
    """Two assistants over one vault and one set of loaded parts: under the policy, and without the counterfactual part."""
    from assistant.facade import Assistant
    from assistant.packs.pack import load_pack
    from assistant.policy.model import load_policy
    from assistant.wiring import DEFAULT_DOMAIN, DEFAULT_ENGINE, Parts

    pack = load_pack(vault.get("domain") or DEFAULT_DOMAIN)
    rules = load_policy(policy or vault.get("policy") or pack.policy)
    after = Parts(vault, rules, pack, engine or DEFAULT_ENGINE, model)
    before = Parts(vault, unchecked(rules), pack, engine or DEFAULT_ENGINE, model)
    before.share(after)
    try:
        yield {
            BEFORE: Assistant(before, rules.local_principal()),
            AFTER: Assistant(after, rules.local_principal()),
        }
    finally:
        after.close()


def words_of(pack: Pack) -> AttributeWords:
    """The compiled lexicon of a pack."""
    return compiled(pack.lexicon)
