"""Documents on their way into the vault, and texts on their way into training."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.policy.actions import STOPPING
from assistant.policy.checks.spec import Grain
from assistant.policy.edits import Edits
from assistant.policy.model import Policy
from assistant.policy.ruling import Ruling, Runner
from assistant.policy.sections import CheckRule
from assistant.protocols import Subject
from assistant.types import Action, Document, Finding, Loss, LossKind, Principal, Section, Stage, Verdict

# Locators that readers number; a table has thousands of them and none can hold an identifier.
_PLACE: Final = re.compile(r"(?:page|row|line|sheet|slide|section|record|part|paragraph)s?\s\d{1,7}|\W*", re.I)


class Intake:
    """The ingest and training checks of one policy."""

    __slots__ = ("_policy", "_runner")

    def __init__(self, policy: Policy, runner: Runner) -> None:
        self._policy = policy
        self._runner = runner

    def ingest(
        self, document: Document, principal: Principal, scope: str
    ) -> tuple[Document | None, tuple[Verdict, ...]]:
        """The document as it may be stored, with labels, or None where a check dropped or blocked it; and the verdicts.

        Where a check redacts, title, headings, locators and metadata are redacted like the text, and the fields by which
        a reader knew identifiers are emptied. Under `store: as_is` a redaction is only flagged.
        """
        if not document.labels:
            document = replace(document, labels=self._policy.ingest.default_labels)
        verdicts: list[Verdict] = []
        for rule in self._policy.rules(Stage.INGEST, Grain.PART):
            if not self._policy.concerns(rule, document.labels):
                continue
            ruling = self._runner.run(rule, self._subject(document, document.text, principal, scope))
            if ruling.action is Action.REDACT and self._policy.ingest.store == "as_is":
                verdicts.append(
                    replace(ruling.verdict, action=Action.FLAG, reason=f"stored as is: {ruling.verdict.reason}")
                )
                continue
            verdicts.append(ruling.verdict)
            if ruling.action in STOPPING:
                return None, tuple(verdicts)
            rewritten, problem = self._rewritten(rule, ruling, document, principal, scope)
            if rewritten is None:
                verdicts[-1] = replace(
                    ruling.verdict, action=Action.BLOCK, reason=f"check failed: {rule.use} {problem}"
                )
                return None, tuple(verdicts)
            document = rewritten
        return document, tuple(verdicts)

    def original(self, document: Document) -> Document | None:
        """The unredacted document under the labels for originals, where the policy stores both."""
        ingest = self._policy.ingest
        if ingest.store != "both":
            return None
        return replace(document, labels=(document.labels or ingest.default_labels) | ingest.original_labels)

    def train(self, text: str, principal: Principal, scope: str) -> tuple[str | None, tuple[Verdict, ...]]:
        """The text after the training checks, or None where one dropped or blocked it."""
        verdicts: list[Verdict] = []
        for rule in self._policy.rules(Stage.TRAINING, Grain.PART):
            ruling = self._runner.run(rule, Subject(Stage.TRAINING, text, principal, scope=scope))
            verdicts.append(ruling.verdict)
            if ruling.action in STOPPING:
                return None, tuple(verdicts)
            text = ruling.text if ruling.text is not None else text
        return text, tuple(verdicts)

    @staticmethod
    def _subject(document: Document, text: str, principal: Principal, scope: str) -> Subject:
        return Subject(Stage.INGEST, text, principal, document=document, labels=document.labels, scope=scope)

    def _rewritten(
        self, rule: CheckRule, ruling: Ruling, document: Document, principal: Principal, scope: str
    ) -> tuple[Document | None, str]:
        """The document after one rule that let it pass or mended it; None and why where it cannot be kept whole."""
        if rule.on_fail is not Action.REDACT or self._policy.mode == "monitor":
            return document, ""
        text, sections = document.text, document.sections
        findings: Sequence[Finding] = ()
        if ruling.text is not None:
            findings = ruling.outcome.findings if ruling.outcome else ()
            edits = Edits.of(document.text, ruling.text, findings)
            if edits is None:
                return None, "does not say where it changed the text"
            text, sections = ruling.text, _moved(document.sections, edits)
        labels = [document.title, *(section.heading for section in sections), *(s.locator for s in sections)]
        labels += document.metadata.values()
        clean = self._small(rule, labels, document, principal, scope)
        if clean is None:
            return None, "could not judge a title, heading or metadata value"
        if ruling.text is None and all(clean[label] == label for label in clean):
            return document, ""
        moved = tuple(replace(s, heading=clean[s.heading], locator=clean[s.locator]) for s in sections)
        changed = _changes(rule, document, moved, findings)
        if any(clean[label] != label for label in clean):
            changed.append(Loss(LossKind.CHANGED, "title, headings or metadata", f"by {rule.id}"))
        return (
            replace(
                document,
                title=clean[document.title],
                text=text,
                sections=moved,
                metadata={key: clean[value] for key, value in document.metadata.items()},
                fields={},
                losses=(*document.losses, *changed),
            ),
            "",
        )

    def _small(
        self, rule: CheckRule, texts: list[str], document: Document, principal: Principal, scope: str
    ) -> Mapping[str, str] | None:
        """Each of the small texts after the rule; None where one was stopped."""
        clean: dict[str, str] = {"": ""}
        for text in dict.fromkeys(texts):
            if _PLACE.fullmatch(text):
                clean[text] = text
                continue
            ruling = self._runner.run(rule, self._subject(document, text, principal, scope))
            if ruling.action in STOPPING:
                return None
            clean[text] = text if ruling.text is None else ruling.text
        return clean


def _changes(rule: CheckRule, document: Document, moved: Sequence[Section], findings: Sequence[Finding]) -> list[Loss]:
    """What a check replaced in the text, by section and kind: counts and places, no text.

    `moved` are the sections as they are stored, whose locators hold nothing any more; of a table with many rows the sum is told.
    """
    starts = [section.start for section in document.sections]
    counts: dict[str, Counter[str]] = {}
    for finding in findings:
        at = bisect_right(starts, finding.start) - 1
        inside = at >= 0 and finding.start < document.sections[at].end
        counts.setdefault(moved[at].locator if inside else "", Counter())[finding.entity] += 1
    if len(counts) > _PLACES_TOLD:
        counts = {"": sum(counts.values(), Counter())}
    return [
        Loss(LossKind.CHANGED, place, f"{', '.join(f'{n} {kind}' for kind, n in sorted(of.items()))}, by {rule.id}")
        for place, of in counts.items()
    ]


_PLACES_TOLD: Final = 50


def _moved(sections: tuple[Section, ...], edits: Edits) -> tuple[Section, ...]:
    """The sections of the rewritten text; one never begins before the last has ended."""
    moved: list[Section] = []
    at = 0
    for section in sections:
        start = max(at, edits.forward(section.start))
        at = max(start, edits.forward(section.end, is_end=True))
        moved.append(replace(section, start=start, end=at))
    return tuple(moved)
