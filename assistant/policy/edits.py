"""How offsets move when a text is rewritten in places: sections and citations keep pointing where they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.types import Finding, Passage


@dataclass(frozen=True, slots=True)
class Edits:
    """Replacements in order, without overlap: (start, end, length of what stands there now), offsets into the old text."""

    parts: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, old: str, new: str, findings: Sequence[Finding]) -> Edits | None:
        """The edits behind `new`, or None where the findings do not explain how `old` became `new`."""
        ordered = sorted(findings, key=lambda f: (f.start, f.end))
        built: list[str] = []
        at = 0
        for finding in ordered:
            if not at <= finding.start <= finding.end <= len(old):
                return None
            built += [old[at : finding.start], finding.replacement]
            at = finding.end
        if "".join(built) + old[at:] != new:
            return None
        return cls(tuple((f.start, f.end, len(f.replacement)) for f in ordered))

    def forward(self, offset: int, *, is_end: bool = False) -> int:
        """Where an offset of the old text lies in the new; inside a replaced stretch, its start (or end for `is_end`)."""
        shift = 0
        for start, end, length in self.parts:
            if offset <= start:
                break
            if offset < end:
                return start + shift + (length if is_end else 0)
            shift += length - (end - start)
        return offset + shift

    def backward(self, offset: int, *, is_end: bool = False) -> int:
        """Where an offset of the new text lay in the old; inside a replacement, its start (or end for `is_end`)."""
        shift = 0
        for start, end, length in self.parts:
            begin = start + shift
            if offset <= begin:
                break
            if offset < begin + length:
                return end if is_end else start
            shift += length - (end - start)
        return offset - shift


@dataclass(frozen=True, slots=True)
class VeiledPassage(Passage):
    """A passage that a context check rewrote; `edits` lead from its text back to that of `before`."""

    edits: Edits = field(default_factory=lambda: Edits(()))
    before: Passage | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the stored document of what stands at these offsets, which count from the passage's start."""
        start = self.start + self.edits.backward(start - self.start)
        end = self.start + self.edits.backward(end - self.start, is_end=True)
        return self.before.origin(start, end) if isinstance(self.before, VeiledPassage) else (start, end)
