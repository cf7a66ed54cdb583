"""Which surrogate stands for which original inside a scope (a patient, a conversation), and the way back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Final, Protocol, runtime_checkable

import regex

from assistant.language.words import fold
from assistant.privacy.words import clinical_words, is_word_like, name_lists

Maker = Callable[[Callable[[str], bool]], str]

_TITLE: Final = regex.compile(
    r"^(?:dr|drs|mr|mrs|ms|mx|miss|prof|professor|doctor|sir|dame|rev|reverend|fr|sister|nurse|capt|captain|sgt|lt|col|hon|judge|justice|"
    r"senator|herr|frau|se[ñn]ora?|sra|monsieur|madame|mme|mlle|signora?)\b\.?\s+",
    regex.I,
)


def normalize(text: str) -> str:
    """The form in which originals are compared: case and accents folded, white space single (as the vault does)."""
    return " ".join(fold(text).split())


def split_title(name: str) -> tuple[str, str]:
    """("Dr. ", "Maria Jackson") of "Dr. Maria Jackson"; titles are no identifiers and stay."""
    match = _TITLE.match(name)
    return (name[: match.end()], name[match.end() :]) if match else ("", name)


class Pseudonyms(Protocol):
    """A pseudonym map: in a vault, or in memory where nothing may be kept.

    An original that is not `sure` is kept for the way back and looked for in no other text.
    """

    def surrogate(self, entity: str, original: str, scope: str, make: Maker, *, sure: bool = True) -> str: ...

    def is_surrogate(self, text: str, scope: str) -> bool: ...

    def seed(self, entity: str, original: str, scope: str) -> bytes: ...

    def parts(self, scope: str) -> dict[str, str]: ...

    def issue(self, text: str, scope: str) -> None: ...

    def pairs(self, scope: str) -> list[tuple[str, str, str]]: ...


class _Issued:
    """What was given out in this process: surrogates that are not kept in the map (dates), and parts of names."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.texts: dict[str, set[str]] = {}
        self.name_parts: dict[str, dict[str, str]] = {}

    def add(self, text: str, scope: str) -> None:
        with self.lock:
            self.texts.setdefault(scope, set()).add(normalize(text))

    def holds(self, text: str, scope: str) -> bool:
        return normalize(text) in self.texts.get(scope, ())


class MemoryMap:
    """A map for one run: nothing stored, not reversible after the process ends.

    The key is random, unless one is given: then the same originals, met in the same order of scopes, get the same stand-ins in
    each run. Such a key must be as hard to know as the originals.
    """

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or secrets.token_bytes(32)
        # Scopes have random names; where runs shall repeat each other, what counts is which of them comes first.
        self._places: dict[str, str] | None = {} if key else None
        self._issued = _Issued()
        self._map: dict[tuple[str, str, str], str] = {}
        self._surrogates: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._map)

    def surrogate(self, entity: str, original: str, scope: str, make: Maker, *, sure: bool = True) -> str:  # noqa: ARG002
        key = (entity, normalize(original), scope)
        with self._issued.lock:
            known = self._map.get(key)
            if known is None:
                used = self._surrogates.setdefault(scope, {})
                originals = {o for e, o, _ in self._map if e == entity}
                known = make(lambda c: normalize(c) in used or normalize(c) in originals or normalize(c) == key[1])
                self._map[key] = known
                used[normalize(known)] = original
            return known

    def is_surrogate(self, text: str, scope: str) -> bool:
        return normalize(text) in self._surrogates.get(scope, {}) or self._issued.holds(text, scope)

    def seed(self, entity: str, original: str, scope: str) -> bytes:
        if self._places is not None:
            with self._issued.lock:
                scope = self._places.setdefault(scope, str(len(self._places)))
        return hmac.new(self._key, "\0".join((entity, normalize(original), scope)).encode(), hashlib.sha256).digest()

    def parts(self, scope: str) -> dict[str, str]:
        return self._issued.name_parts.setdefault(scope, {})

    def issue(self, text: str, scope: str) -> None:
        self._issued.add(text, scope)

    def pairs(self, scope: str) -> list[tuple[str, str, str]]:
        """(entity, original, surrogate) of one scope."""
        originals = self._surrogates.get(scope, {})
        return [(e, originals[normalize(s)], s) for (e, _, sc), s in self._map.items() if sc == scope]


_PASSING: Final = 2000


class Entry(Protocol):
    """One entry of the stored map; `written` is the original in its own spelling, "" where an older vault kept none."""

    @property
    def entity(self) -> str: ...

    @property
    def original(self) -> str: ...

    @property
    def surrogate(self) -> str: ...

    @property
    def written(self) -> str: ...


class Store(Protocol):
    """What keeps the map: a vault."""

    def pseudonym(
        self, entity: str, original: str, scope: str, make: Maker, parts: Iterable[str] = (), *, sure: bool = True
    ) -> str: ...

    def original(self, surrogate: str, scope: str | None = None) -> str | None: ...

    def originals(self, scope: str | None = None) -> Iterable[Entry]: ...

    def known_originals(self, candidates: set[str]) -> set[str]: ...

    def pseudonym_seed(self, entity: str, original: str, scope: str) -> bytes: ...


class PseudonymMap:
    """The map kept in a vault. What belongs to no patient, file or conversation (scope "") is kept in memory only."""

    def __init__(self, vault: Store) -> None:
        self._store = vault
        self._issued = _Issued()
        self._passing = MemoryMap()

    def _in_passing(self, entity: str, original: str, make: Maker) -> str:
        """A question outside a conversation leaves nothing in the vault; its stand-ins are nobody's originals either."""
        if len(self._passing) > _PASSING:
            self._passing, self._issued = MemoryMap(), _Issued()
        return self._passing.surrogate(
            entity, original, "", lambda taken: make(lambda c: taken(c) or bool(self._store.known_originals({c})))
        )

    def surrogate(self, entity: str, original: str, scope: str, make: Maker, *, sure: bool = True) -> str:
        if scope == "":
            return self._in_passing(entity, original, make)
        return self._store.pseudonym(entity, original, scope, make, telling_parts(entity, original), sure=sure)

    def is_surrogate(self, text: str, scope: str) -> bool:
        if scope == "":
            return self._issued.holds(text, scope) or self._passing.is_surrogate(text, scope)
        return self._issued.holds(text, scope) or self._store.original(text, scope) is not None

    def seed(self, entity: str, original: str, scope: str) -> bytes:
        return self._store.pseudonym_seed(entity, original, scope)

    def parts(self, scope: str) -> dict[str, str]:
        with self._issued.lock:
            if scope not in self._issued.name_parts:
                pairs = self.pairs(scope)
                self._issued.name_parts[scope] = _aligned((o, s) for e, o, s in pairs if e == "PERSON")
            return self._issued.name_parts[scope]

    def issue(self, text: str, scope: str) -> None:
        self._issued.add(text, scope)

    def pairs(self, scope: str) -> list[tuple[str, str, str]]:
        """(entity, original, surrogate) of one scope."""
        if scope == "":
            return self._passing.pairs(scope)
        return [(row.entity, row.written or row.original, row.surrogate) for row in self._store.originals(scope)]


def telling_parts(entity: str, original: str) -> list[str]:
    """Parts of a full name that point at its bearer by themselves: no listed name, no word, nothing clinical.

    "Smith" alone is nobody; a name that stands in no list is hardly anybody else's.
    """
    parts = name_parts(original) if entity == "PERSON" else []
    return [part for part in parts if len(parts) > 1 and is_telling(part)]


def is_telling(part: str) -> bool:
    """Whether a single word may be such a part."""
    long = len(part) >= _TELLING_LENGTH and part[:1].isupper() and part.replace("-", "").replace("'", "").isalpha()
    return long and not name_lists().is_name(part) and not is_word_like(part) and part.lower() not in _eponyms()


_TELLING_LENGTH: Final = 4


def _eponyms() -> frozenset[str]:
    return clinical_words().eponyms


def _aligned(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Original part -> surrogate part, from full names that have as many parts."""
    parts: dict[str, str] = {}
    for original, surrogate in pairs:
        left, right = name_parts(original), name_parts(surrogate)
        if len(left) == len(right):
            parts.update({normalize(a): b for a, b in zip(left, right, strict=True)})
    return parts


_PARTICLES: Final = frozenset(
    "de la las los del der den van von zu da das do dos di du le bin ibn al el ter y e".split()
)


def name_parts(name: str) -> list[str]:
    """The parts of a name that carry identity: no title, particle or suffix."""
    parts = regex.split(r"[\s,+_]+", split_title(name)[1])
    kept = [
        p
        for p in parts
        if p and p.lower() not in _PARTICLES and p.rstrip(".").lower() not in ("jr", "sr", "ii", "iii", "md", "rn")
    ]
    return kept or [p for p in parts if p]


def gender_of(name: str) -> str:
    """ "f", "m" or "" by title and given name."""
    title, rest = split_title(name)
    bare = title.strip(" .").lower()
    if bare in ("mrs", "ms", "miss", "dame", "sister", "frau", "madame", "mme", "mlle", "sra", "señora", "signora"):
        return "f"
    if bare in ("mr", "sir", "herr", "monsieur", "señor", "signor"):
        return "m"
    first = rest.split()[0].lower() if rest.split() else ""
    found = {
        gender
        for by in name_lists().given.values()
        for gender, names in by.items()
        if any(first == n.lower() for n in names)
    }
    return next(iter(found)) if len(found) == 1 and found <= {"f", "m"} else ""


def origin_of(name: str) -> str:
    """The origin whose lists hold most parts of the name; "english" where none does."""
    lists = name_lists()
    parts = {p.lower() for p in name_parts(name)}
    best, most = "english", 0
    for origin, by in lists.given.items():
        known = {n.lower() for names in by.values() for n in names} | {
            n.lower() for n in lists.surnames.get(origin, ())
        }
        if (count := len(parts & known)) > most:
            best, most = origin, count
    return best


@runtime_checkable
class Pairs(Protocol):
    """What knows (entity, original, surrogate) of a scope without a vault."""

    def pairs(self, scope: str) -> list[tuple[str, str, str]]: ...


def restore(text: str, vault: Store | Pairs, scope: str) -> str:
    """Put the originals of a scope back into a text. The caller has checked the permission and audits the reversal.

    Whole surrogates first, then parts of names, longest first. The vault keeps originals in normalized spelling; names get
    their capitals back.
    """
    pairs = (vault if isinstance(vault, Pairs) else PseudonymMap(vault)).pairs(scope)
    back: dict[str, str] = {}
    for entity, original, surrogate in pairs:
        written = _capitalised(original) if entity == "PERSON" and original.islower() else original
        back[surrogate] = written
        if entity == "PERSON":
            left, right = name_parts(written), name_parts(surrogate)
            if len(left) == len(right):
                for a, b in zip(left, right, strict=True):
                    back.setdefault(b, a)
    if not back:
        return text
    either = "|".join(regex.escape(s) for s in sorted(back, key=len, reverse=True))
    pattern = regex.compile(rf"(?<![\p{{L}}\d])(?:{either})(?![\p{{L}}\d])")
    return str(pattern.sub(lambda m: back[m.group()], text))


def _capitalised(name: str) -> str:
    return " ".join(
        w if w in _PARTICLES else "-".join(p[:1].upper() + p[1:] for p in w.split("-")) for w in name.split()
    )
