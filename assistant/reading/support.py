"""How far sources support a sentence: hard disagreements, then content words and meaning."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.language.quantities import quantities, stands
from assistant.language.words import STOPWORDS, content_stems, fold, is_negated, stem, words

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon
    from assistant.protocols import Embedder
    from assistant.types import Evidence

# Logistic weights over (coverage, similarity, whether a word is missing), fitted by bench/calibrate_grounding.py on halves of
# the MedQuAD documents, and all but a rule: every content word must stand in the sources or be another name of one that
# does. On the other half 0.97 of true sentences pass at 0.75 and 0.07 of changed ones; with the weights set by hand before
# it was 0.31 of those. Similarity was fitted to nothing: a sentence with one word changed is very similar.
WEIGHTS: Final = (0.32, 0.0, -6.41)
BIAS: Final = 2.28

OPPOSITES: Final[tuple[tuple[frozenset[str], frozenset[str]], ...]] = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (
        ("increase increased increases raise raised elevated higher rise rises gain", "decrease decreased decreases reduce "
         "reduced reduces lower lowered lowers fall falls loss decline declines drop drops"),
        ("high hyper", "low hypo"),
        ("more greater", "less fewer smaller"),
        ("before", "after"),
        ("start begin initiate resume", "stop discontinue cease withhold suspend end"),
        ("safe", "unsafe dangerous harmful"),
        ("effective", "ineffective"),
        ("improve improves improved better", "worsen worsens worsened worse"),
        ("always", "never"),
        ("allowed permitted", "forbidden prohibited"),
        ("left", "right"),
        ("maximum", "minimum"),
        ("first earliest", "last latest"),
        ("positive", "negative"),
        ("common frequent", "rare uncommon"),
        ("acute", "chronic"),
        ("benign", "malignant"),
        ("adult adults", "child children infant infants"),
        ("refundable eligible", "nonrefundable ineligible"),
        ("free", "paid charged"),
        ("open", "closed"),
        ("enable activate", "disable deactivate"),
    )
)  # fmt: skip
_CITATION: Final = re.compile(r"\[\d{1,3}\]")
_CAPITAL: Final = re.compile(r"[A-Z][\w'’-]*")


@dataclass(frozen=True, slots=True)
class Support:
    """`score` in 0..1, and what speaks against the support, in words for people. `objection`: a hard disagreement."""

    score: float
    reason: str
    coverage: float
    similarity: float
    objection: bool = False


def support(
    sentence: str,
    question: str,
    evidence: Sequence[Evidence],
    lexicon: Lexicon | None,
    embedder: Embedder,
) -> Support:
    """The support of a sentence by the evidence taken together."""
    text = _CITATION.sub(" ", sentence).strip()
    sources = [quote.text for item in evidence for quote in item.quotes]
    around = " ".join(f"{item.passage.title} {item.passage.heading}" for item in evidence)
    held = set(content_stems(" ".join(sources) + " " + around))
    terms = _terms(text, lexicon)
    if not terms or not sources:
        return Support(0.0, "it says nothing that could be compared", 0.0, 0.0)
    missing = [term for term in terms if not term & held]
    coverage = 1 - len(missing) / len(terms)
    vectors = embedder.query([text, *sources])
    similarities = vectors[1:] @ vectors[0]
    similarity = float(similarities.max())
    nearest = sources[int(similarities.argmax())]
    objection = _objection(text, question, nearest, sources, around)
    if objection:
        return Support(0.0, objection, coverage, similarity, True)
    score = combined(coverage, similarity, bool(missing))
    reason = "too many of its words are not there" if coverage < 0.8 else "a word of it is not there"
    return Support(score, reason, coverage, similarity)


def combined(coverage: float, similarity: float, missing: bool) -> float:
    """The logistic score of the soft signs."""
    z = BIAS + WEIGHTS[0] * coverage + WEIGHTS[1] * similarity + WEIGHTS[2] * missing
    return 1 / (1 + math.exp(-z))


def _objection(text: str, question: str, nearest: str, sources: list[str], around: str) -> str:
    if _unknown_quantity(text, question, [*sources, around]):
        return "a quantity differs"
    if _unknown_name(text, question, " ".join([*sources, around])):
        return "a name is not there"
    if is_negated(text) != is_negated(nearest) and not _same_polarity(text, sources):
        return "one denies what the other says"
    if _opposite(text, nearest, sources):
        return "the direction differs"
    return ""


def _unknown_quantity(text: str, question: str, sources: list[str]) -> bool:
    """Whether a quantity stands in no source with the same meaning; what the question named may be repeated."""
    there = [quantity for source in sources for quantity in quantities(source)]
    asked = quantities(question)
    return any(not stands(q, there) and not stands(q, asked, bounds=False) for q in quantities(text))


def _unknown_name(text: str, question: str, source: str) -> bool:
    """Whether a capitalised word inside the sentence stands neither in the sources nor in the question."""
    known = {fold(word.text) for word in words(f"{source} {question}")}
    known |= {word.removesuffix("'s") for word in known}
    for word in words(text)[1:]:
        key = fold(word.text).removesuffix("'s")
        if (
            _CAPITAL.fullmatch(word.text)
            and key not in STOPWORDS
            and key not in known
            and stem(key) not in map(stem, known)
        ):
            return True
    return False


def _same_polarity(text: str, sources: list[str]) -> bool:
    """Whether a source sentence that holds most of the words agrees in negation, though the nearest does not."""
    wanted = set(content_stems(text))
    negated = is_negated(text)
    return any(
        is_negated(source) == negated and len(wanted & set(content_stems(source))) >= 0.8 * len(wanted)
        for source in sources
    )


def _opposite(text: str, nearest: str, sources: list[str]) -> bool:
    said = {stem(fold(word.text)) for word in words(text)}
    there = {stem(fold(word.text)) for word in words(nearest)}
    everywhere = {stem(fold(word.text)) for source in sources for word in words(source)}
    for one, other in OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            if said & mine and not said & theirs and there & theirs and not there & mine and not everywhere & mine:
                return True
    return False


def _terms(text: str, lexicon: Lexicon | None) -> list[frozenset[str]]:
    terms: list[frozenset[str]] = []
    for word in words(text):
        stems = content_stems(word.text)
        if stems:
            others: Iterable[str] = lexicon.expand(word.text) if lexicon is not None else ()
            terms.append(frozenset(stems) | {s for other in others for s in content_stems(other)})
    return terms
