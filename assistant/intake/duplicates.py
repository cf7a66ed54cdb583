"""Documents that say the same as one in the vault: identical in words, or nearly so, found without keeping words.

Near duplicates by MinHash over runs of five words (Broder 1997, "On the resemblance and containment of documents"). Words are
hashed with a key of the vault before anything else, and a sketch of 128 numbers is kept beside the document, in the vault: it
tells how alike two documents are and nothing of what they say, and it goes with its document.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from assistant.vault.store import Vault

Numbers = npt.NDArray[np.uint16]

RUN: Final = 5
SLOTS: Final = 128
FEWEST: Final = 20
"""Words below which only identity is looked for: so few runs resemble each other by chance."""
NEAR: Final = 0.7
"""Share of equal slots from which a document is called a near duplicate. By `bench/readers.py duplicates` on 566 guideline
pages: copies with one word in 50 changed score 0.81 at the median (0.70 to 0.95 for most), different pages 0.00."""

_WORD: Final = re.compile(r"\w+")
_STEP: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a document: the keyed hash of its words, and the smallest hash of its runs by each of 128 orders."""

    exact: str
    slots: bytes

    def stored(self) -> str:
        """As one line of text."""
        return f"{self.exact}.{base64.b85encode(self.slots).decode()}"

    @classmethod
    def of(cls, stored: str) -> Sketch:
        """From its stored form."""
        exact, _, slots = stored.partition(".")
        return cls(exact, base64.b85decode(slots))


@dataclass(slots=True)
class Entry:
    """A document that later ones are compared with; `id` is empty until it is stored."""

    source: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The document that a new one repeats, and how alike they are (1.0: the same words)."""

    entry: Entry
    likeness: float

    @property
    def identical(self) -> bool:
        """Whether the words are the same."""
        return self.likeness == 1.0


class Sketcher:
    """Makes sketches under one key; sketches of different keys cannot be compared."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        seed = np.random.default_rng(int.from_bytes(blake2b(key, digest_size=16).digest(), "big"))
        self._turn = seed.integers(0, 2**64, SLOTS, np.uint64)
        self._factor = seed.integers(0, 2**64, SLOTS, np.uint64) | np.uint64(1)
        self._weights = seed.integers(0, 2**64, RUN, np.uint64) | np.uint64(1)

    def sketch(self, text: str) -> Sketch:
        """The sketch of a text; case, marks and blanks do not count."""
        words = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
        exact = blake2b("\x1f".join(words).encode(), key=self._key, digest_size=16).hexdigest()
        if len(words) < FEWEST:
            return Sketch(exact, b"")
        number = {word: self._hash(word) for word in set(words)}
        hashes = np.fromiter((number[word] for word in words), np.uint64, len(words))
        runs = np.zeros(len(words) - RUN + 1, np.uint64)
        for i, weight in enumerate(self._weights):
            runs += hashes[i : i + len(runs)] * weight
        # A run that occurs many times counts once, as a table's header repeated in each row would else fill the sketch.
        return Sketch(exact, self._slots(np.unique(runs)).tobytes())

    def _hash(self, word: str) -> int:
        return int.from_bytes(blake2b(word.encode(), key=self._key, digest_size=8).digest(), "big")

    def _slots(self, runs: npt.NDArray[np.uint64]) -> Numbers:
        least = np.full(SLOTS, np.iinfo(np.uint64).max, np.uint64)
        for at in range(0, len(runs), _STEP):
            mixed = (runs[at : at + _STEP, None] ^ self._turn) * self._factor
            mixed ^= mixed >> np.uint64(29)
            mixed *= self._factor
            np.minimum(least, mixed.min(axis=0), out=least)
        # 16 bits of each smallest hash are enough to tell equal from unequal (Li and König 2010, b-bit minwise hashing).
        return ((least >> np.uint64(8)) & np.uint64(0xFFFF)).astype(np.uint16)


@dataclass(slots=True)
class _Shelf:
    """The documents of one label set."""

    entries: list[Entry] = field(default_factory=list)
    by_words: dict[str, list[Entry]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    matrix: Numbers = field(default_factory=lambda: np.zeros((256, SLOTS), np.uint16))

    def add(self, entry: Entry, sketch: Sketch) -> None:
        self.by_words.setdefault(sketch.exact, []).append(entry)
        if len(sketch.slots) == 2 * SLOTS:
            if len(self.rows) == len(self.matrix):
                self.matrix = np.concatenate([self.matrix, np.zeros_like(self.matrix)])
            self.matrix[len(self.rows)] = np.frombuffer(sketch.slots, np.uint16)
            self.rows.append(len(self.entries))
        self.entries.append(entry)

    def find(self, sketch: Sketch, gone: frozenset[str]) -> Match | None:
        for entry in self.by_words.get(sketch.exact, ()):
            if entry.id not in gone or not entry.id:
                return Match(entry, 1.0)
        if len(sketch.slots) != 2 * SLOTS or not self.rows:
            return None
        alike = (self.matrix[: len(self.rows)] == np.frombuffer(sketch.slots, np.uint16)).mean(axis=1)
        for at in np.argsort(-alike)[:20]:
            entry = self.entries[self.rows[int(at)]]
            if alike[at] >= NEAR and (not entry.id or entry.id not in gone):
                # Equal slots do not prove equal words.
                return Match(entry, min(float(alike[at]), 0.99))
        return None


class Shelves:
    """The sketches of one collection. Documents are compared inside one label set only: who may not see a document must not
    learn from another that it exists."""

    def __init__(self, vault: Vault, collection: str) -> None:
        self._sketcher = Sketcher(bytes.fromhex(str(vault.content_hmac(b"sketches of duplicates"))))
        self._shelves: dict[frozenset[str], _Shelf] = {}
        for document_id, source, labels, sketch in vault.sketches(collection):
            self._shelf(labels).add(Entry(source, document_id), Sketch.of(sketch))

    def sketch(self, text: str) -> Sketch:
        """The sketch of a text under the vault's key."""
        return self._sketcher.sketch(text)

    def find(self, sketch: Sketch, labels: frozenset[str], gone: frozenset[str]) -> Match | None:
        """The document that this one repeats; the ids in `gone` are about to be replaced and do not count."""
        return self._shelf(labels).find(sketch, gone)

    def add(self, sketch: Sketch, labels: frozenset[str], source: str) -> Entry:
        """Compare later documents with this one too; set the entry's `id` once it is stored."""
        entry = Entry(source)
        self._shelf(labels).add(entry, sketch)
        return entry

    def _shelf(self, labels: frozenset[str]) -> _Shelf:
        return self._shelves.setdefault(labels, _Shelf())
