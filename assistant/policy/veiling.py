"""Passages on their way to the model: dropped, rewritten or let through one by one, then judged together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.policy.actions import STOPPING
from assistant.policy.checks.spec import Grain
from assistant.policy.edits import Edits, VeiledPassage
from assistant.policy.model import Policy
from assistant.policy.query import subject_of
from assistant.policy.ruling import Ruling, Runner
from assistant.policy.sections import CheckRule
from assistant.policy.sentence import Judged
from assistant.reading.judgement import UNREAD, Decided, Found, Judgement, Nothing
from assistant.types import Action, Evidence, Passage, Query, Stage, Verdict


class Veil:
    """The context checks of one policy."""

    __slots__ = ("_policy", "_runner")

    def __init__(self, policy: Policy, runner: Runner) -> None:
        self._policy = policy
        self._runner = runner

    def veil(self, query: Query, passages: Sequence[Passage]) -> tuple[list[Passage], tuple[Verdict, ...]]:
        """The passages that may be used, rewritten where a check mended them, and what the checks said.

        A passage whose labels the principal may not see is dropped here even if the search let it through. A check that
        blocks, or fails, leaves none.
        """
        kept: list[Passage] = []
        verdicts: list[Verdict] = []
        rules = self._policy.rules(Stage.CONTEXT, Grain.PART)
        for passage in passages:
            if not self._policy.may_see(query.principal, passage.labels):
                verdicts.append(Verdict("gate", Stage.CONTEXT, Action.DROP, "a passage is not for this role", 0.0))
                continue
            shown, said, action = self._one(query, passage, rules)
            verdicts += said
            if action in (Action.BLOCK, Action.ABSTAIN):
                return [], compressed(verdicts)
            if shown is not None:
                kept.append(shown)
        return kept, compressed(verdicts)

    def _one(
        self, query: Query, passage: Passage, rules: Sequence[CheckRule]
    ) -> tuple[Passage | None, list[Verdict], Action]:
        said: list[Verdict] = []
        for rule in rules:
            if rule.labels and not rule.labels & passage.labels:
                continue
            subject = subject_of(query, Stage.CONTEXT, passage.text, passage=passage, labels=passage.labels)
            ruling = self._runner.run(rule, subject)
            said.append(ruling.verdict)
            if ruling.action in STOPPING:
                return None, said, ruling.action
            if ruling.text is not None:
                rewritten = _rewritten(passage, ruling)
                if rewritten is None:
                    reason = f"check failed: {rule.use} does not say where it changed the text"
                    said[-1] = replace(ruling.verdict, action=Action.BLOCK, reason=reason)
                    return None, said, Action.BLOCK
                passage = rewritten
        if not passage.text.strip():
            # Nothing is left of it: a check took everything out.
            return None, said, Action.DROP
        return passage, said, Action.PASS

    def judge(self, query: Query, evidence: Sequence[Evidence], rarity: Mapping[str, float]) -> Judged:
        """The context checks that look at all evidence together, before a model runs: may this be answerable at all?

        `rarity`: how much each content stem of the question tells, see `Subject.rarity`. What a reader could not vouch for is
        not judged: it answers nothing, whatever it seems to say.
        """
        verdicts: list[Verdict] = []
        found, evidence = evidence, [item for item in evidence if item.passage.sure]
        if found and not evidence:
            return Judged(False, Action.ABSTAIN, UNSURELY_READ, ())
        judgement: Judgement = UNREAD
        labels = labels_of(evidence)
        text = "\n".join(item.text for item in evidence)
        subject = subject_of(
            query, Stage.CONTEXT, text, evidence=tuple(evidence), labels=labels, whole=True, rarity=rarity
        )
        for rule in self._policy.rules(Stage.CONTEXT, Grain.WHOLE):
            if rule.labels and not rule.labels & labels:
                continue
            ruling = self._runner.run(rule, subject)
            verdicts.append(ruling.verdict)
            if isinstance(ruling.handed, Found | Decided | Nothing):
                judgement = ruling.handed
            if ruling.action in STOPPING:
                action = Action.BLOCK if ruling.action is Action.BLOCK else Action.ABSTAIN
                return Judged(False, action, ruling.verdict.reason, tuple(verdicts), judgement)
        return Judged(True, Action.PASS, "", tuple(verdicts), judgement)


UNSURELY_READ: Final = "what was found may have been read wrongly from its page: look at the page itself"


def labels_of(evidence: Iterable[Evidence]) -> frozenset[str]:
    """The labels of all passages behind the evidence."""
    return frozenset().union(*(item.passage.labels for item in evidence))


def compressed(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Verdicts on many passages, one for each check, action and reason; times added up, the number told."""
    groups: dict[tuple[str, Action, str], list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.check, verdict.action, verdict.reason), []).append(verdict)
    return tuple(
        replace(
            members[0],
            ms=sum(v.ms for v in members),
            reason=members[0].reason if len(members) == 1 else f"{members[0].reason} ({len(members)} passages)",
        )
        for members in groups.values()
    )


def _rewritten(passage: Passage, ruling: Ruling) -> VeiledPassage | None:
    """The passage with its changed text, or None where the findings do not lead from one to the other."""
    if ruling.text is None or ruling.outcome is None:
        return None
    edits = Edits.of(passage.text, ruling.text, ruling.outcome.findings)
    if edits is None:
        return None
    return VeiledPassage(
        id=passage.id,
        document_id=passage.document_id,
        title=passage.title,
        text=ruling.text,
        start=passage.start,
        end=passage.end,
        heading=passage.heading,
        locator=passage.locator,
        labels=passage.labels,
        score=passage.score,
        sure=passage.sure,
        edits=edits,
        before=passage,
    )
