"""May the evidence hold the answer at all? Decided before a model runs; a doubt is an abstention.

Two judges must agree. The signs: which content words of the question stand in the best passage, and how near the best
sentence is in meaning. The trained reader: how sure it is that a span of a passage is the answer; that span is what the
released sentence must then hold. Before it reads, the passages must speak of the things that the question names, and no uncommon
word of it may be unheard of in the documents. For a yes/no question with a study's abstract, a score over its results decides instead,
and how sure it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.language.words import content_stems, words
from assistant.packs.subjects import Subjects, Things
from assistant.protocols import Outcome, Subject, Tools
from assistant.reading import about
from assistant.reading.studies import Decider, asks_yes_no, is_study
from assistant.reading.unheard import unheard
from assistant.retrieval.expand import expansions
from assistant.types import Evidence, Passage

if TYPE_CHECKING:
    from assistant.reading.reader import Reader, Reading

# Share of the two least signs that results of a study must show; see `check`.
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


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where the evidence does not look as if it held the answer; the reason says what is missing."""
    if not subject.evidence:
        return Outcome(False, "nothing in the documents bears on the question", score=0.0)
    asked = _terms(subject.question, tools)
    best = max(subject.evidence, key=lambda item: _coverage(asked, item))
    coverage = _coverage(asked, best)
    sentences = [quote.text for item in subject.evidence for quote in item.quotes]
    vectors = tools.embedder.query([subject.question, *sentences])
    similarity = float((vectors[1:] @ vectors[0]).max()) if sentences else 0.0
    score = round((coverage + max(0.0, similarity)) / 2, 4)
    passages = [item.passage for item in subject.evidence]
    study = asks_yes_no(subject.question) and is_study(passages)
    # A study's results name what they found, not what was asked: its aim stands in another section.
    ease = _STUDY_EASE if study else 1.0
    if coverage < params.min_coverage * ease and similarity < params.min_similarity * ease:
        return Outcome(False, "the documents do not speak of what the question asks", score=score)
    if study:
        return _decide(params, subject, passages, tools)
    return _read(params, subject, tools)


def ready(tools: Tools) -> object:  # noqa: ARG001 - the signature of all `ready` functions
    """Load the reader now, once."""
    return _reader()


@lru_cache(maxsize=1)
def _reader() -> Reader:
    from assistant.reading.reader import Reader

    return Reader.load()


def _read(params: Params, subject: Subject, tools: Tools) -> Outcome:
    evidence, line = subject.evidence, params.min_answerable
    lexicon = getattr(tools.pack, "lexicon", None)
    details: dict[str, Any] = {}
    if _turns_on_unheard(subject, lexicon):
        return Outcome(False, "a word that the question turns on stands nowhere in the documents", score=0.0)
    # Passages that came with the question are taken to be on its subject; a whole collection is not.
    if subject.rarity and (named := about.subject(subject.question)):
        others = expansions(named, lexicon)
        shares = [about.named_share(named, item.passage, subject.rarity, others) for item in evidence]
        evidence = tuple(item for item, share in zip(evidence, shares, strict=True) if share >= params.min_named)
        if not evidence:
            return Outcome(False, "no document here is about what the question asks for", score=0.0)
        line, details["about"] = params.min_overview, tuple(item.n for item in evidence)
    subjects: Subjects = getattr(lexicon, "subjects", _NO_SUBJECTS)
    if things := subjects.named(subject.question):
        evidence = tuple(item for item in evidence if subjects.speaks_of(things, item.passage))
        if not evidence:
            return Outcome(False, f"no passage speaks of the {_kinds(things)} that the question names", score=0.0)
        details["about"] = tuple(item.n for item in evidence)
    # What only the rest of the question names ("My patient has asthma.") a passage need not name, but nothing else instead.
    if around := subjects.named(subject.admitted):
        details["apart"] = _apart(subjects, around, evidence)
    texts = [subjects.without_apart(around, item.passage) for item in evidence]
    readings = _read_all([subjects.reworded(subject.question, item.passage) for item in evidence], texts)
    best, item = max(zip(readings, evidence, strict=True), key=lambda pair: pair[0].answerable)
    sure = round(best.answerable, 4)
    if best.answerable < line:
        return Outcome(False, f"no passage holds the answer surely enough ({sure:.2f})", score=sure)
    details |= {"answer": best.text, "n": item.n, "start": item.passage.start + best.start, "answerable": sure}
    return Outcome(True, f"a passage holds the answer (sure to {sure:.2f})", score=sure, details=details)


def _read_all(questions: Sequence[str], texts: Sequence[str]) -> list[Reading]:
    """One reading a text; texts that are asked the same question are read together."""
    found: dict[int, Reading] = {}
    for question in dict.fromkeys(questions):
        at = [i for i, other in enumerate(questions) if other == question]
        found.update(zip(at, _reader().read(question, [texts[i] for i in at]), strict=True))
    return [found[i] for i in range(len(texts))]


def _turns_on_unheard(subject: Subject, lexicon: Any) -> bool:
    if not subject.rarity:
        return False
    held = {word.text.casefold() for item in subject.evidence for word in words(item.passage.text)}
    subjects: Subjects = getattr(lexicon, "subjects", _NO_SUBJECTS)
    return unheard(
        subject.question,
        subject.rarity,
        held,
        pieces=_reader().pieces,
        lexicon=lexicon,
        known=lambda word: bool(subjects.named(word)),
    )


def _apart(subjects: Subjects, things: Things, evidence: Iterable[Evidence]) -> frozenset[tuple[int, str]]:
    """The quotes, by number and text, that speak of other things than the question: they are not shown beside the answer."""
    return frozenset(
        (item.n, quote.text)
        for item in evidence
        for quote in item.quotes
        if (at := item.passage.text.find(quote.text)) >= 0
        and subjects.is_apart(things, item.passage, at, at + len(quote.text))
    )


def _kinds(things: Things) -> str:
    return " and ".join(sorted(things))


@lru_cache(maxsize=1)
def _decider() -> Decider:
    return Decider.load()


def _decide(params: Params, subject: Subject, passages: list[Passage], tools: Tools) -> Outcome:
    decision = _decider().decide(subject.question, passages, tools.embedder)
    if decision is None:
        return Outcome(False, "the study's results are not among the sources", score=0.0)
    sure = round(decision.sure, 4)
    if decision.sure < params.min_decided:
        return Outcome(False, f"the study does not decide between yes and no surely enough ({sure:.2f})", score=sure)
    item = subject.evidence[decision.index]
    sentence = item.passage.text[decision.start : decision.end]
    details = {"decided": decision.word, "n": item.n, "sentence": sentence, "answerable": sure}
    return Outcome(True, f"a study decides the question (sure to {sure:.2f})", score=sure, details=details)


def _terms(question: str, tools: Tools) -> list[frozenset[str]]:
    """For each content word of the question the stems that stand for it: its own and those of its synonyms."""
    lexicon = getattr(tools.pack, "lexicon", None)
    terms: list[frozenset[str]] = []
    for word in words(question):
        stems = set(content_stems(word.text))
        if stems:
            others: Any = lexicon.expand(word.text) if lexicon is not None else ()
            terms.append(frozenset(stems | {s for other in others for s in content_stems(other)}))
    return terms


def _coverage(asked: list[frozenset[str]], evidence: Evidence) -> float:
    passage = evidence.passage
    held = set(content_stems(f"{passage.title} {passage.heading} {passage.text}"))
    return sum(bool(term & held) for term in asked) / len(asked) if asked else 1.0
