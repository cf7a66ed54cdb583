"""One admitted question's way: search, veil, read, write, release. Nothing here decides what may be said; the gate does."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assistant.asking.events import Event, Released, Withdrawn
from assistant.asking.missing import because
from assistant.asking.nearest import marked
from assistant.asking.writing import Writing
from assistant.language.words import content_stems
from assistant.policy.joining import UNANSWERED
from assistant.policy.parity import Parity, Unnamed
from assistant.policy.query import AdmittedQuery
from assistant.policy.sentence import Course
from assistant.reading.judgement import UNREAD, Decided, Found, Judgement, Nothing
from assistant.reading.quoting import answer_quotes, closest_quotes
from assistant.types import Action, Answer, Citation, Evidence, Level, Passage, Query, Status

if TYPE_CHECKING:
    from assistant.asking.clock import Clock
    from assistant.asking.parts import Parts
    from assistant.policy.gate import Gate

# Passages taken from the fusion; compaction keeps the sentences of the best few.
SEARCH_K: Final = 8
_MARK: Final = re.compile(r"\s*\[\d{1,3}\]")
_NUMBER: Final = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one question. `given` passages are used instead of a search; they pass the same checks. `as_typed`: no word of it
    is taken for a misspelt one."""

    parts: Parts
    query: Query
    clock: Clock
    given: Sequence[Passage] | None = None
    as_typed: bool = False

    def walk(self) -> Generator[Event, None, Answer]:
        """From the search to the sealed answer."""
        return (yield from self._from(self.parts.gate))

    def walk_all(self, halves: Sequence[Query]) -> Generator[Event, None, Answer]:
        """The answer to a double question from those to its halves; nothing of them is shown before all are there."""
        held = self.parts.gate.holding()
        answers = [_last(replace(self, query=half)._from(held)) for half in halves]
        answer = self.parts.gate.join(self.query, answers, held)
        if answer.level is Level.NONE and answer.status is not Status.BLOCKED:
            self.clock.first_sentence()
            for said, citations in _by_source(answer):
                yield Released(said, citations)
        return answer

    def _from(self, gate: Gate) -> Generator[Event, None, Answer]:
        with self.clock.stage("search"):
            query = self._spelt()
        with self.clock.stage("fair"):
            parity = gate.parity(query)
        if isinstance(parity, Parity) and parity.compares:
            return self._compared(parity, gate)
        return (yield from self._walk(parity, gate))

    def _spelt(self) -> Query:
        """The query with what its misspelt words were meant to be."""
        query = self.query
        if self.as_typed or self.given is not None or not isinstance(query, AdmittedQuery):
            return query
        from assistant.reading.judging import reader

        allowed = self.parts.gate.visible(query.principal, self.parts.vault.label_sets())
        spelling = self.parts.retriever.spelling(
            query.asked, allowed=allowed, kept=query.identifiers, common=reader().common
        )
        return replace(query, spelling=spelling) if spelling else query

    def found(self, query: Query) -> list[Passage]:
        """What the search finds for the asker, or those of the given passages that the asker may see."""
        gate = self.parts.gate
        with self.clock.stage("search"):
            if self.given is not None:
                return [p for p in self.given if gate.visible(query.principal, [p.labels])]
            allowed = gate.visible(query.principal, self.parts.vault.label_sets())
            before = query.before if isinstance(query, AdmittedQuery) else ""
            return list(self.parts.retriever.search(query.asked, allowed=allowed, k=SEARCH_K, before=before))

    def _compared(self, parity: Parity, gate: Gate) -> Answer:
        """The answer to the question as typed beside the one without its attributes; the rule says what a difference does.

        One after the other: slots that decode side by side share batches, and then the same prompt may end differently.
        """
        query = parity.query
        asked_gate, neutral_gate = gate.holding(), gate.holding()
        asked = _last(self._walk(Unnamed(query), asked_gate))
        neutral = _last(self._walk(parity, neutral_gate))
        verdict = parity.compared(asked, neutral)
        if verdict.action is Action.ABSTAIN:
            return gate.abstain(query, verdict.reason, (), Course((verdict,), timings=self.clock.total()))
        if parity.monitor or verdict.action is Action.FLAG:
            return gate.settle(query, asked, asked_gate, [verdict])
        return gate.settle(query, neutral, neutral_gate, [verdict])

    def _walk(self, parity: Parity | Unnamed, gate: Gate) -> Generator[Event, None, Answer]:
        """Begun again without the attributes that no source speaks of."""
        while True:
            query = parity.reading
            found = self.found(query)
            if parity.after_search(found):
                continue
            with self.clock.stage("veil"):
                passages, verdicts = gate.veil(query, found)
            with self.clock.stage("compact"):
                evidence = parity.fitting(self.compact(query, passages))
            with self.clock.stage("judge"):
                # What a reader could not vouch for may stand near an abstention and is never answered from.
                vouched = [item for item in evidence if item.passage.sure]
                judged = gate.judge(query, parity.to_read(vouched), self.rarity(query))
            if parity.after_judging(vouched, judged.proceed, judged.judgement):
                continue
            verdicts = (*verdicts, *judged.verdicts)
            finding, usable, quoted = judged.judgement, vouched, []
            if isinstance(finding, Found | Decided):
                usable = quoted = parity.fitting(answer_quotes(query.asked, vouched, finding))
            objection = parity.objection((), quoted)
            if not judged.proceed or objection or not usable:
                course = Course((*verdicts, *parity.verdicts()), timings=self.clock.total())
                reason = objection if judged.proceed else judged.reason
                if isinstance(finding, Nothing) and not objection:
                    reason = because(reason, query.asked, self.rarity(query), evidence)
                shown = self.parts.gate.policy.answer.related
                near = marked(query.asked, _near(query, evidence, finding), self.rarity(query), shown)
                return gate.abstain(query, reason, near, course)
            writing = Writing(query, usable, finding, self.parts.engine, self.parts.pack, gate, self.clock)
            answer = yield from writing.write(verdicts, parity)
            if answer is not None:
                return answer
            yield Withdrawn("no cited sentence speaks of what the question names: asked again without it")

    def rarity(self, query: Query) -> dict[str, float]:
        """How much each content stem of the question tells; empty where the passages were given."""
        if self.given is not None:
            return {}
        allowed = self.parts.gate.visible(query.principal, self.parts.vault.label_sets())
        # Who somebody is stands in no document and says nothing of what is asked.
        identifiers = query.identifiers if isinstance(query, AdmittedQuery) else ()
        hidden = {stem for identifier in identifiers for stem in content_stems(identifier)}
        found = self.parts.retriever.rarity(query.asked, allowed=allowed)
        return {stem: value for stem, value in found.items() if stem not in hidden}

    def compact(self, query: Query, passages: Sequence[Passage]) -> list[Evidence]:
        """The passages with the sentences of each that bear on the question."""
        from assistant.reading.compact import compact

        return compact(query.asked, passages, embedder=self.parts.embedder, lexicon=self.parts.pack.lexicon)


def _by_source(answer: Answer) -> list[tuple[str, tuple[Citation, ...]]]:
    """The parts of a joined answer, each with its own sources; what is not answered has none."""
    found: list[tuple[str, tuple[Citation, ...]]] = []
    begun: list[str] = []
    for line in answer.answer.splitlines():
        begun.append(line)
        numbers = {int(number) for number in _NUMBER.findall(line)}
        if numbers or line.startswith(UNANSWERED):
            cited = tuple(citation for citation in answer.citations if citation.n in numbers)
            found.append((without_marks("\n".join(begun)), cited))
            begun = []
    return [*found, ("\n".join(begun), ())] if begun else found


def without_marks(text: str) -> str:
    """A text without its citation marks ("[1]"), which are shown beside it."""
    return _MARK.sub("", text)


def _near(query: Query, evidence: Sequence[Evidence], finding: Judgement) -> list[Evidence]:
    """What is offered as near: nothing where the passages do not even speak of what was asked."""
    if not isinstance(finding, Nothing):
        finding = UNREAD
    return closest_quotes(query.asked, evidence, finding) if finding.near else []


def _last(events: Generator[Event, None, Answer]) -> Answer:
    """The answer at the end of a journey whose events nobody is shown."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
