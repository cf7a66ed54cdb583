"""Identifiers that have a shape: patterns, words nearby and check digits, all of it data (`recognizers.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import regex

from assistant.errors import AssistantError, PackError
from assistant.packs.pack import RecognizerSpec, load_recognizers
from assistant.privacy.checksums import CHECKSUMS
from assistant.types import Span

THRESHOLD: Final = 0.5
MARGIN: Final = (
    0.2  # a score this near the threshold hangs on one word nearby (which counts 0.35) or on a check digit (0.3)
)
_CONTEXT_BONUS: Final = 0.35  # as Presidio's context enhancer: a word nearby lifts a weak shape over the threshold
_CHECKSUM_BONUS: Final = 0.3
_CHECKSUM_MALUS: Final = 0.25  # a mistyped number after its word is still hidden; the shape alone is not
_BEFORE: Final = 60  # characters in which a context word counts
_AFTER: Final = 25
_BETWEEN: Final = ", \t\r\n"
_BETWEEN_MOST: Final = 6  # characters between a street and its town: a comma, a line end, an indent
TIME_LIMIT_S: Final = 2.0  # for one pattern on one text; our patterns take microseconds, a site's own may not

_FLAGS: Final = regex.IGNORECASE | regex.MULTILINE | regex.V0


class RedactionTimeout(AssistantError):
    """A pattern ran past its limit: the text counts as not examined, so it must not be shown."""


@dataclass(frozen=True, slots=True)
class _Shape:
    entity: str
    name: str
    pattern: regex.Pattern[str]
    score: float
    grouped: bool
    checksum: str | None
    context: regex.Pattern[str] | None
    unless: regex.Pattern[str] | None = None
    continues: bool = False


class PatternFinder:
    """All recognizers of a pack, compiled once. Thread-safe: nothing changes after construction."""

    def __init__(self, specs: Iterable[RecognizerSpec]) -> None:
        shapes: list[_Shape] = []
        for spec in specs:
            context = _any_of(spec.context) if spec.context else None
            unless = _before_number(spec.unless_after) if spec.unless_after else None
            for pattern in spec.patterns:
                compiled = _compile(pattern.regex, spec.entity)
                grouped = "id" in compiled.groupindex
                shapes.append(
                    _Shape(
                        spec.entity,
                        pattern.name,
                        compiled,
                        pattern.score,
                        grouped,
                        spec.checksum,
                        context,
                        unless,
                        pattern.continues,
                    )
                )
            if spec.deny:
                shapes.append(_Shape(spec.entity, "deny list", _any_of(spec.deny), 1.0, False, None, None))
        self._shapes = tuple(shapes)
        self.entities = frozenset(shape.entity for shape in shapes)

    def find(self, text: str, entities: frozenset[str] | None = None) -> list[Span]:
        """Spans over the threshold, overlapping ones included. Raises RedactionTimeout."""
        found: list[Span] = []
        weak: list[Span] = []
        has_digit = any(c.isdigit() for c in text)
        for shape in self._shapes:
            if entities is not None and shape.entity not in entities:
                continue
            if not has_digit and shape.entity in _NEED_DIGITS:
                continue
            floor = 0.0 if shape.continues else THRESHOLD
            for span in self._matches(shape, text, floor):
                (found if span.score >= THRESHOLD else weak).append(span)
        return [*found, *_continuing(text, found, weak)]

    def near(self, text: str) -> list[Span]:
        """Spans under the threshold by no more than `MARGIN`: not found, and worth a look. Raises RedactionTimeout."""
        every = (span for shape in self._shapes for span in self._matches(shape, text, THRESHOLD - MARGIN))
        return [span for span in every if span.score < THRESHOLD]

    def _matches(self, shape: _Shape, text: str, floor: float) -> list[Span]:
        spans: list[Span] = []
        try:
            for match in shape.pattern.finditer(text, timeout=TIME_LIMIT_S):
                start, end = match.span("id") if shape.grouped else match.span()
                if start < end and not (shape.unless and shape.unless.search(text, max(0, start - _BEFORE), start)):
                    score = _score(shape, text, start, end)
                    if score >= floor:
                        spans.append(Span(shape.entity, start, end, score))
        except TimeoutError:
            raise RedactionTimeout(
                f"pattern '{shape.name}' of {shape.entity} ran past its time limit", remedy="simplify that pattern"
            ) from None
        return spans


_NEED_DIGITS: Final = frozenset(
    "US_SSN CREDIT_CARD IBAN_CODE PHONE_NUMBER DATE_OF_BIRTH DATE TIMESTAMP AGE COORDINATES PASSPORT DRIVER_LICENSE "
    "LICENSE_PLATE VEHICLE_ID NATIONAL_ID EMPLOYEE_ID ID IP_ADDRESS BANK_ACCOUNT_NUMBER".split()
)


def _continuing(text: str, found: Sequence[Span], weak: Sequence[Span]) -> list[Span]:
    """The weak spans that go on from one of their entity: nothing but a comma, a space or a line end between, or overlapping it."""
    ends = {(span.entity, span.end) for span in found}
    kept: list[Span] = []
    for span in sorted(weak, key=lambda s: s.start):
        before = len(text[max(0, span.start - 2 * _BETWEEN_MOST) : span.start].rstrip(_BETWEEN))
        before += max(0, span.start - 2 * _BETWEEN_MOST)
        if span.start - before <= _BETWEEN_MOST and any((span.entity, at) in ends for at in range(before, span.end)):
            kept.append(Span(span.entity, span.start, span.end, THRESHOLD + 0.1))
            ends.add((span.entity, span.end))
    return kept


def _score(shape: _Shape, text: str, start: int, end: int) -> float:
    score = shape.score
    if shape.checksum is not None:
        score += _CHECKSUM_BONUS if CHECKSUMS[shape.checksum](text[start:end]) else -_CHECKSUM_MALUS
    if score < 0.95 and shape.context is not None:
        before = shape.context.search(text, max(0, start - _BEFORE), start)
        if before or shape.context.search(text, end, min(len(text), end + _AFTER)):
            score += _CONTEXT_BONUS
    return min(max(score, 0.0), 1.0)


def _compile(pattern: str, entity: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern, _FLAGS)
    except regex.error as problem:
        raise PackError(f"a pattern of {entity} is no regular expression: {problem}", remedy="correct it") from None


def _any_of(words: Sequence[str]) -> regex.Pattern[str]:
    # Longest first: alternation takes the first that fits.
    parts = sorted((r"\s+".join(map(regex.escape, word.split())) for word in words), key=len, reverse=True)
    return regex.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", _FLAGS)


def _before_number(words: Sequence[str]) -> regex.Pattern[str]:
    """One of the words as the last thing before a number, "number" or the like between them allowed."""
    either = "|".join(r"\s+".join(map(regex.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return regex.compile(
        rf"(?<!\w)(?:{either})s?(?:\W{{0,2}}(?:number|no|nr|num|code|id|is))*\W{{0,3}}\Z", _FLAGS & ~regex.MULTILINE
    )


def base_recognizers() -> tuple[RecognizerSpec, ...]:
    """The recognizers that every domain has."""
    return load_recognizers(Path(__file__).parent / "data" / "recognizers.yaml")
