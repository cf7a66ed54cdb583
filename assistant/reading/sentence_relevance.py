"""How much a sentence bears on a question: its signs as numbers, weighed as in a logistic choice.

The form is a conditional logit (McFadden 1974): the chance that a sentence is the one that answers, among all sentences
offered. bench/calibrate_compact.py fits its weights. Those below were set by hand and are not yet its output;
docs/evaluation-retrieval.md says how they do.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.language.quantities import quantities
from assistant.language.words import content_stems, fold, is_negated, stem, words
from assistant.retrieval.expand import Expander
from assistant.types import Passage

Floats = npt.NDArray[np.float64]

# In the order of the columns that `signs` returns; the cosine is added where sentences were embedded.
FEATURES: Final = (
    "cosine", "coverage", "beside", "pairs", "names", "numbers", "kind", "denial", "aspect", "heading", "opening", "rank", "length",
    "question",
)  # fmt: skip
WEIGHTS: Final[Mapping[str, float]] = {
    "cosine": 6.0, "coverage": 4.0, "beside": 0.5, "pairs": 1.0, "names": 0.5, "numbers": 0.5, "kind": 1.0, "denial": 1.0, "aspect": 0.8,
    "heading": 0.5, "opening": 0.2, "rank": -0.2, "length": 0.3, "question": -2.0,
}  # fmt: skip

_CAPITAL: Final = re.compile(r"(?<=[\w,;:)'’\"] )[A-Z][\w'’-]+")
_TIME: Final = re.compile(
    r"\b(?:1\d|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|century|decade|before|after|until|during|since|daily|weekly|monthly|"
    r"\d+(?:st|nd|rd|th)?|years?|months?|weeks?|days?|hours?|minutes?)\b",
    re.I,
)
_PLACE: Final = re.compile(
    r"\b(?:in|at|near|from|to|on|of|into|between|around|behind)\s+(?:the\s+)?[A-Z]|\b(?:located|situated|found)\b"
)
_REASON: Final = re.compile(
    r"\b(?:because|due to|caus\w+|since|so that|therefore|as a result|results? (?:in|from)|lead\w* to|led to|in order to|owing to|reasons?|"
    r"means that|thanks to|for fear|to (?:avoid|prevent|reduce|ensure|protect|allow|help|make))\b",
    re.I,
)
_METHOD: Final = re.compile(
    r"\b(?:by|using|use[sd]?|through|via|with|steps?|method|process|procedure|must|should|can|then|first)\b", re.I
)
_DEFINITION: Final = re.compile(
    r"\b(?:is|are|was|were|means|refers to|describes|called|known as|defined as|occurs? when|consists? of)\b"
)

# What a question asks for, told by its wording, and what a sentence that gives it has.
_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("quantity", re.compile(
        r"\bhow (?:much|many|often|long|old|far|high|low|large|big|fast|tall|deep|wide|heavy|hot|cold|soon|late|early)\b|"
        r"\b(?:what|which) (?:is the |was the |are the )?(?:\w+ )?(?:dose|dosage|age|percent\w*|proportion|price|cost|fee|number|amount|"
        r"temperature|population|rate|size|length|height|weight|limit|maximum|minimum)\b", re.I)),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|time|day|month|decade|century|period)\b|\bsince what\b", re.I)),
    ("person", re.compile(r"\b(?:who|whom|whose)\b", re.I)),
    ("place", re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|region|town|continent|province|county)\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:was |is |were )?(?:the )?(?:reason|cause)s?\b|\bhow come\b", re.I)),
    ("definition", re.compile(r"^\s*(?:what|who) (?:is|are|was|were)\b|\bwhat does .* mean\b|\bdefin\w+\b", re.I)),
    ("method", re.compile(r"\bhow (?:do|does|did|to|can|could|should|is|are|was|were|would|will)\b|\bwhat should\b", re.I)),
)  # fmt: skip

# Aspects that questions about conditions and services have in common: wording of the question -> words that treat of it.
_ASPECTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\bsymptom|\bsigns? of\b|\bfeels? like\b", re.I), "symptom sign feel pain include"),
    (re.compile(r"\bdiagnos|\bdetect|\btest(?:s|ed)? for\b|\bexams?\b|\bscreen", re.I), "diagnosis diagnose test exam detect screening"),
    (re.compile(r"\btreat|\btherap|\bcure|\bwhat to do\b|\bmanage|\brelieve", re.I),
     "treatment treat therapy medicine drug surgery manage relieve recommend"),
    (re.compile(r"\bcauses?\b|\bwhat leads\b|\bwhy\b", re.I), "cause due result lead trigger"),
    (re.compile(r"\brisk|\bsusceptib|\bwho (?:gets|is likely)", re.I), "risk factor likely chance common susceptible"),
    (re.compile(r"\bprevent|\bavoid|\blower the risk", re.I), "prevent prevention avoid reduce lower protect"),
    (re.compile(r"\boutlook|\bprognos|\bsurviv|\bexpect\b", re.I), "outlook prognosis survival recover recovery depend expect chance"),
    (re.compile(r"\bcomplicat|\bside effects?\b|\badverse", re.I), "complication effect adverse harm"),
    (re.compile(r"\bhow (?:many people|common|frequent)|\bfrequen|\bprevalen|\bincidence", re.I),
     "affect occur people common estimate prevalence"),
    (re.compile(r"\bresearch|\bclinical trials?\b|\bstud(?:y|ies)\b", re.I), "research trial study support conduct"),
    (re.compile(r"\brefund|\breturn|\bmoney back", re.I), "refund return credit"),
    (re.compile(r"\bcost|\bprice|\bfee|\bcharge", re.I), "cost price fee charge free"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionFeatures:
    """What a question is made of, worked out once. `terms` are its content words, each with all stems that stand for it."""

    text: str
    terms: tuple[frozenset[str], ...]
    names: frozenset[str]
    numbers: frozenset[str]
    kinds: frozenset[str]
    aspects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence offered: its text, the one before it in the passage, whether it opens the passage, and the passage's rank."""

    text: str
    passage: Passage
    before: str
    rank: int


def question_features(question: str, lexicon: Expander | None = None) -> QuestionFeatures:
    """Take a question apart; other names of its words come from the lexicon."""
    terms: dict[str, frozenset[str]] = {}
    for word in words(question):
        others = lexicon.expand_query(word.text) if lexicon is not None else ()
        more = {s for other in others for s in content_stems(other)}
        for each in content_stems(word.text):
            terms.setdefault(each, frozenset({each} | more))
    aspects = {stem(word) for pattern, found in _ASPECTS if pattern.search(question) for word in found.split()}
    return QuestionFeatures(
        text=question,
        terms=tuple(terms.values()),
        names=frozenset(fold(name) for name in _CAPITAL.findall(question)),
        numbers=frozenset(quantity.value for quantity in quantities(question)),
        kinds=frozenset(kind for kind, pattern in _KINDS if pattern.search(question)),
        aspects=frozenset(aspects),
    )


def features(asked: QuestionFeatures, candidates: Sequence[Candidate], cosines: Sequence[float]) -> Floats:
    """One row of signs for each candidate, in the order of `SIGNS`; pass zeros as cosines where there are none yet."""
    bags = [content_stems(candidate.text) for candidate in candidates]
    sets = [set(bag) for bag in bags]
    # Rarity among the sentences offered, so that a word which all of them have tells nothing.
    count = Counter(i for bag in sets for i, term in enumerate(asked.terms) if term & bag)
    rarity = [math.log1p(len(candidates) / (1 + count[i])) for i in range(len(asked.terms))]
    rows = np.zeros((len(candidates), len(FEATURES)))
    for row, (candidate, bag) in enumerate(zip(candidates, bags, strict=True)):
        rows[row] = (cosines[row], *_of_terms(asked, candidate, set(bag), rarity), *_of_form(asked, candidate, bag))
    return rows


def _of_terms(
    asked: QuestionFeatures, candidate: Candidate, held: set[str], rarity: Sequence[float]
) -> tuple[float, float]:
    """The share of the question's terms, by rarity, that the sentence has, and of the others what stands just before it."""
    whole = sum(rarity) or 1.0
    hits = {i for i, term in enumerate(asked.terms) if term & held}
    # "It is taken ..." speaks of what the sentence before or the title names.
    earlier = set(content_stems(f"{candidate.before} {candidate.passage.title}"))
    beside = {i for i, term in enumerate(asked.terms) if term & earlier} - hits
    return sum(rarity[i] for i in hits) / whole, sum(rarity[i] for i in beside) / whole


def _of_form(asked: QuestionFeatures, candidate: Candidate, bag: Sequence[str]) -> tuple[float, ...]:
    """The features from `pairs` on."""
    held = set(bag)
    heading = set(content_stems(candidate.passage.heading))
    return (
        _pairs(asked, bag),
        _share(asked.names, fold(candidate.text)),
        _share(asked.numbers, " ".join(quantity.value for quantity in quantities(candidate.text))),
        _kind(asked, candidate.text, held),
        float(is_negated(asked.text) and is_negated(candidate.text)),
        float(bool(asked.aspects & held)),
        float(bool((asked.aspects | set().union(*asked.terms)) & heading)),
        float(not candidate.before),
        math.log1p(candidate.rank),
        math.log1p(len(bag)),
        float(candidate.text.rstrip().endswith("?")),
    )


def utility(rows: Floats) -> Floats:
    """The utility of each candidate; the exponentials are in proportion to its chance of being the one that answers."""
    utilities: Floats = rows @ np.array([WEIGHTS[name] for name in FEATURES])
    return utilities


def probabilities(utilities: Floats) -> Floats:
    """Utilities as chances that sum to 1."""
    raised = np.exp(utilities - utilities.max()) if len(utilities) else utilities
    result: Floats = raised / raised.sum() if len(utilities) else raised
    return result


def _pairs(asked: QuestionFeatures, bag: Sequence[str]) -> float:
    """Share of the question's neighbouring words that are neighbours here too."""
    if len(asked.terms) < 2:
        return 0.0
    near = set(pairwise(bag))
    hits = sum(any((a, b) in near for a in one for b in other) for one, other in pairwise(asked.terms))
    return hits / (len(asked.terms) - 1)


def _share(wanted: frozenset[str], text: str) -> float:
    held = set(re.findall(r"[\w'’.-]+", text))
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _kind(asked: QuestionFeatures, text: str, held: set[str]) -> float:
    """Whether the kind of thing that is asked for stands in the sentence and not already in the question."""
    asking = set().union(*asked.terms) if asked.terms else set()
    has = {
        "quantity": lambda: any(quantity.value not in asked.numbers for quantity in quantities(text)),
        "time": lambda: any(fold(m.group()) not in fold(asked.text) for m in _TIME.finditer(text)),
        "person": lambda: any(stem(name) not in asking for name in _CAPITAL.findall(text)),
        "place": lambda: bool(_PLACE.search(text)),
        "reason": lambda: bool(_REASON.search(text)),
        "definition": lambda: bool(_DEFINITION.search(text)) and bool(asking & set(content_stems(text[:60]))),
        "method": lambda: bool(_METHOD.search(text)),
    }
    return sum(has[kind]() for kind in asked.kinds) / len(asked.kinds) if asked.kinds and held else 0.0
