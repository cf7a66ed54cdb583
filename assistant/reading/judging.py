"""Does the evidence hold the answer, and where? Judged before a model runs; a doubt is `Nothing`, with its reason.

The trained reader reads every passage and says how sure it is that a span of it is the answer; that span is what the
released sentence must then hold. What stands before it are gates, each for a kind of question that the reader is known to
take for answered; `bench/gates.py` measures what each gives and costs. For a yes/no question with a study's abstract, a
score over its results decides instead, and how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.language.questions import asks_whether
from assistant.language.words import content_stems, is_negated, words
from assistant.packs.subjects import Subjects, Things
from assistant.reading import topic
from assistant.reading.conditions import Facts, Fit
from assistant.reading.confidence import Candidate, logit, merits, probability
from assistant.reading.judgement import Decided, Found, Judgement, Nothing, Place
from assistant.reading.out_of_vocabulary import is_out_of_vocabulary
from assistant.reading.snippets import units
from assistant.reading.studies import Decider, asks_yes_no, is_study
from assistant.reading.told import without_told
from assistant.retrieval.expand import expansions
from assistant.types import Evidence, Turn

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon
    from assistant.protocols import Embedder
    from assistant.reading.reader import Reading

# Logits by which a sentence must lead the next to stand alone. On 350 written questions of documents that were not trained on, the
# sentence chosen is right for 0.857; shown beside the next where the lead is less than this (24% of them), one is for 0.929.
MOST_GAP: Final = 1.0
# Of a domain whose lexicon lists none.
_NO_SUBJECTS: Final = Subjects.of({})
Score = Annotated[float, Field(ge=0.0, le=1.0)]

# What stands between a question and the reader. `near`: words or meaning of the question stand in the passages at all.
# `vocabulary`: a word that it turns on and that no document has asks for more sureness. `overview`: a broad question's subject is the
# passage's own. `subjects`: the passage names the things that the question names. `studies`: a study's results decide yes or no.
GATES: Final = frozenset({"near", "vocabulary", "overview", "subjects", "studies"})


class Params(BaseModel):
    """Below `min_near`, of the question's content words that the best evidence holds and of the cosine of its best sentence, the
    documents are said not to speak of it at all (95 of 100 answerable questions in people's own words lie above).

    `min_answerable`: the reader's least probability for passages that came with the question; `min_released`: the least
    probability of `assistant.reading.confidence` for passages that were searched. An overview question ("What are the symptoms of
    ...?") over the whole collection needs a passage whose title or heading names at least `min_named` of its subject, and then
    only `min_overview`; see `assistant.reading.topic`. A question that turns on a word which no document has needs `min_odd`: of 603
    written questions of documents held apart, 13 of those above 0.5 had such a word and 9 were right, above 0.7 5 of 6. `min_decided`:
    the least probability of a yes or a no by a study.

    `min_precision`: how often a released answer must be right. The line for it is read off `curve`, pairs of a line and the lower
    bound of the precision above it, which `assistant eval calibrate` measures on a site's own reviewed questions; it then stands
    in place of `min_released` and `min_overview`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_near: Score = 0.25
    min_answerable: Score = 0.75
    min_released: Score = 0.44
    min_decided: Score = 0.65
    min_named: Score = 0.65
    min_overview: Score = 0.44
    min_odd: Score = 0.7
    min_precision: Score | None = None
    curve: tuple[tuple[Score, Score], ...] = ()

    @model_validator(mode="after")
    def _calibrated(self) -> Params:
        if self.min_precision is not None and not self.curve:
            raise ValueError("min_precision needs the curve that `assistant eval calibrate` prints")
        return self

    @property
    def line(self) -> float:
        """The least probability for searched passages; above 1 where the curve nowhere reaches the precision: nothing passes."""
        if self.min_precision is None:
            return self.min_released
        return min((line for line, low in self.curve if low >= self.min_precision), default=2.0)


class Reads(Protocol):
    """What is needed of the reader."""

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]: ...

    def pieces(self, word: str) -> int: ...

    @property
    def common(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the part of the question that asks, the `whole` of it, and the evidence.

    `rarity`: how much each content stem of the question tells among the documents that the asker may see, 0 to 1; empty
    where the passages came with the question. `before`: the turn of the conversation that this question follows.
    """

    question: str
    whole: str
    evidence: tuple[Evidence, ...]
    rarity: Mapping[str, float] = field(default_factory=dict)
    lexicon: Lexicon | None = None
    before: Turn | None = None

    @property
    def subjects(self) -> Subjects:
        """The things that the domain knows."""
        return self.lexicon.subjects if self.lexicon is not None else _NO_SUBJECTS


@dataclass(frozen=True, slots=True)
class Judge:
    """Who reads, and by which lines and gates."""

    params: Params
    embedder: Embedder
    reader: Reads
    gates: frozenset[str] = GATES

    def judge(self, case: Case) -> Judgement:
        """Where the answer stands, or why none is taken to stand there."""
        if not case.evidence:
            return Nothing("nothing in the documents bears on the question")
        passages = [item.passage for item in case.evidence]
        study = "studies" in self.gates and asks_yes_no(case.question) and is_study(passages)
        if "near" in self.gates and (missing := self._missing(case)):
            return missing
        return self._decided(case) if study else self._found(case)

    def _missing(self, case: Case) -> Nothing | None:
        """Whether nothing found speaks of what the question asks. How surely it speaks of it is the reader's to say: a bar of words and
        meaning before it, which once stood here, held back as many right answers as wrong ones (`bench/gates.py`)."""
        asked = _terms(case.question, case.lexicon)
        coverage = max(_coverage(asked, item) for item in case.evidence)
        offered = [quote.text for item in case.evidence for quote in item.quotes]
        vectors = self.embedder.query([case.question, *offered])
        similarity = float((vectors[1:] @ vectors[0]).max()) if offered else 0.0
        if max(coverage, similarity) >= self.params.min_near:
            return None
        score = round((coverage + max(0.0, similarity)) / 2, 4)
        return Nothing("the documents do not speak of what the question asks", score)

    def _found(self, case: Case) -> Found | Nothing:
        # What only the rest of the question names ("My patient has asthma.") a passage need not name, but nothing else instead.
        around = case.subjects.named(case.whole) if "subjects" in self.gates else {}
        facts = Facts.of(case.whole)
        texts = [
            without_told(
                case.question,
                case.before,
                _without_other_cases(facts, case.subjects.without_other_subjects(around, item.passage)),
            )
            for item in case.evidence
        ]
        asked = [case.subjects.reworded(case.question, item.passage) for item in case.evidence]
        readings = self._read(asked, texts, [_above(item) for item in case.evidence])
        likely = _likely(case, facts, texts, readings)
        best = max((reading.answerable for reading in readings), default=0.0)
        kept, line, why = self._fitting(case, readings)
        if why:
            return Nothing(why, round(best, 4), True, likely)
        by_number = {item.n: text for item, text in zip(case.evidence, texts, strict=True)}
        # Passages that came with the question were not searched for: the reader alone judges them.
        searched = bool(case.rarity)
        read = [
            Candidate(reading.answerable, item.passage.score if searched else 0.0, item.passage.document_id)
            for item, reading in kept
        ]
        compared = merits(read)
        at = max(
            range(len(kept)), key=lambda i: (_holds(facts, by_number[kept[i][0].n], kept[i][1], line), compared[i])
        )
        item, reading = kept[at]
        sure = probability(read, at, _no_rivals(case, around, kept, at)) if searched else reading.answerable
        if why := self._doubt(case, sure if reading.text else 0.0, line):
            return Nothing(why, round(sure, 4), True, likely)
        place = Place(reading.start, reading.end)
        ties = _ties(case, kept, at)
        aside = _aside(case.subjects, around, facts, _shown(kept, at, ties))
        return Found(reading.text, item.n, place, round(sure, 4), aside, _beside(reading), ties)

    def _doubt(self, case: Case, sure: float, line: float) -> str:
        """Why the answer is not sure enough; empty where it is."""
        if "vocabulary" in self.gates and sure < max(line, self.params.min_odd) and self._is_out_of_vocabulary(case):
            return "a word that the question turns on stands nowhere in the documents"
        return f"no passage holds the answer surely enough ({sure:.2f})" if sure < line else ""

    def _fitting(self, case: Case, readings: Sequence[Reading]) -> tuple[list[tuple[Evidence, Reading]], float, str]:
        """The evidence that may answer with its readings, the reader's line, and why there is none where there is none."""
        pairs = list(zip(case.evidence, readings, strict=True))
        line = self.params.line if case.rarity else self.params.min_answerable
        # Passages that came with the question are taken to be on its subject; a whole collection is not.
        if "overview" in self.gates and case.rarity and (subject := topic.topic_of(case.question)):
            # What a site asked for holds for every question.
            line = self.params.min_overview if self.params.min_precision is None else line
            pairs = [pair for pair in pairs if self._is_about(subject, pair[0], case)]
            if not pairs:
                return [], line, "no document here is about what the question asks for"
        speaking, why = self._speaking(case, pairs)
        return speaking, line, why

    def _speaking(
        self, case: Case, pairs: list[tuple[Evidence, Reading]]
    ) -> tuple[list[tuple[Evidence, Reading]], str]:
        """The evidence that names the things which the question names, and why there is none where there is none."""
        things = case.subjects.named(case.question) if "subjects" in self.gates else {}
        kept = [pair for pair in pairs if not things or case.subjects.speaks_of(things, pair[0].passage)]
        named = " and ".join(sorted(things))
        return kept, "" if kept else f"no passage speaks of the {named} that the question names"

    def _is_about(self, subject: str, item: Evidence, case: Case) -> bool:
        """Whether title or heading of a passage name the subject of an overview question."""
        others = expansions(subject, case.lexicon)
        return topic.topic_share(subject, item.passage, case.rarity, others) >= self.params.min_named

    def _read(self, questions: Sequence[str], texts: Sequence[str], above: Sequence[str]) -> list[Reading]:
        """One reading a text; texts that are asked the same question are read together."""
        found: dict[int, Reading] = {}
        for question in dict.fromkeys(questions):
            at = [i for i, other in enumerate(questions) if other == question]
            found.update(
                zip(at, self.reader.read(question, [texts[i] for i in at], [above[i] for i in at]), strict=True)
            )
        return [found[i] for i in range(len(texts))]

    def _is_out_of_vocabulary(self, case: Case) -> bool:
        if not case.rarity:
            return False
        held = {word.text.casefold() for item in case.evidence for word in words(item.passage.text)}
        return is_out_of_vocabulary(
            case.question,
            case.rarity,
            held,
            pieces=self.reader.pieces,
            lexicon=case.lexicon,
            known=lambda word: bool(case.subjects.named(word)),
        )

    def _decided(self, case: Case) -> Decided | Nothing:
        decision = _decider().decide(case.question, [item.passage for item in case.evidence], self.embedder)
        if decision is None:
            return Nothing("the study's results are not among the sources", near=True)
        sure, item = round(decision.sure, 4), case.evidence[decision.index]
        place = Place(decision.start, decision.end)
        if decision.sure < self.params.min_decided:
            reason = f"the study does not decide between yes and no surely enough ({sure:.2f})"
            return Nothing(reason, sure, True, {item.n: place})
        return Decided(decision.word, item.n, place, sure)


@lru_cache(maxsize=1)
def reader() -> Reads:
    """The trained reader, loaded once."""
    from assistant.reading.reader import Reader

    return Reader.load()


@lru_cache(maxsize=1)
def _decider() -> Decider:
    return Decider.load()


def _above(item: Evidence) -> str:
    """What stands above a passage: a section says seldom again what its heading said."""
    return " — ".join(part for part in (item.passage.title, item.passage.heading) if part.strip())


def _without_other_cases(facts: Facts, text: str) -> str:
    """The text with blanks for the sentences, rows and items that are for other cases than the question's; offsets stay."""
    for unit in units(text):
        if facts.fit(text[unit.start : unit.end]) is Fit.CONTRADICTS:
            text = text[: unit.start] + " " * (unit.end - unit.start) + text[unit.end :]
    return text


def _likely(case: Case, facts: Facts, texts: Sequence[str], readings: Sequence[Reading]) -> dict[int, Place]:
    """Where in each passage the answer most likely stands: the line for the case, else what was read; by number."""
    found = {}
    for item, text, reading in zip(case.evidence, texts, readings, strict=True):
        place = _for_the_case(facts, text) or (Place(reading.start, reading.end) if reading.text else None)
        if place:
            found[item.n] = place
    return found


def _for_the_case(facts: Facts, text: str) -> Place | None:
    """The first sentence, row or item that is for the question's case and says so."""
    holding = (unit for unit in units(text) if facts.fit(text[unit.start : unit.end]) is Fit.HOLDS)
    return next((Place(unit.start, unit.end) for unit in holding), None)


def _holds(facts: Facts, text: str, reading: Reading, line: float) -> bool:
    """Whether a reading that is sure enough lies in a rule for the question's case: those come first."""
    inside = (unit for unit in units(text) if unit.start < reading.end and reading.start < unit.end)
    return reading.answerable >= line and any(facts.fit(text[unit.start : unit.end]) is Fit.HOLDS for unit in inside)


def _beside(reading: Reading) -> tuple[Place, ...]:
    """The next best sentence where it comes so near that which of the two answers is as good as open."""
    if len(reading.sentences) < 2:
        return ()
    (_, _, best), (start, end, next_best), *_ = reading.sentences
    return (Place(start, end),) if best - next_best < MOST_GAP else ()


def _ties(case: Case, kept: Sequence[tuple[Evidence, Reading]], at: int) -> tuple[tuple[int, Place], ...]:
    """The stretch of another passage of the document that the reader finds as good: of an overview question its passages are no rivals.
    Nor are they where the one chosen says what is not so ("Antihistamines are not part of the first treatment"), to a question that asks
    what is: then the next one may be less sure by more."""
    item, reading = kept[at]
    overview, denied = bool(topic.topic_of(case.question)), _denies(case.question, item.passage.text, reading)
    if not case.rarity or not (overview or denied):
        return ()
    gap = MOST_GAP if denied else MOST_GAP / 2
    near = [
        (other.answerable, one.n, Place(other.start, other.end))
        for one, other in kept
        if one.n != item.n
        and one.passage.document_id == item.passage.document_id
        and other.text
        and logit(other.answerable) > logit(reading.answerable) - gap
    ]
    return tuple((n, place) for _, n, place in sorted(near, key=lambda tie: -tie[0])[:1])


def _denies(question: str, text: str, reading: Reading) -> bool:
    """Whether the sentence read says that something is not so, to a question that neither denies nor asks whether it is."""
    said = " ".join(
        text[unit.start : unit.end] for unit in units(text) if unit.start < reading.end and reading.start < unit.end
    )
    return is_negated(said) and not is_negated(question) and not asks_whether(question)


def _no_rivals(case: Case, around: Things, kept: Sequence[tuple[Evidence, Reading]], at: int) -> frozenset[int]:
    """The evidence that does not compete with the one chosen, by its place.

    Of an overview question ("How is anaphylaxis treated?") the document is the answer, and its passages support each other; so they
    do where the chosen one names all the things that the question names, those beside its asking part too ("has otitis media").
    What does not name them is then of something else.
    """
    chosen = kept[at][0].passage
    speaks = bool(around) and case.subjects.speaks_of(around, chosen)
    overview = bool(topic.topic_of(case.question))
    return frozenset(
        i
        for i, (item, _) in enumerate(kept)
        if ((overview or speaks) and item.passage.document_id == chosen.document_id)
        or (speaks and not case.subjects.speaks_of(around, item.passage))
    )


def _shown(kept: Sequence[tuple[Evidence, Reading]], at: int, ties: Sequence[tuple[int, Place]]) -> list[Evidence]:
    """The evidence that is quoted: the one chosen and its ties."""
    tied = {n for n, _ in ties}
    return [item for i, (item, _) in enumerate(kept) if i == at or item.n in tied]


def _aside(subjects: Subjects, things: Things, facts: Facts, items: Sequence[Evidence]) -> frozenset[tuple[int, str]]:
    """The sentences, rows and items of passages, by number and text, that are of other things or cases than the question."""
    found = set()
    for item in items:
        for unit in units(item.passage.text):
            said = item.passage.text[unit.start : unit.end]
            apart = bool(things) and subjects.names_other_subject(things, item.passage, unit.start, unit.end)
            if apart or facts.fit(said) is Fit.CONTRADICTS or facts.is_for_other_days(said):
                found.add((item.n, said))
    return frozenset(found)


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
