"""The answer checks on one text: a sentence of the model, a quote of the sources, a citation, or the whole answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from assistant.policy.actions import STOPPING, worst
from assistant.policy.checks import CHECKS
from assistant.policy.checks.grounding import Supported
from assistant.policy.checks.spec import Grain
from assistant.policy.citing import cite, merged, stands, supporting
from assistant.policy.model import Policy
from assistant.policy.query import AdmittedQuery, subject_of
from assistant.policy.ruling import Ruling, Runner
from assistant.policy.sections import CheckRule
from assistant.policy.veiling import labels_of
from assistant.protocols import Engine, Subject
from assistant.types import Action, Citation, Evidence, Near, Query, Stage, Verdict


@dataclass(frozen=True, slots=True)
class Checked:
    """A text after the answer checks: as it may be shown, what was said, the worst action, and which sources support it."""

    text: str
    verdicts: tuple[Verdict, ...]
    action: Action
    supported: Supported | None = None

    @property
    def stopped(self) -> bool:
        """Whether the text must not be shown."""
        return self.action in STOPPING

    @property
    def reason(self) -> str:
        """Why it was stopped; empty where it was not."""
        return next((v.reason for v in self.verdicts if v.action is self.action), "") if self.stopped else ""

    def backing(self, claimed: tuple[Evidence, ...], against: tuple[Evidence, ...]) -> tuple[Citation, ...]:
        """The quotes behind a sentence: where grounding found the support, else what the sentence claimed."""
        found = self.supported
        numbers = frozenset(found.by if found is not None else ()) or frozenset(item.n for item in claimed)
        score = found.score if found is not None else None
        backing = [item for item in against if item.n in numbers] or list(against[:1])
        return merged(citation for item in backing for citation in supporting(self.text, item, score))


_EMPTY: Final = Checked("", (), Action.PASS)


class AnswerChecks:
    """The answer checks of one policy."""

    __slots__ = ("_policy", "_runner")

    def __init__(self, policy: Policy, runner: Runner) -> None:
        self._policy = policy
        self._runner = runner

    def part(
        self, query: Query, text: str, evidence: tuple[Evidence, ...], *, quoted: bool, engine: Engine | None = None
    ) -> Checked:
        """One sentence. Words `quoted` from the sources need no check that compares words with sources."""
        rules = self._policy.rules(Stage.ANSWER, Grain.PART)
        if quoted:
            rules = [rule for rule in rules if not _supports(rule)]
        subject = self._subject(query, text, evidence, engine=engine)
        return self._run(query, subject, rules, quoted=quoted)

    def whole(self, query: Query, text: str, evidence: tuple[Evidence, ...], engine: Engine | None) -> Checked:
        """All released sentences together."""
        rules = self._policy.rules(Stage.ANSWER, Grain.WHOLE)
        subject = self._subject(query, text, evidence, whole=True, engine=engine)
        return self._run(query, subject, rules, quoted=False)

    def _subject(self, query: Query, text: str, evidence: tuple[Evidence, ...], **more: Any) -> Subject:
        """A text of the answer and what it rests on."""
        public = self._policy.ingest.impersonal_labels
        labels = labels_of(evidence)
        return subject_of(query, Stage.ANSWER, text, evidence=evidence, labels=labels, impersonal=public, **more)

    def vouched(self, query: Query, text: str, evidence: Evidence) -> tuple[Checked, tuple[Citation, ...]]:
        """A text that somebody vouches for, and where it stands in its source; no citation where it may not be given.

        What compares words with sources its author did; every other check still speaks. The source must be for the asker and say
        what is quoted.
        """
        behind = (evidence,)
        quotes = [cite(evidence, quote) for quote in evidence.quotes]
        seen = evidence.passage.sure and self._policy.may_see(query.principal, evidence.passage.labels)
        if not seen or not quotes or not all(stands(citation, behind) for citation in quotes):
            return _EMPTY, ()
        told = self.part(query, text, behind, quoted=True)
        if not told.stopped:
            rules = [rule for rule in self._policy.rules(Stage.ANSWER, Grain.WHOLE) if not _supports(rule)]
            subject = self._subject(query, told.text, behind, whole=True, engine=None)
            whole = self._run(query, subject, rules, quoted=False)
            told = replace(whole, verdicts=(*told.verdicts, *whole.verdicts), action=worst(told.action, whole.action))
        citations, stopper = self.shown(query, quotes, behind)
        if stopper is not None:
            told = replace(told, verdicts=(*told.verdicts, stopper), action=worst(told.action, stopper.action))
        return told, citations or ()

    def shown(
        self, query: Query, citations: Sequence[Citation], evidence: Sequence[Evidence]
    ) -> tuple[tuple[Citation, ...] | None, Verdict | None]:
        """The citations as they may be shown, their quote and the words of their place checked too; else None and who stopped one."""
        passed: list[Citation] = []
        for citation in citations:
            behind = tuple(item for item in evidence if item.n == citation.n)
            parts: list[str] = []
            place = (citation.title, citation.locator, citation.heading)
            for text in (citation.quote, *place):
                checked = self.part(query, text, behind, quoted=True) if text else _EMPTY
                if checked.stopped:
                    return None, checked.verdicts[-1]
                parts.append(checked.text)
            passed.append(replace(citation, quote=parts[0], title=parts[1], locator=parts[2], heading=parts[3]))
        return tuple(passed), None

    def near(self, query: Query, related: Sequence[Evidence], limit: int) -> tuple[tuple[Near, ...], Verdict | None]:
        """Up to `limit` near passages by their best quote; those that may not be shown are left out.

        The verdict is that of a check that blocked, which must block the answer too.
        """
        found: list[Near] = []
        for item in related:
            if len(found) >= limit:
                break
            if not item.quotes or not self._policy.may_see(query.principal, item.passage.labels):
                continue
            if not self._is_for(query, item):
                continue
            best = max(item.quotes, key=lambda quote: quote.score)
            shown, stopper = self.shown(query, [cite(item, best)], (item,))
            text = self.part(query, item.passage.text, (item,), quoted=True)
            said = [*([stopper] if stopper is not None else []), *text.verdicts]
            if blocked := next((verdict for verdict in said if verdict.action is Action.BLOCK), None):
                return (), blocked
            if shown and not text.stopped:
                found.append(Near(shown[0], text.text))
        return tuple(found), None

    def _is_for(self, query: Query, item: Evidence) -> bool:
        """Whether a passage may be near to the question: a person's record is not where nobody was named."""
        labels = item.passage.labels
        rules = [rule for rule in self._policy.rules(Stage.CONTEXT, Grain.PART) if rule.use == "persons"]
        subject = subject_of(query, Stage.CONTEXT, item.passage.text, passage=item.passage, labels=labels, near=True)
        return all(
            self._runner.run(rule, subject).verdict.action not in STOPPING
            for rule in rules
            if not rule.labels or rule.labels & labels
        )

    def _run(self, query: Query, subject: Subject, rules: Sequence[CheckRule], *, quoted: bool) -> Checked:
        verdicts: list[Verdict] = []
        supported: Supported | None = None
        action = Action.PASS
        for rule in rules:
            if rule.labels and not rule.labels & subject.labels:
                continue
            ruling = self._remembered(query, rule, subject) if quoted else self._runner.run(rule, subject)
            verdicts.append(ruling.verdict)
            if isinstance(ruling.handed, Supported):
                supported = ruling.handed
            action = worst(action, ruling.action)
            if ruling.text is not None:
                subject = replace(subject, text=ruling.text)
            if ruling.action in STOPPING:
                break
        return Checked(subject.text, tuple(verdicts), action, supported)

    def _remembered(self, query: Query, rule: CheckRule, subject: Subject) -> Ruling:
        # The same quote comes as a sentence and as a citation, the same title with each; one ruling does for all.
        if not isinstance(query, AdmittedQuery):
            return self._runner.run(rule, subject)
        key = (rule.id, subject.text, tuple(item.n for item in subject.evidence))
        if key not in query.memo:
            query.memo[key] = self._runner.run(rule, subject)
        return query.memo[key]


def _supports(rule: CheckRule) -> bool:
    spec = CHECKS.get(rule.use)
    return spec is not None and spec.support
