"""From the evidence to the sealed answer: what the model writes, what is quoted, and which of it is shown."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.asking.drafts import NOT_IN_SOURCES, attribute, drafts
from assistant.asking.events import Event, Released, Withdrawn
from assistant.asking.phrasing import faithful, phrasing
from assistant.errors import EngineError
from assistant.policy.sentence import Course, Release
from assistant.protocols import Engine, Prompt, Sampling
from assistant.reading.judgement import Decided, Found, Judgement
from assistant.types import Action, Answer, Evidence, Query, Verdict

if TYPE_CHECKING:
    from assistant.asking.clock import Clock
    from assistant.packs.pack import Pack
    from assistant.policy.gate import Gate
    from assistant.policy.parity import Parity, Unnamed
    from assistant.policy.sentence import SentenceResult


# Quotes of up to so many words are read at a glance: nothing is gained by saying them again.
PLAIN_WORDS: Final = 25


@dataclass(frozen=True, slots=True)
class Writing:
    """One answer's writing: the question, the sentences of its sources, what the judges found, and who writes."""

    query: Query
    evidence: Sequence[Evidence]
    judgement: Judgement
    engine: Engine
    pack: Pack
    gate: Gate
    clock: Clock

    def write(self, verdicts: tuple[Verdict, ...], parity: Parity | Unnamed) -> Generator[Event, None, Answer | None]:
        """The answer, or None where its cited sentences do not speak of an attribute that the question kept."""
        quotes = self._quotes()
        # Where the reader found the answer, its sentences are shown at once, and a plainer one follows if they are long.
        found = isinstance(self.judgement, Found) and any(result.released for result in quotes)
        if found:
            with self.clock.stage("release"):
                yield from self._show(quotes)
        written: list[SentenceResult] = []
        if not found or sum(len(result.text.split()) for result in quotes) > PLAIN_WORDS:
            written = yield from self._phrased(quotes)
        true = [result for result in written if result.released and self._is_true(result, quotes)]
        with self.clock.stage("release"):
            if not found and not true:
                yield from self._show(quotes)
            shown = [*quotes, *true] if found or not true else true
            return (yield from self._released(shown, quotes, (verdicts, _dropped(written, true)), parity))

    def _released(
        self,
        shown: Sequence[SentenceResult],
        quotes: Sequence[SentenceResult],
        said: tuple[tuple[Verdict, ...], tuple[Verdict, ...]],
        parity: Parity | Unnamed,
    ) -> Generator[Event, None, Answer | None]:
        """The answer of the sentences shown; `said` are the verdicts before writing and on sentences that were dropped."""
        citations = [c for result in shown for c in result.citations]
        if parity.after_writing(citations, self.evidence):
            return None
        verdicts = (*said[0], *parity.verdicts())
        quoted = self.evidence if isinstance(self.judgement, Found | Decided) else ()
        if citations and (objection := parity.objection(citations, quoted)):
            yield Withdrawn(objection)
            return self.gate.abstain(self.query, objection, self.evidence, Course(verdicts, timings=self.clock.total()))
        engine = self.engine if self.engine.writes else None
        model = f"{self.engine.name}:{self.engine.model}"
        course = Course((*verdicts, *said[1]), model, self.clock.total(), engine)
        return self.gate.release(self.query, Release(shown, self.evidence, course, quotes))

    def _show(self, results: Sequence[SentenceResult]) -> Iterator[Event]:
        """Sentences that passed; none at all where one of them blocks the answer."""
        blocked = any(result.action is Action.BLOCK for result in results)
        for result in () if blocked else results:
            if result.released:
                self.clock.first_sentence()
                yield Released(result.text, result.citations)

    def _phrased(self, quotes: Sequence[SentenceResult]) -> Generator[Event, None, list[SentenceResult]]:
        """What the model wrote, up to the first sentence that may not be shown; each is shown as it passes."""
        written: list[SentenceResult] = []
        prompt = self._prompt() if self.engine.writes else None
        if prompt is None:
            return written
        with self.clock.stage("generate"):
            for result in self._sentences(prompt):
                written.append(result)
                if not result.released or not self._is_true(result, quotes):
                    break
                self.clock.first_sentence()
                yield Released(result.text, result.citations)
        return written

    def _prompt(self) -> Prompt | None:
        """What the model is asked: to phrase the answer that the reader found, else to answer; None where it should not."""
        if isinstance(self.judgement, Decided):
            return None
        if isinstance(self.judgement, Found):
            return phrasing(self.query.prompted, self.judgement.answer)
        prompts = self.pack.prompts
        return Prompt(
            system=prompts.system,
            user=prompts.user([(item.n, item.text) for item in self.evidence], self.query.prompted),
            examples=prompts.pairs(),
            citations=tuple(item.n for item in self.evidence),
        )

    def _sentences(self, prompt: Prompt) -> Iterator[SentenceResult]:
        limit = 1 if isinstance(self.judgement, Found) else self.gate.policy.answer.max_sentences
        pieces = self.engine.stream(prompt, Sampling(stop=("\n",)))
        try:
            for draft in drafts(pieces, limit=limit):
                if NOT_IN_SOURCES in draft.text.upper():
                    return
                yield self.gate.sentence(self.query, attribute(draft, self.evidence), self.evidence, self.engine)
        except EngineError:
            # The sources are still there: a writer that fails costs fluency, not the answer.
            return
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _quotes(self) -> list[SentenceResult]:
        """The sentences of the sources that answer, verbatim, after their checks."""
        from assistant.reading.compact import best_quotes

        if isinstance(self.judgement, Found | Decided):
            lead = self.judgement.word if isinstance(self.judgement, Decided) else ""
            results = [self.gate.quote(self.query, item, q, lead=lead) for item in self.evidence for q in item.quotes]
        else:
            by_number = {item.n: item for item in self.evidence}
            chosen = best_quotes(self.query.asked, self.evidence)
            results = [self.gate.quote(self.query, by_number[n], quote) for n, quote in chosen]
        return [result for result in results if result.released or result.speaks]

    def _is_true(self, result: SentenceResult, quotes: Sequence[SentenceResult]) -> bool:
        """Whether a sentence that phrases the reader's answer says what one of the quotes says."""
        return not self._answer or any(
            faithful(result.text, self._answer, quote.text, " ".join(c.title for c in quote.citations))
            for quote in quotes
        )

    @property
    def _answer(self) -> str:
        """The stretch that the reader found; empty where it found none."""
        return self.judgement.answer if isinstance(self.judgement, Found) else ""


def _dropped(written: Sequence[SentenceResult], kept: Sequence[SentenceResult]) -> tuple[Verdict, ...]:
    """What was said of sentences that are not shown."""
    return tuple(verdict for result in written if result not in kept for verdict in result.verdicts)
