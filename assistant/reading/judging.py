"""Does the evidence hold the answer, and where? Judged before a model runs; a doubt is `Nothing`, with its reason.

Two judges must agree. The signs: which content words of the question stand in the best passage, and how near the best
sentence is in meaning. The trained reader: how sure it is that a span of a passage is the answer; that span is what the
released sentence must then hold. Before it reads, the passages must speak of the things that the question names, and no
uncommon word of it may be unheard of in the documents. For a yes/no question with a study's abstract, a score over its
results decides instead, and how sure it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.language.words import content_stems, words
from assistant.packs.subjects import Subjects, Things
from assistant.reading import about
from assistant.reading.judgement import Bearing, Decided, Found, Judgement, Nothing
from assistant.reading.studies import Decider, asks_yes_no, is_study
from assistant.reading.unheard import unheard
from assistant.retrieval.expand import expansions
from assistant.types import Evidence

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon
    from assistant.protocols import Embedder
    from assistant.reading.reader import Reader, Reading

# Share of the two least signs that results of a study must show; see `_signs`.
_STUDY_EASE: Final = 0.5
# Of a domain whose lexicon lists none.
_NO_SUBJECTS: Final = Subjects.of({})
Score = Annotated[float, Field(ge=0.0, le=1.0)]


class Params(BaseModel):
    """`min_coverage`: share of the question's content words in the best evidence; `min_similarity`: cosine of its best
    sentence; below both the question counts as not answerable, as it does below the reader's `min_answerable`.
    `min_decided`: the least probability of a yes or a no by a study. An overview question ("What are the symptoms of ...?")
    over the whole collection needs a passage whose title or heading names at least `min_named` of its subject, and then only
    `min_overview` of the reader; see `assistant.reading.about`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_coverage: Score = 0.6
    min_similarity: Score = 0.45
    min_answerable: Score = 0.52
    min_decided: Score = 0.65
    min_named: Score = 0.65
    min_overview: Score = 0.46


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the part of the question that asks, the `whole` of it, and the evidence.

    `rarity`: how much each content stem of the question tells among the documents that the asker may see, 0 to 1; empty
    where the passages came with the question.
    """

    question: str
    whole: str
    evidence: tuple[Evidence, ...]
    rarity: Mapping[str, float] = field(default_factory=dict)
    lexicon: Lexicon | None = None

    @property
    def subjects(self) -> Subjects:
        """The things that the domain knows."""
        return self.lexicon.subjects if self.lexicon is not None else _NO_SUBJECTS


def judge(params: Params, case: Case, embedder: Embedder) -> Judgement:
    """Where the answer stands, or why none is taken to stand there."""
    if not case.evidence:
        return Nothing("nothing in the documents bears on the question")
    study = asks_yes_no(case.question) and is_study([item.passage for item in case.evidence])
    # A study's results name what they found, not what was asked: its aim stands in another section.
    if missing := _signs(params, case, embedder, _STUDY_EASE if study else 1.0):
        return missing
    return _decided(params, case, embedder) if study else _found(params, case)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The trained reader, loaded once."""
    from assistant.reading.reader import Reader

    return Reader.load()


def _signs(params: Params, case: Case, embedder: Embedder, ease: float) -> Nothing | None:
    asked = _terms(case.question, case.lexicon)
    coverage = max(_coverage(asked, item) for item in case.evidence)
    sentences = [quote.text for item in case.evidence for quote in item.quotes]
    vectors = embedder.query([case.question, *sentences])
    similarity = float((vectors[1:] @ vectors[0]).max()) if sentences else 0.0
    if coverage >= params.min_coverage * ease or similarity >= params.min_similarity * ease:
        return None
    return Nothing(
        "the documents do not speak of what the question asks", round((coverage + max(0.0, similarity)) / 2, 4)
    )


def _found(params: Params, case: Case) -> Found | Nothing:
    if _turns_on_unheard(case):
        return Nothing("a word that the question turns on stands nowhere in the documents")
    # Passages that came with the question are taken to be on its subject; a whole collection is not.
    overview = about.subject(case.question) if case.rarity else ""
    evidence = _on_subject(params, case, overview) if overview else case.evidence
    if not evidence:
        return Nothing("no document here is about what the question asks for")
    things = case.subjects.named(case.question)
    evidence = tuple(item for item in evidence if not things or case.subjects.speaks_of(things, item.passage))
    if not evidence:
        return Nothing(f"no passage speaks of the {' and '.join(sorted(things))} that the question names")
    # What only the rest of the question names ("My patient has asthma.") a passage need not name, but nothing else instead.
    around = case.subjects.named(case.whole)
    texts = [case.subjects.without_apart(around, item.passage) for item in evidence]
    readings = _read_all([case.subjects.reworded(case.question, item.passage) for item in evidence], texts)
    best, item = max(zip(readings, evidence, strict=True), key=lambda pair: pair[0].answerable)
    sure = round(best.answerable, 4)
    if best.answerable < (params.min_overview if overview else params.min_answerable):
        return Nothing(f"no passage holds the answer surely enough ({sure:.2f})", sure)
    bearing = Bearing(
        frozenset(item.n for item in evidence) if overview or things else None,
        _aside(case.subjects, around, evidence) if around else frozenset(),
    )
    return Found(best.text, item.n, item.passage.start + best.start, sure, bearing)


def _on_subject(params: Params, case: Case, subject: str) -> tuple[Evidence, ...]:
    """The evidence whose title or heading names the one subject of an overview question."""
    others = expansions(subject, case.lexicon)
    return tuple(
        item
        for item in case.evidence
        if about.named_share(subject, item.passage, case.rarity, others) >= params.min_named
    )


def _read_all(questions: Sequence[str], texts: Sequence[str]) -> list[Reading]:
    """One reading a text; texts that are asked the same question are read together."""
    found: dict[int, Reading] = {}
    for question in dict.fromkeys(questions):
        at = [i for i, other in enumerate(questions) if other == question]
        found.update(zip(at, reader().read(question, [texts[i] for i in at]), strict=True))
    return [found[i] for i in range(len(texts))]


def _turns_on_unheard(case: Case) -> bool:
    if not case.rarity:
        return False
    held = {word.text.casefold() for item in case.evidence for word in words(item.passage.text)}
    return unheard(
        case.question,
        case.rarity,
        held,
        pieces=reader().pieces,
        lexicon=case.lexicon,
        known=lambda word: bool(case.subjects.named(word)),
    )


def _aside(subjects: Subjects, things: Things, evidence: Iterable[Evidence]) -> frozenset[tuple[int, str]]:
    """The quotes, by number and text, that speak of other things than the question."""
    return frozenset(
        (item.n, quote.text)
        for item in evidence
        for quote in item.quotes
        if (at := item.passage.text.find(quote.text)) >= 0
        and subjects.is_apart(things, item.passage, at, at + len(quote.text))
    )


@lru_cache(maxsize=1)
def _decider() -> Decider:
    return Decider.load()


def _decided(params: Params, case: Case, embedder: Embedder) -> Decided | Nothing:
    decision = _decider().decide(case.question, [item.passage for item in case.evidence], embedder)
    if decision is None:
        return Nothing("the study's results are not among the sources")
    sure = round(decision.sure, 4)
    if decision.sure < params.min_decided:
        return Nothing(f"the study does not decide between yes and no surely enough ({sure:.2f})", sure)
    item = case.evidence[decision.index]
    return Decided(decision.word, item.n, item.passage.text[decision.start : decision.end], sure)


def _terms(question: str, lexicon: Lexicon | None) -> list[frozenset[str]]:
    """For each content word of the question the stems that stand for it: its own and those of its synonyms."""
    terms: list[frozenset[str]] = []
    for word in words(question):
        stems = set(content_stems(word.text))
        if stems:
            others = lexicon.expand(word.text) if lexicon is not None else ()
            terms.append(frozenset(stems | {s for other in others for s in content_stems(other)}))
    return terms


def _coverage(asked: list[frozenset[str]], evidence: Evidence) -> float:
    passage = evidence.passage
    held = set(content_stems(f"{passage.title} {passage.heading} {passage.text}"))
    return sum(bool(term & held) for term in asked) / len(asked) if asked else 1.0
