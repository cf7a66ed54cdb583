"""Hybrid search over one vault: BM25 and MiniLM, fused; access labels decide before anything is ranked."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt

from assistant.language.quantities import Quantity, quantities
from assistant.language.words import NEGATIONS, content_stems, fold, words
from assistant.protocols import Embedder
from assistant.retrieval.editions import in_force
from assistant.retrieval.expand import Expander, dense_text, expansions, match_expression, terms
from assistant.retrieval.index import VectorIndex, VectorSource
from assistant.retrieval.sentence_vectors import blended, nearest
from assistant.retrieval.speller import Speller
from assistant.types import Passage

if TYPE_CHECKING:
    from assistant.packs.pack import Pack

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Labels = Collection[frozenset[str]]

# Weight of the cosine against the BM25 score, which is divided by the best of the question (convex combination; Bruch,
# Gai, Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"): between what the SciFact training queries ask for (0.75) and
# written questions in lay words (0.9).
DENSE_WEIGHT: Final = 0.8
# BM25 weights of title, heading and text; same source.
FIELD_WEIGHTS: Final = (2.0, 2.0, 1.0)
# What a search for a question behind the one before it weighs beside the search for the question alone ("and the battery?").
BEFORE_SHARE: Final = 0.5
# Two passages that share this part of their word triples are the same to a reader (leaflet versions, boilerplate).
SAME_SHARE: Final = 0.85


class SearchVault(VectorSource, Protocol):
    """What the retriever needs of the vault."""

    def visible_ids(self, allowed: Labels | None, collections: Sequence[str] | None = None) -> Ids: ...

    def bm25(
        self,
        match: str,
        limit: int,
        allowed: Labels | None,
        weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
        collections: Sequence[str] | None = None,
    ) -> list[tuple[int, float]]: ...

    def frequencies(
        self, terms: Sequence[str], allowed: Labels | None, collections: Sequence[str] | None = None
    ) -> tuple[int, list[int]]: ...

    def passages(self, ids: Iterable[int]) -> list[Passage]: ...

    def stems(self, beginning: str, allowed: Labels | None) -> dict[str, int]: ...

    def editions(self, document_ids: Iterable[str]) -> dict[str, dict[str, str]]: ...

    def sentence_vectors(self, ids: Iterable[int]) -> dict[int, Vectors]: ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage id with its fused score and the parts: cosine to the question, BM25 as a share of the best."""

    id: int
    score: float
    cosine: float
    lexical: float


class Retriever:
    """Finds passages for a question. Thread-safe as far as the vault is; the index follows the vault by itself."""

    __slots__ = ("_embedder", "_index", "_lexicon", "_pack", "_vault")

    def __init__(self, vault: SearchVault, embedder: Embedder, pack: Pack | None = None) -> None:
        self._vault = vault
        self._embedder = embedder
        self._lexicon: Expander | None = pack.lexicon if pack is not None else None
        self._pack = pack
        self._index = VectorIndex(vault, embedder.dimension)

    def search(
        self,
        query: str,
        *,
        allowed: Labels | None,
        k: int = 8,
        collections: Sequence[str] | None = None,
        depth: int = 100,
        before: str = "",
    ) -> list[Passage]:
        """The `k` best passages, best first, near-identical ones once; `score` is the fused score, about 0 to 1.

        Editions that are not in force are left out beside those that are, unless the question asks for them.

        `allowed` holds the label sets that the asker may see, None meaning all; `collections` narrows further.
        `depth` is how many candidates each of the two searches contributes. `before` is the question that this one follows:
        what lies near both rises, and nothing falls, so that another subject is found as before.
        """
        ranked = self.rank(query, allowed=allowed, collections=collections, depth=depth)
        if before:
            both = self.rank(f"{before} {query}", allowed=allowed, collections=collections, depth=depth)
            ranked = raised(ranked, both)
        # Twice as many are fetched as wanted, so that leaving out doubles does not leave a gap.
        head = ranked[: 2 * k]
        stored = {passage.id: passage for passage in self._vault.passages([item.id for item in head])}
        found = [replace(stored[item.id], score=item.score) for item in head if item.id in stored]
        editions = self._vault.editions({passage.document_id for passage in found})
        return distinct(in_force(found, editions, query, datetime.now(UTC).date()), k)

    def rank(
        self, query: str, *, allowed: Labels | None, collections: Sequence[str] | None = None, depth: int = 100
    ) -> list[Ranked]:
        """All candidates by falling fused score, without their texts."""
        others = expansions(query, self._lexicon)
        match = match_expression(query, others)
        if not match:
            return []
        visible = self._vault.visible_ids(allowed, collections)
        if len(visible) == 0:
            return []
        lexical = dict(self._vault.bm25(match, depth, allowed, FIELD_WEIGHTS, collections))
        vector = self._embedder.query([dense_text(query, others)])[0]
        cosines = {hit.id: hit.score for hit in self._index.search(vector, depth, visible)}
        # A candidate of one search is scored by both: the cosine is exact, a BM25 outside its list counts as none.
        missing = np.array([i for i in lexical if i not in cosines], np.int64)
        cosines.update(self._index.cosines(vector, missing))
        return fuse(lexical, self._by_sentence(vector, cosines))

    def _by_sentence(self, vector: Vectors, cosines: Mapping[int, float]) -> dict[int, float]:
        """The cosine of each candidate beside that of its nearest sentence."""
        stored = self._vault.sentence_vectors(cosines)
        best = dict(zip(stored, nearest(vector, list(stored.values())), strict=True))
        return {i: blended(cosine, best.get(i, cosine)) for i, cosine in cosines.items()}

    def rarity(self, query: str, *, allowed: Labels | None) -> dict[str, float]:
        """How much each content stem of the question tells, 0 to 1: its inverse document frequency among what may be seen,
        as a share of that of a word that stands nowhere (Sparck Jones 1972). Empty where nothing may be seen."""
        found = terms(query)
        total, counts = self._vault.frequencies(found, allowed)
        if not total or not found:
            return {}
        most = math.log(total + 1)
        return {
            stem: round(1 - math.log(count + 1) / most, 4)
            for term, count in zip(found, counts, strict=True)
            for stem in content_stems(term)
        }

    def spelling(
        self, question: str, *, allowed: Labels | None, kept: Iterable[str], common: Collection[str]
    ) -> dict[str, str]:
        """What misspelt words of a question were meant to be; see `assistant.retrieval.speller`."""
        return Speller(self._vault, common, self._is_named).corrections(question, allowed, kept)

    def _is_named(self, word: str) -> bool:
        return self._pack is not None and bool(self._pack.lexicon.subjects.named(word))

    def refresh(self) -> None:
        """Bring the vector index up to date now instead of at the next question."""
        self._index.refresh()


def fuse(lexical: dict[int, float], cosines: dict[int, float], weight: float = DENSE_WEIGHT) -> list[Ranked]:
    """Convex combination of cosine and BM25 as a share of the best BM25, best first; ties by id, so that runs agree."""
    best = max(lexical.values(), default=0.0)
    ranked = []
    for i in lexical.keys() | cosines.keys():
        share = lexical.get(i, 0.0) / best if best > 0 else 0.0
        cosine = cosines.get(i, 0.0)
        ranked.append(Ranked(i, weight * cosine + (1 - weight) * share, cosine, share))
    return sorted(ranked, key=lambda item: (-item.score, item.id))


def raised(alone: Sequence[Ranked], behind: Sequence[Ranked], share: float = BEFORE_SHARE) -> list[Ranked]:
    """Candidates of a question by the mean of its own score and of that behind the question before, where that is higher.

    A candidate that one of the two lists lacks has the last score there.
    """
    own, other = {item.id: item for item in alone}, {item.id: item for item in behind}
    last = alone[-1].score if alone else 0.0
    lowest = behind[-1].score if behind else 0.0
    found = []
    for i, item in {**other, **own}.items():
        score = own[i].score if i in own else last
        beside = other[i].score if i in other else lowest
        found.append(replace(item, score=max(score, (1 - share) * score + share * beside)))
    return sorted(found, key=lambda item: (-item.score, item.id))


def by_document(
    ranked: Sequence[Ranked], owner: Mapping[int, str], weight: float = DENSE_WEIGHT
) -> list[tuple[str, float]]:
    """Documents by the best cosine and the best BM25 among their passages, which need not be of one passage."""
    best: dict[str, tuple[float, float]] = {}
    for item in ranked:
        cosine, lexical = best.get(owner[item.id], (-1.0, 0.0))
        best[owner[item.id]] = max(cosine, item.cosine), max(lexical, item.lexical)
    scores = [(name, weight * cosine + (1 - weight) * lexical) for name, (cosine, lexical) in best.items()]
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))


def distinct(passages: Sequence[Passage], k: int) -> list[Passage]:
    """The first `k` passages without those that repeat an earlier one almost word for word, figures and denials included."""
    kept: list[Passage] = []
    seen: list[_Print] = []
    for passage in passages:
        if len(kept) == k:
            break
        taken = _Print.of(passage.text)
        if not any(taken.repeats(other) for other in seen):
            kept.append(passage)
            seen.append(taken)
    return kept


@dataclass(frozen=True, slots=True)
class _Print:
    """What is compared of a passage: triples of neighbouring stems, and what must not differ between doubles."""

    triples: frozenset[tuple[str, ...]]
    figures: tuple[Quantity, ...]
    denials: int

    @classmethod
    def of(cls, text: str) -> _Print:
        stems = content_stems(text)
        triples: frozenset[tuple[str, ...]] = frozenset(zip(stems, stems[1:], stems[2:], strict=False))
        triples = triples or frozenset((stem,) for stem in stems)
        denials = sum(fold(word.text) in NEGATIONS or word.text.endswith("n't") for word in words(text))
        return cls(triples, tuple(sorted(quantities(text))), denials)

    def repeats(self, other: _Print) -> bool:
        # Two leaflets that differ in one dose share nearly all their words, and must both be shown.
        if self.figures != other.figures or self.denials != other.denials:
            return False
        both = len(self.triples | other.triples)
        return both == 0 or len(self.triples & other.triples) / both >= SAME_SHARE
