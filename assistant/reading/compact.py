"""From passages to the few sentences that bear on the question: what the model reads, and what is quoted without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from assistant.language.sentences import Sentence, sentences
from assistant.language.words import content_stems, estimate_tokens, words
from assistant.protocols import Embedder
from assistant.reading.sentence_relevance import (
    FEATURES,
    Candidate,
    features,
    probabilities,
    question_features,
    utility,
)
from assistant.reading.snippets import MOST_WORDS, is_anaphoric
from assistant.retrieval.expand import Expander
from assistant.types import Evidence, Passage, Quote

# About a third of four full passages; bench/calibrate_compact.py prints the share of answers kept by budget.
BUDGET_TOKENS: Final = 160
# Sentences embedded for one question, chosen by the signs that cost nothing.
EMBEDDED: Final = 12
# A second quote is given only if it is at least this likely, as a share of the first, to hold the answer.
SECOND_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Offer:
    """A sentence on offer: which passage, which place in it."""

    passage: int
    place: int
    sentence: Sentence


def compact(
    question: str,
    passages: Sequence[Passage],
    *,
    embedder: Embedder,
    lexicon: Expander | None = None,
    budget_tokens: int = BUDGET_TOKENS,
    max_passages: int = 4,
) -> list[Evidence]:
    """The sentences of the passages that bear on the question, within a token budget, in source order.

    Evidence is numbered from 1 in the order of the passages given; `Quote.score` is the chance, among all sentences
    offered, that this is the one that answers. A passage beyond the budget, or beyond `max_passages`, gives its best sentence,
    so that it can be read and shown as near.
    """
    split = [sentences(passage.text) for passage in passages]
    offers = [_Offer(p, i, sentence) for p, found in enumerate(split) for i, sentence in enumerate(found)]
    if not offers:
        return []
    scores = _score(question, passages, split, offers, embedder, lexicon)
    chosen = _choose(offers, scores, budget_tokens, max_passages)
    evidence: list[Evidence] = []
    for p, passage in enumerate(passages):
        own = [i for i, offer in enumerate(offers) if offer.passage == p]
        if not own:
            continue
        taken = [i for i in own if i in chosen] or [max(own, key=lambda i: scores[i])]
        quotes = tuple(_quote(passage, offers[i].sentence, scores[i]) for i in taken)
        evidence.append(Evidence(len(evidence) + 1, passage, quotes))
    return evidence


def _score(
    question: str,
    passages: Sequence[Passage],
    split: Sequence[Sequence[Sentence]],
    offers: Sequence[_Offer],
    embedder: Embedder,
    lexicon: Expander | None,
) -> list[float]:
    """The chance of each sentence; those that the cheap signs put last are not embedded and get the lowest cosine."""
    asked = question_features(question, lexicon)
    candidates = [
        Candidate(
            offer.sentence.text,
            passages[offer.passage],
            split[offer.passage][offer.place - 1].text if offer.place else "",
            offer.passage,
        )
        for offer in offers
    ]
    rows = features(asked, candidates, [0.0] * len(offers))
    likely = np.argsort(-utility(rows), kind="stable")[:EMBEDDED]
    vectors = embedder.query([question, *(offers[i].sentence.text for i in likely)])
    cosines = vectors[1:] @ vectors[0]
    column = FEATURES.index("cosine")
    rows[:, column] = float(cosines.min())
    rows[likely, column] = cosines
    return [float(chance) for chance in probabilities(utility(rows))]


def _choose(
    offers: Sequence[_Offer],
    scores: Sequence[float],
    budget: int,
    max_passages: int,
) -> set[int]:
    """Offers by falling score while the budget lasts; a sentence that speaks of the one before it brings that along."""
    at = {(offer.passage, offer.place): i for i, offer in enumerate(offers)}
    chosen: set[int] = set()
    used: set[int] = set()
    left = budget
    for i in sorted(range(len(offers)), key=lambda i: (-scores[i], i)):
        offer = offers[i]
        if i in chosen or (offer.passage not in used and len(used) >= max_passages):
            continue
        group = [i]
        if offer.place and is_anaphoric(offer.sentence.text):
            group.append(at[offer.passage, offer.place - 1])
        for wanted in (group, [i]):
            cost = sum(estimate_tokens(offers[j].sentence.text) for j in wanted if j not in chosen)
            if cost <= left or not chosen:
                chosen.update(wanted)
                used.add(offer.passage)
                left -= cost
                break
    return chosen


def _quote(passage: Passage, sentence: Sentence, score: float) -> Quote:
    if len(passage.text) == passage.end - passage.start:
        return Quote(sentence.text, passage.start + sentence.start, passage.start + sentence.end, score)
    # A context check rewrote the passage, so places inside it are not known: the quote stands for the passage's place.
    return Quote(sentence.text, passage.start, passage.end, score)


def quote_at(passage: Passage, start: int, end: int, score: float = 1.0) -> Quote:
    """The quote of a stretch of a passage's text."""
    return _quote(passage, Sentence(passage.text[start:end], start, end), score)


def best_quotes(
    question: str, evidence: Sequence[Evidence], limit: int = 2, answer: str = ""
) -> list[tuple[int, Quote]]:
    """At most `limit` verbatim sentences that answer best, with their citation numbers, in reading order, 80 words in all.

    `answer`, if a reader found one, is a stretch of text that the first choice must hold. A sentence that begins
    with a pronoun brings the one before it along where both fit, else gives way to one nearly as good.
    """
    pool = [_Choice(item, quote) for item in evidence for quote in item.quotes]
    if not pool or limit < 1:
        return []
    if not any(choice.quote.score for choice in pool):
        pool = _rescored(question, pool)
    wanted = _plain(answer)
    order = sorted(pool, key=lambda choice: (-_merit(choice, wanted), choice.item.n, choice.quote.start))
    first = order[0]
    chosen = [first]
    if (earlier := _antecedent(first)) is not None and _count([first, earlier]) <= MOST_WORDS:
        chosen.insert(0, earlier)
    for choice in order[1:]:
        likely = choice.quote.score >= SECOND_SHARE * first.quote.score
        if likely and len(chosen) < limit and _adds(choice, chosen):
            chosen.append(choice)
    return [(choice.item.n, choice.quote) for choice in sorted(chosen, key=_place)]


@dataclass(frozen=True, slots=True)
class _Choice:
    item: Evidence
    quote: Quote


def _adds(choice: _Choice, chosen: Sequence[_Choice]) -> bool:
    """Whether a sentence stands by itself, says something new and leaves the whole short enough."""
    if is_anaphoric(choice.quote.text) or _count([*chosen, choice]) > MOST_WORDS:
        return False
    return not any(_repeats(choice.quote.text, other.quote.text) for other in chosen)


def _place(choice: _Choice) -> tuple[int, int, int]:
    # The text's own place decides inside a passage, since a rewritten passage has no offsets for its sentences.
    return choice.item.n, choice.quote.start, choice.item.passage.text.find(choice.quote.text)


def _rescored(question: str, pool: Sequence[_Choice]) -> list[_Choice]:
    """Scores by the cheap signs, for quotes that no compaction scored."""
    offered = [Candidate(choice.quote.text, choice.item.passage, "", choice.item.n) for choice in pool]
    scores = probabilities(utility(features(question_features(question), offered, [0.0] * len(pool))))
    return [_Choice(c.item, replace(c.quote, score=float(score))) for c, score in zip(pool, scores, strict=True)]


def _merit(choice: _Choice, wanted: str) -> float:
    merit = choice.quote.score
    if is_anaphoric(choice.quote.text) and _antecedent(choice) is None:
        # A reader could not tell what it speaks of.
        merit *= 0.6
    if wanted and f" {wanted} " in f" {_plain(choice.quote.text)} ":
        merit += 1.0
    return merit


def _antecedent(choice: _Choice) -> _Choice | None:
    """The sentence just before one that looks back; None where it needs none or opens its passage."""
    if not is_anaphoric(choice.quote.text):
        return None
    passage = choice.item.passage
    found = sentences(passage.text)
    for before, sentence in pairwise(found):
        if sentence.text == choice.quote.text:
            return _Choice(choice.item, _quote(passage, before, choice.quote.score))
    return None


def _count(choices: Sequence[_Choice]) -> int:
    return sum(len(choice.quote.text.split()) for choice in choices)


def _repeats(one: str, other: str) -> bool:
    """Whether a sentence adds nothing: nearly all its content words stand in the other."""
    mine, theirs = set(content_stems(one)), set(content_stems(other))
    return len(mine & theirs) >= 0.8 * len(mine)


def _plain(text: str) -> str:
    return " ".join(word.text.casefold() for word in words(text))
