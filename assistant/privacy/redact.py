"""Find identifiers and act on them. Finding gives spans, never text; acting replaces the spans by what an operator makes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError
from assistant.privacy.encoded_payloads import Payload, payloads
from assistant.privacy.field_identifiers import field_spans
from assistant.privacy.finding_cache import FindingCache
from assistant.privacy.normalization import Normalized, normalized
from assistant.privacy.operators import OPERATORS, Replacer
from assistant.privacy.patterns import base_recognizers
from assistant.privacy.pseudonyms import MemoryMap, PseudonymMap, Pseudonyms, Store
from assistant.privacy.spans import resolve
from assistant.privacy.telling import is_telling_of
from assistant.types import Finding, Span

if TYPE_CHECKING:
    from assistant.packs.pack import Pack
    from assistant.privacy.analyzer import Analyzer

# Other spellings of entity names that people and data sets use.
ALIASES: Final = {
    "SSN": "US_SSN",
    "SOCIAL_SECURITY_NUMBER": "US_SSN",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "FAX_NUMBER": "PHONE_NUMBER",
    "NAME": "PERSON",
    "PERSON_NAME": "PERSON",
    "STREET_ADDRESS": "ADDRESS",
    "ZIP_CODE": "ADDRESS",
    "POSTAL_CODE": "ADDRESS",
    "DATE_TIME": "DATE",
    "DOB": "DATE_OF_BIRTH",
    "IBAN": "IBAN_CODE",
    "NHS": "NHS_NUMBER",
    "UK_NHS": "NHS_NUMBER",
    "NPI_NUMBER": "NPI",
    "US_NPI": "NPI",
    "DEA_NUMBER": "DEA",
    "MEDICAL_RECORD_NUMBER": "MRN",
    "HEALTH_PLAN_ID": "HEALTH_INSURANCE_ID",
    "ACCOUNT_NUMBER": "BANK_ACCOUNT_NUMBER",
    "US_BANK_NUMBER": "BANK_ACCOUNT_NUMBER",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
    "DRIVER_LICENSE_NUMBER": "DRIVER_LICENSE",
    "US_PASSPORT": "PASSPORT",
    "PASSPORT_NUMBER": "PASSPORT",
    "CREDIT_CARD_NUMBER": "CREDIT_CARD",
    "VIN": "VEHICLE_ID",
    "NATIONAL_ID_NUMBER": "NATIONAL_ID",
    "AGE_OVER_89": "AGE",
}
_PIECE: Final = 40_000  # characters given to spaCy at once; longer texts are cut at line ends
_BATCH: Final = 64


class PresidioRedactor:
    """The redactor that checks and commands use. Thread-safe; the analyzer loads at first use."""

    def __init__(self, pack: Pack | None, pseudonyms: Pseudonyms, entities: frozenset[str] | None = None) -> None:
        self._pack = pack
        self._pseudonyms = pseudonyms
        self._default = entities
        self._lock = threading.Lock()
        self._loaded: Analyzer | None = None
        self._remembered = FindingCache()

    @property
    def _analyzer(self) -> Analyzer:
        with self._lock:
            if self._loaded is None:
                from assistant.privacy.analyzer import Analyzer

                own = tuple(self._pack.recognizers) if self._pack is not None else ()
                allow = self._pack.lexicon.is_allowed if self._pack is not None else None
                self._loaded = Analyzer((*base_recognizers(), *own), allow)
            return self._loaded

    def warm(self) -> None:
        """Load the analyzer now: front ends do it before they start threads."""
        self.find("warm")

    @property
    def entities(self) -> frozenset[str]:
        """Every entity that this redactor can find."""
        return self._analyzer.entities

    def find(self, text: str, entities: frozenset[str] | None = None) -> list[Span]:
        """Where identifiers stand, sorted, without overlap. Raises UsageError for an entity that nobody finds."""
        return self.find_many([text], entities)[0]

    def near(self, text: str, found: Sequence[Span]) -> list[Span]:
        """Where something looks like an identifier and was not sure enough to be among those `found`."""
        view = normalized(text)
        weak = [Span(s.entity, *view.back(s.start, s.end), s.score) for s in self._analyzer.shapes.near(view.text)]
        return resolve(text, [s for s in weak if not any(s.start < f.end and f.start < s.end for f in found)])

    def find_known(
        self, text: str, fields: Mapping[str, Sequence[str]], entities: frozenset[str] | None = None
    ) -> list[Span]:
        """Where the values that a reader knows by field stand; see `known_spans`. Needs no model."""
        named: dict[str, list[str]] = {}
        for entity, values in fields.items():
            named.setdefault(ALIASES.get(entity, entity), []).extend(values)
        wanted = None if entities is None else frozenset(ALIASES.get(e, e) for e in entities) | entities
        return field_spans(text, named, wanted)

    def find_many(self, texts: Sequence[str], entities: frozenset[str] | None = None) -> list[list[Span]]:
        """`find` for many texts, faster a text than one by one."""
        wanted = self._wanted(entities)
        found: list[list[Span]] = []
        for at in range(0, len(texts), _BATCH):
            batch = texts[at : at + _BATCH]
            found.extend(self._remembered.find(batch, wanted, lambda fresh: self._batch(fresh, wanted)))
        return found

    def apply(
        self, text: str, spans: Sequence[Span], operator: str, scope: str = "", *, kept: bool = False
    ) -> tuple[str, list[Finding]]:
        """Replace each span; `kept` where the result is stored, so that it is redacted again before it is shown.

        Raises UsageError for an unknown operator. Offsets of the findings are those of `text`.
        """
        if operator not in OPERATORS:
            raise UsageError(f"there is no operator '{operator}'", remedy=f"operators: {', '.join(sorted(OPERATORS))}")
        replacer = Replacer(self._pseudonyms, scope, kept)
        replace = OPERATORS[operator]
        pieces: list[str] = []
        findings: list[Finding] = []
        at = 0
        ordered = resolve(text, spans)
        replacer.meet([(s.entity, text[s.start : s.end]) for s in ordered])
        for span in ordered:
            replacer.sure = self._is_sure(span, text[span.start : span.end])
            new = replace(replacer, span.entity, text[span.start : span.end])
            pieces += (text[at : span.start], new)
            findings.append(Finding(span.entity, span.start, span.end, span.score, new))
            at = span.end
        return "".join([*pieces, text[at:]]), findings

    def _is_sure(self, span: Span, words: str) -> bool:
        """Whether the words are to be looked for in other texts; see `telling.is_telling_of`."""
        return is_telling_of(words, span.entity, span.score, self._allow)

    def _allow(self, phrase: str) -> bool:
        return self._pack is not None and self._pack.lexicon.is_allowed(phrase)

    def is_surrogate(self, text: str, scope: str) -> bool:
        """Whether this text is a stand-in that was given out in the scope."""
        return Replacer(self._pseudonyms, scope).is_surrogate(text)

    def pairs(self, scope: str) -> list[tuple[str, str, str]]:
        """(entity, original, surrogate) of a scope: what `pseudonyms.restore` needs."""
        return self._pseudonyms.pairs(scope)

    def redact(self, text: str, operator: str = "pseudonym", scope: str = "") -> tuple[str, list[Finding]]:
        """`find` and `apply` in one."""
        return self.apply(text, self.find(text), operator, scope)

    def _wanted(self, entities: frozenset[str] | None) -> frozenset[str] | None:
        chosen = self._default if entities is None else entities
        if chosen is None:
            return None
        named = frozenset(e if e in self.entities else ALIASES.get(e, e) for e in chosen)
        if "DATE" in named:
            named |= {"DATE_OF_BIRTH", "TIMESTAMP"}
        unknown = named - self.entities
        if unknown:
            raise UsageError(
                f"no recognizer finds {', '.join(sorted(unknown))}",
                remedy="correct the entity or add a recognizer to the pack",
            )
        return named

    def _batch(self, texts: Sequence[str], wanted: frozenset[str] | None) -> list[list[Span]]:
        plains = [normalized(text) for text in texts]
        pieces = [(i, *piece) for i, p in enumerate(plains) for piece in _cut(p.text)]
        inner = [(i, hidden) for i, p in enumerate(plains) for hidden in payloads(p.text)]
        jobs = [*(plains[i].text[a:b] for i, a, b in pieces), *(normalized(hidden.text).text for _, hidden in inner)]
        results = [_kept(spans, wanted) for spans in self._analyzer.analyze(jobs)]
        found: list[list[Span]] = [[] for _ in texts]
        for (i, start, _), spans in zip(pieces, results[: len(pieces)], strict=True):
            found[i] += [Span(s.entity, s.start + start, s.end + start, s.score) for s in spans]
        for (i, hidden), spans in zip(inner, results[len(pieces) :], strict=True):
            found[i] += _whole(hidden, spans)
        return [_back(text, p, spans) for text, p, spans in zip(texts, plains, found, strict=True)]


def _whole(hidden: Payload, spans: Sequence[Span]) -> list[Span]:
    """The encoded run as one span, where something was found in what it says."""
    longest = max(spans, key=lambda s: s.end - s.start, default=None)
    return [] if longest is None else [Span(longest.entity, hidden.start, hidden.end, 0.9)]


def _kept(spans: Iterable[Span], wanted: frozenset[str] | None) -> list[Span]:
    return [s for s in spans if wanted is None or s.entity in wanted]


def _back(text: str, view: Normalized, spans: Sequence[Span]) -> list[Span]:
    """Spans of the plain text as spans of the text it was made of."""
    return resolve(text, [Span(s.entity, *view.back(s.start, s.end), s.score) for s in resolve(view.text, spans)])


def _cut(text: str) -> list[tuple[int, int]]:
    """Pieces of bounded length, cut after a line end where there is one."""
    pieces: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > _PIECE:
        cut = text.rfind("\n", start + _PIECE // 2, start + _PIECE)
        cut = cut if cut > 0 else text.rfind(" ", start + _PIECE // 2, start + _PIECE)
        stop = cut + 1 if cut > 0 else start + _PIECE
        pieces.append((start, stop))
        start = stop
    return [*pieces, (start, len(text))]


def build_redactor(
    pack: Pack | None, vault: Store | None = None, entities: frozenset[str] | None = None
) -> PresidioRedactor:
    """The redactor for a pack. With a vault pseudonyms are kept in it; without one, for the life of the redactor."""
    return PresidioRedactor(pack, PseudonymMap(vault) if vault is not None else MemoryMap(), entities)
