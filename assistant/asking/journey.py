"""One admitted question's way: search, veil, read, write, release. Nothing here decides what may be said; the gate does."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.asking.events import Event, Withdrawn
from assistant.asking.writing import Writing
from assistant.language.words import content_stems
from assistant.policy.parity import Parity, Unnamed
from assistant.policy.sentence import Course
from assistant.types import Action, Answer, Evidence, Passage, Query

if TYPE_CHECKING:
    from assistant.asking.clock import Clock
    from assistant.asking.parts import Parts
    from assistant.policy.gate import Gate

# Passages taken from the fusion; compaction keeps the sentences of the best few.
SEARCH_K: Final = 8


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one question. `given` passages are used instead of a search; they pass the same checks."""

    parts: Parts
    query: Query
    clock: Clock
    given: Sequence[Passage] | None = None

    def walk(self) -> Generator[Event, None, Answer]:
        """From the search to the sealed answer."""
        with self.clock.stage("fair"):
            parity = self.parts.gate.parity(self.query)
        if isinstance(parity, Parity) and parity.compares:
            return self._compared(parity)
        return (yield from self._walk(parity, self.parts.gate))

    def found(self, query: Query) -> list[Passage]:
        """What the search finds for the asker, or those of the given passages that the asker may see."""
        gate = self.parts.gate
        with self.clock.stage("search"):
            if self.given is not None:
                return [p for p in self.given if gate.visible(query.principal, [p.labels])]
            allowed = gate.visible(query.principal, self.parts.vault.label_sets())
            return list(self.parts.retriever.search(query.asked, allowed=allowed, k=SEARCH_K))

    def _compared(self, parity: Parity) -> Answer:
        """The answer to the question as typed beside the one without its attributes; the rule says what a difference does.

        One after the other: slots that decode side by side share batches, and then the same prompt may end differently.
        """
        query, gate = parity.query, self.parts.gate
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
                evidence = parity.fitting(self._compact(query, passages))
            with self.clock.stage("judge"):
                judged = gate.judge(query, parity.to_read(evidence), self._rarity(query))
            if parity.after_judging(evidence, judged.proceed, judged.judgement):
                continue
            verdicts = (*verdicts, *judged.verdicts)
            objection = parity.objection(())
            if not judged.proceed or objection:
                course = Course((*verdicts, *parity.verdicts()), timings=self.clock.total())
                return gate.abstain(query, objection if judged.proceed else judged.reason, evidence, course)
            usable = judged.usable(evidence)
            writing = Writing(query, usable, judged.judgement, self.parts.engine, self.parts.pack, gate, self.clock)
            answer = yield from writing.write(verdicts, parity)
            if answer is not None:
                return answer
            yield Withdrawn("no cited sentence speaks of what the question names: asked again without it")

    def _rarity(self, query: Query) -> dict[str, float]:
        if self.given is not None:
            return {}
        allowed = self.parts.gate.visible(query.principal, self.parts.vault.label_sets())
        # What stands for an identifier is in no document and says nothing of what is asked.
        hidden = {stem for finding in query.findings for stem in content_stems(finding.replacement)}
        found = self.parts.retriever.rarity(query.asked, allowed=allowed)
        return {stem: value for stem, value in found.items() if stem not in hidden}

    def _compact(self, query: Query, passages: Sequence[Passage]) -> list[Evidence]:
        from assistant.reading.compact import compact, to_read

        read = to_read(query.asked, passages)
        return compact(query.asked, read, embedder=self.parts.embedder, lexicon=self.parts.pack.lexicon)


def _last(events: Generator[Event, None, Answer]) -> Answer:
    """The answer at the end of a journey whose events nobody is shown."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
