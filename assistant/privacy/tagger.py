"""A small tagger of identifiers: the first layers of the embedding model, and a head trained on texts made here.

Rules know the forms that somebody wrote down; the tagger knows what names, places and numbers look like among their neighbours. Its
vectors are those of the encoder that the search loads anyway; spelling, shape and the name lists stand beside them, as the
encoder reads small letters only. Trained by `assistant/tune/redactor_recipe.py`; figures are in `docs/security.md`.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakValueDictionary
from zlib import crc32

import numpy as np
import numpy.typing as npt
import regex

from assistant.errors import IntegrityError, ModelError
from assistant.privacy.words import is_word_like, looks_clinical, name_lists, not_names

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.models.bert import Bert

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

LABELS: Final = ("PERSON", "TOWN", "ADDRESS", "PHONE", "NUMBER", "PLATE", "USER", "DATE", "EMAIL")
TAGS: Final = ("O", *(f"{mark}-{label}" for label in LABELS for mark in "BI"))
ENCODER: Final = "all-MiniLM-L6-v2"
WEIGHTS: Final = Path(__file__).parent / "weights" / "tagger.safetensors"
WEIGHTS_SHA256: Final = "8fb056b69ae35058e7b63b4df8d81cb56bfa207ea56abfc3306e3a828bdbba9b"
# Layers of the encoder that are run: later ones say what a text is about, earlier ones what a word is.
LAYERS: Final = 3
GRAMS: Final = 8192
# Words of one stretch: attention grows with its square, and a text's consistency is the rules' affair.
_STRETCH: Final = 120
_MOST_PIECES: Final = 8
_GROUP: Final = 16
_MARKS: Final = ".,:;-/@'()|=<>#+_\"!?*&"
_WORD: Final = regex.compile(r"[^\W_]+|[^\w\s]|_")


class Word(NamedTuple):
    """One word or mark of a text."""

    start: int
    end: int
    text: str


class Proposal(NamedTuple):
    """A stretch that the tagger takes for an identifier; `sure` is its mean probability from 0 to 1.

    `common`: whether the encoder's vocabulary, which holds the 30,000 words and pieces that English texts have most, holds one of
    its words whole.
    """

    label: str
    start: int
    end: int
    sure: float
    common: bool = True


def words_of(text: str) -> list[Word]:
    """Words and marks, as the encoder's tokenizer parts them."""
    return [Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]


def stretches(words: Sequence[Word], text: str) -> Iterator[tuple[int, int]]:
    """Runs of words that are read at once, cut at the last line end within reach."""
    start = 0
    while len(words) - start > _STRETCH:
        cut = next(
            (
                i
                for i in range(start + _STRETCH, start + _STRETCH // 2, -1)
                if "\n" in text[words[i - 1].end : words[i].start]
            ),
            start + _STRETCH,
        )
        yield start, cut
        start = cut
    if start < len(words):
        yield start, len(words)


@lru_cache(maxsize=50_000)
def grams(word: str) -> Ints:
    """Buckets of the letter runs of two to four of a word, edges marked, case kept by a gram of its shape."""
    low = f"^{word.lower()}$"
    pieces = [low[i : i + n] for n in (2, 3, 4) for i in range(len(low) - n + 1)]
    shape = "".join("X" if c.isupper() else "9" if c.isdigit() else "x" for c in word[:12])
    pieces += [low, f"#{shape}"]
    return np.array([crc32(p.encode("utf-8", "replace")) % GRAMS for p in pieces], np.int64)


@lru_cache(maxsize=50_000)
def _own(word: str) -> tuple[float, ...]:
    """What a word shows by itself."""
    lists, size, low = name_lists(), len(word), word.lower()
    letters = word.isalpha()
    digits = sum(c.isdigit() for c in word)
    flags = (
        word.istitle() and size > 1, word.isupper() and letters, word.islower() and letters, digits == size, 0 < digits < size,
        letters and not (word.istitle() or word.isupper() or word.islower()), not word[0].isalnum(), word[0].isupper(), size == 1,
        size == 2, size == 3, size == 4, 5 <= size <= 7, size > 7, size > 10, not word.isascii(),
    )  # fmt: skip
    known = (
        lists.is_given(word), lists.is_surname(word), lists.is_clear(word), low in not_names(), looks_clinical(word), is_word_like(word)
    ) if letters else (False,) * 6  # fmt: skip
    return tuple(float(f) for f in (*flags, *known, *(word == mark for mark in _MARKS)))


FEATURES: Final = 16 + 6 + len(_MARKS) + 6


def shapes(words: Sequence[Word], text: str) -> Floats:
    """Spelling, lists and spacing of each word, (words, FEATURES)."""
    titles = sum(w.text[0].isupper() for w in words) / max(1, len(words))
    capitals = sum(w.text.isupper() and len(w.text) > 1 for w in words) / max(1, len(words))
    rows = []
    for i, word in enumerate(words):
        before = text[words[i - 1].end : word.start] if i else "\n"
        after = text[word.end : words[i + 1].start] if i + 1 < len(words) else "\n"
        spacing = (float(not before), float("\n" in before), float(not after), float("\n" in after))
        rows.append((*_own(word.text), *spacing, titles, capitals))
    return np.array(rows, np.float32).reshape(len(words), FEATURES)


class Vectors:
    """The encoder's first layers over words; thread-safe."""

    def __init__(self, bert: Bert, tokenizer: Tokenizer) -> None:
        self._bert, self._tokenizer = bert, tokenizer

    @classmethod
    def load(cls, folder: Path, layers: int = LAYERS) -> Vectors:
        """From a verified folder of the embedding model. Raises ModelError where a file cannot be read."""
        from tokenizers import Tokenizer

        from assistant.models.bert import Bert

        bert = Bert.load(folder, layers)
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises plain Exception for a missing or broken file
            raise ModelError("the encoder cannot be read", path=folder, remedy="run `assistant models pull`") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(bert, tokenizer)

    def of(self, batch: Sequence[Sequence[Word]]) -> list[Floats]:
        """For each stretch of words (words, 2 x hidden): the first piece of each word and the mean of its pieces."""
        encoded = [self._pieces(words) for words in batch]
        width = max(len(ids) for ids, _ in encoded)
        ids = np.zeros((len(batch), width), np.int64)
        mask = np.zeros((len(batch), width), np.int64)
        for row, (own, _) in enumerate(encoded):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        hidden = self._bert.forward(ids, mask)
        found = []
        for row, (own, firsts) in enumerate(encoded):
            states = hidden[row, : len(own) - 1]
            means = np.add.reduceat(states, firsts, axis=0) / np.diff([*firsts, len(own) - 1])[:, None]
            found.append(np.concatenate([states[firsts], means], axis=1).astype(np.float32))
        return found

    def is_common(self, word: str) -> bool:
        """Whether the vocabulary holds the word whole."""
        return self._tokenizer.token_to_id(word.lower()) is not None

    def _pieces(self, words: Sequence[Word]) -> tuple[list[int], list[int]]:
        """Token ids with the two marks of the model, and where each word begins among them."""
        encoding = self._tokenizer.encode(
            [w.text.encode("utf-8", "replace").decode() for w in words], is_pretokenized=True, add_special_tokens=False
        )
        by_word: list[list[int]] = [[] for _ in words]
        for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
            if word is not None:
                by_word[word].append(piece)
        ids, firsts = [_CLS], []
        for pieces in by_word:
            firsts.append(len(ids))
            ids += pieces[:_MOST_PIECES] or [_UNKNOWN]
        return [*ids, _SEP], firsts


# Ids of the marks in the vocabulary of the BERT family.
_CLS, _SEP, _UNKNOWN = 101, 102, 100


class Head:
    """The trained layers over the vectors, in numpy."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        self._weights = {name: np.asarray(array, np.float32) for name, array in arrays.items()}

    @classmethod
    def load(cls, path: Path, sha256: str) -> Head:
        """Raises ModelError for missing weights and IntegrityError for others than the pinned ones."""
        from safetensors.numpy import load

        try:
            blob = path.read_bytes()
        except OSError as error:
            raise ModelError("tagger weights are missing", path=path, remedy="reinstall the assistant") from error
        if hashlib.sha256(blob).hexdigest() != sha256:
            raise IntegrityError("tagger weights are not the pinned ones", path=path, remedy="reinstall the assistant")
        return cls(load(blob))

    def spelling(self, words: Sequence[Word]) -> Floats:
        """The mean of the letter runs of each word."""
        table = self._weights["grams.weight"]
        return np.stack([table[grams(w.text)].mean(axis=0) for w in words])

    def scores(self, vectors: Floats, features: Floats, spelling: Floats) -> Floats:
        """Log-probabilities of the tags, (words, tags)."""
        w = self._weights
        x = vectors @ w["vectors.weight"].T + w["vectors.bias"]
        x = np.concatenate([x, features, spelling], axis=1) @ w["mix.weight"].T + w["mix.bias"]
        x = np.maximum(x, 0)
        for name, step in (("near", 1), ("far", 3)):
            x = x + np.maximum(_convolved(x, w[f"{name}.weight"], w[f"{name}.bias"], step), 0)
        logits = x @ w["tags.weight"].T + w["tags.bias"]
        logits -= logits.max(axis=1, keepdims=True)
        return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), np.float32)


def _convolved(x: Floats, weight: Floats, bias: Floats, step: int) -> Floats:
    """A convolution over words of the given dilation; `weight` is (out, in, width)."""
    width = weight.shape[2]
    reach = step * (width // 2)
    padded = np.pad(x, ((reach, reach), (0, 0)))
    total = np.zeros((len(x), weight.shape[0]), np.float32) + bias
    for at in range(width):
        total += padded[at * step : at * step + len(x)] @ weight[:, :, at].T
    return total


def decoded(scores: Floats) -> list[int]:
    """The best sequence of tags in which an I follows a B or an I of its label (Viterbi)."""
    best = scores[0] + _START
    back = []
    for row in scores[1:]:
        reach = best[:, None] + _MOVES
        back.append(reach.argmax(axis=0))
        best = reach.max(axis=0) + row
    tags = [int(best.argmax())]
    for step in reversed(back):
        tags.append(int(step[tags[-1]]))
    return tags[::-1]


def _moves() -> tuple[Floats, Floats]:
    moves = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for to, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed = {tag, f"B-{tag[2:]}"}
            moves[[i for i, before in enumerate(TAGS) if before not in allowed], to] = -1e4
    start = np.array([-1e4 if tag.startswith("I-") else 0.0 for tag in TAGS], np.float32)
    return moves, start


_MOVES, _START = _moves()


_LOADING: Final = threading.Lock()
_KEPT: WeakValueDictionary[Path, Tagger] = WeakValueDictionary()


class Tagger:
    """Vectors and head together. Thread-safe: tagging changes nothing."""

    def __init__(self, vectors: Vectors, head: Head) -> None:
        self._vectors, self._head = vectors, head

    @classmethod
    def load(cls) -> Tagger:
        """The shipped head over the pinned encoder; the redactors of a process share one as long as any of them lives.

        Raises ModelError for a missing file, IntegrityError for a changed one.
        """
        from assistant.config import model_store
        from assistant.models.catalog import verify

        store = model_store()
        with _LOADING:
            kept = _KEPT.get(store)
            if kept is None:
                kept = cls(Vectors.load(verify(ENCODER, store)), Head.load(WEIGHTS, WEIGHTS_SHA256))
                _KEPT[store] = kept
        return kept

    def tag(self, texts: Sequence[str]) -> list[list[Proposal]]:
        """What each text's words look like; proposals of one text do not overlap."""
        jobs: list[tuple[int, list[Word], list[Word]]] = []
        for i, text in enumerate(texts):
            words = words_of(text)
            jobs += [(i, words[a:b], words) for a, b in stretches(words, text)]
        found: list[list[Proposal]] = [[] for _ in texts]
        jobs.sort(key=lambda job: len(job[1]))
        for at in range(0, len(jobs), _GROUP):
            group = jobs[at : at + _GROUP]
            for (i, words, _), vectors in zip(group, self._vectors.of([words for _, words, _ in group]), strict=True):
                scores = self._head.scores(vectors, shapes(words, texts[i]), self._head.spelling(words))
                found[i] += proposals(words, scores)
        return [
            [p._replace(common=self._holds(text[p.start : p.end])) for p in sorted(spans, key=lambda p: p.start)]
            for text, spans in zip(texts, found, strict=True)
        ]

    def _holds(self, words: str) -> bool:
        return any(self._vectors.is_common(word.text) for word in words_of(words) if word.text.isalpha())


def proposals(words: Sequence[Word], scores: Floats) -> list[Proposal]:
    """The stretches of the best tags."""
    found: list[Proposal] = []
    tags = decoded(scores)
    sure = 1.0 - np.exp(scores[:, 0])
    at = 0
    while at < len(tags):
        if not tags[at]:
            at += 1
            continue
        stop = at + 1
        while stop < len(tags) and TAGS[tags[stop]] == f"I-{TAGS[tags[at]][2:]}":
            stop += 1
        found.append(Proposal(TAGS[tags[at]][2:], words[at].start, words[stop - 1].end, float(sure[at:stop].mean())))
        at = stop
    return found
