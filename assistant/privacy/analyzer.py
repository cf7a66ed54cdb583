"""Presidio's analyzer with our recognizers and a spaCy pipeline of two components. Importing this loads both: see `lean`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import regex

from assistant.config import model_store
from assistant.errors import ModelError
from assistant.packs.pack import RecognizerSpec
from assistant.privacy.lean import lean_imports
from assistant.privacy.names import PERSON, find_names
from assistant.privacy.patterns import THRESHOLD, PatternFinder
from assistant.privacy.places import LOCATION, ORGANIZATION, find_places
from assistant.privacy.said import ENTITIES as SAID
from assistant.privacy.said import find_said
from assistant.privacy.spans import TAGGED_SCORE
from assistant.privacy.tagger import Tagger
from assistant.privacy.tagger_filter import ENTITIES, accepted, beside
from assistant.privacy.words import looks_clinical, name_lists, not_names
from assistant.types import Span

with lean_imports():
    import spacy
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

LANGUAGE: Final = "en"
MODEL: Final = "en_core_web_sm"
# The tokenizer of the model is that of the language: reading it again from the file takes a quarter of the loading.
_NOT_LOADED: Final = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "tokenizer")
_BATCH: Final = 32
_PLACES: Final = frozenset({"GPE"})
_SURE: Final = 0.9
# The label of a vote for a person that is the tagger's.
_TAGGED_PERSON: Final = "tagged person"

Allow = Callable[[str], bool]


class Vote(NamedTuple):
    """What spaCy or the tagger called an entity, with offsets into the whole text."""

    start_char: int
    end_char: int
    label_: str


class LeanSpacyEngine(NlpEngine):  # type: ignore[misc]  # Presidio ships no types
    """spaCy's named-entity recognizer alone: tagger, parser and lemmatizer cost most of the time and are not used."""

    engine_name = "spacy-lean"

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        with lean_imports():
            self._nlp = spacy.load(folder, exclude=_NOT_LOADED)

    def load(self) -> None:
        """Loaded on construction."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> object:
        return next(iter(self.process_batch([text], language)))[1]

    def process_batch(self, texts: Iterable[str], language: str, **_: object) -> Iterator[tuple[str, Any]]:
        whole = list(texts)
        pieces = [(i, start, piece) for i, text in enumerate(whole) for start, piece in _worth_a_look(text)]
        votes: list[list[Vote]] = [[] for _ in whole]
        # The pipeline keeps caches that two threads must not write at once. Outside of a zone it also keeps every word that it
        # ever read: memory without bound, and words of people that outlive their texts.
        with self._lock, self._nlp.memory_zone():
            docs = self._nlp.pipe((piece for _, _, piece in pieces), batch_size=_BATCH)
            for (i, start, _piece), doc in zip(pieces, docs, strict=True):
                votes[i] += [Vote(start + e.start_char, start + e.end_char, e.label_) for e in doc.ents]
        for text, found in zip(whole, votes, strict=True):
            yield text, NlpArtifacts(found, None, [], [], None, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        with self._lock, self._nlp.memory_zone():
            return bool(self._nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        with self._lock, self._nlp.memory_zone():
            return bool(self._nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        return [PERSON, LOCATION, ORGANIZATION]

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class ShapeRecognizer(EntityRecognizer):  # type: ignore[misc]
    """All patterns of the pack in one pass."""

    def __init__(self, finder: PatternFinder) -> None:
        self._finder = finder
        super().__init__(sorted(finder.entities), name="shapes", supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object) -> list[object]:  # noqa: ARG002
        return _results(self._finder.find(text, frozenset(entities)))


class NameRecognizer(EntityRecognizer):  # type: ignore[misc]
    """People, with spaCy's votes."""

    def __init__(self, allow: Allow | None) -> None:
        self._allow = allow
        super().__init__([PERSON], name="names", supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object) -> list[object]:
        if PERSON not in entities:
            return []
        tagged = [Span(PERSON, a, b, TAGGED_SCORE) for a, b in _votes(nlp_artifacts, frozenset({_TAGGED_PERSON}))]
        found = find_names(text, _votes(nlp_artifacts, frozenset({"PERSON"})), tagged)
        if self._allow is not None:  # the pack's own vocabulary: only a title or a heading makes a person of it
            terms = [term for span in found if (term := _longer_term(text, span, self._allow)) is not None]
            found = [s for s in found if not (_inside(s, terms) or self._is_vocabulary(text, s, found))]
        return _results(found)

    def _is_vocabulary(self, text: str, span: Span, found: Sequence[Span]) -> bool:
        words = set(text[span.start : span.end].split())
        known = {word for s in found if s.score >= _SURE for word in text[s.start : s.end].split()}
        unsure = span.score < _SURE and not words & known
        return unsure and self._allow is not None and self._allow(text[span.start : span.end])


def _longer_term(text: str, span: Span, allow: Allow) -> tuple[int, int] | None:
    """Where a longer term of the vocabulary stands that the span begins, as "St John" begins "St John's wort".

    It is no person even where the same name is one elsewhere in the text.
    """
    after = _FOLLOWING.match(text, span.end)
    ends = [match.end() for match in _WORD_END.finditer(text, span.end, after.end())] if after else []
    return next(((span.start, end) for end in reversed(ends) if allow(text[span.start : end])), None)


def _inside(span: Span, terms: Sequence[tuple[int, int]]) -> bool:
    return span.score < _SURE and any(start <= span.start and span.end <= end for start, end in terms)


class PlaceRecognizer(EntityRecognizer):  # type: ignore[misc]
    """Places and organisations, with spaCy's votes."""

    def __init__(self) -> None:
        super().__init__([LOCATION, ORGANIZATION], name="places", supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object) -> list[object]:
        found = find_places(text, _votes(nlp_artifacts, _PLACES))
        return _results([span for span in found if span.entity in entities])


class SaidRecognizer(EntityRecognizer):  # type: ignore[misc]
    """Numbers and dates in words."""

    def __init__(self) -> None:
        super().__init__(sorted(SAID), name="said", supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object) -> list[object]:  # noqa: ARG002
        return _results([span for span in find_said(text) if span.entity in entities])


class NoEnhancer(ContextAwareEnhancer):  # type: ignore[misc]
    """Our recognizers look at the words nearby themselves; Presidio's enhancer needs lemmas for it."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(self, text: str, raw_results: list[object], *_: object, **__: object) -> list[object]:  # noqa: ARG002
        return raw_results


class Analyzer:
    """Presidio's engine over our recognizers; texts go through spaCy in batches."""

    def __init__(self, specs: Sequence[RecognizerSpec], allow: Allow | None = None, folder: Path | None = None) -> None:
        place = folder or model_store() / MODEL
        if not (place / "meta.json").is_file():
            raise ModelError(f"the model {MODEL} is missing", path=place, remedy="run `assistant models pull`")
        self._nlp = LeanSpacyEngine(place)
        self._allow = allow
        self._tagged: Tagger | None = None
        self._lock = threading.Lock()
        self.shapes = PatternFinder(specs)
        recognizers: list[Any] = [
            ShapeRecognizer(self.shapes), NameRecognizer(allow), PlaceRecognizer(), SaidRecognizer()
        ]  # fmt: skip
        registry = RecognizerRegistry(recognizers=recognizers, supported_languages=[LANGUAGE])
        self._engine = AnalyzerEngine(
            registry=registry,
            nlp_engine=self._nlp,
            supported_languages=[LANGUAGE],
            context_aware_enhancer=NoEnhancer(),
            default_score_threshold=THRESHOLD,
        )
        self.entities = frozenset(e for r in recognizers for e in r.supported_entities) | frozenset(ENTITIES.values())

    @property
    def _tagger(self) -> Tagger:
        """Loaded at the first text: what is only compared with known fields needs none."""
        with self._lock:
            if self._tagged is None:
                self._tagged = Tagger.load()
            return self._tagged

    def analyze(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of every entity in each text, overlapping ones included. Raises what a recognizer raises."""
        found: list[list[Span]] = []
        proposed = self._tagger.tag(texts)
        for (text, artifacts), proposals in zip(self._nlp.process_batch(texts, LANGUAGE), proposed, strict=True):
            tagged = accepted(text, proposals, self._allow)
            artifacts.entities += [Vote(s.start, s.end, _TAGGED_PERSON) for s in tagged if s.entity == PERSON]
            results = self._engine.analyze(text, language=LANGUAGE, nlp_artifacts=artifacts)
            ruled = [Span(r.entity_type, r.start, r.end, r.score) for r in results]
            found.append([*ruled, *beside(text, [s for s in tagged if s.entity != PERSON], ruled)])
        return found


# Up to two words, and a possessive ending, that may continue a term.
_FOLLOWING: Final = regex.compile(r"(?:['’]s)?(?:[ -]\p{L}[\p{L}\p{M}'’]*){0,2}")
_WORD_END: Final = regex.compile(r"(?<=[\p{L}'’])(?![\p{L}\p{M}'’])")
_SENTENCE: Final = regex.compile(r"[^\n]+?(?:(?<=[^\p{Lu}][.!?][\"')\]]?)[ ]+(?=[\p{Lu}\"'(])|\n|\Z)")
_CAPITALISED: Final = regex.compile(r"(?<![\p{L}\p{M}\d@])\p{Lu}[\p{L}\p{M}'’]+")


def _worth_a_look(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with a capitalised word that the word lists do not settle: on the others spaCy has nothing to add."""
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        if any(_unsettled(word) for word in _CAPITALISED.findall(piece)):
            yield match.start(), piece


@lru_cache(maxsize=50_000)
def _unsettled(word: str) -> bool:
    bare = word.lower().removesuffix("'s")
    if bare in not_names() or looks_clinical(bare) or (word.isupper() and len(word) < 4):
        return name_lists().is_name(bare) and not looks_clinical(bare)
    return not name_lists().is_clear(bare)


def _votes(artifacts: Any, labels: frozenset[str]) -> list[tuple[int, int]]:
    return [(e.start_char, e.end_char) for e in artifacts.entities if e.label_ in labels]


def _results(spans: Sequence[Span]) -> list[object]:
    return [RecognizerResult(s.entity, s.start, s.end, s.score) for s in spans]
