"""From an engine's stream of pieces to draft sentences with the citation numbers they claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.types import DraftSentence, Evidence

_MARK = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
# A citation mark may follow the full stop, so a sentence is complete only once something else follows.
_COMPLETE = re.compile(r"[.!?][\"')\]]*(?:\s*\[[\d,\s]+\])*\.?\s+(?=[^\s\[])|\n+")
NOT_IN_SOURCES = "NOT IN SOURCES"


def drafts(pieces: Iterable[str], *, limit: int) -> Iterator[DraftSentence]:
    """Yield each sentence as soon as it is complete, at most `limit`; the stream is closed when enough was written."""
    buffer = ""
    given = 0
    for piece in pieces:
        buffer += piece
        while (end := _first_end(buffer)) is not None:
            draft = parse(buffer[:end])
            buffer = buffer[end:]
            if draft is not None:
                yield draft
                given += 1
                if given >= limit:
                    return
    # What is left when the tokens ran out may be half a sentence: only an ended one is a sentence.
    rest = buffer.strip()
    if rest and (rest[-1] in ".!?\"')]" or NOT_IN_SOURCES in rest.upper()) and (draft := parse(rest)) is not None:
        yield draft


def _first_end(buffer: str) -> int | None:
    ends = (match.end() for match in _COMPLETE.finditer(buffer))
    return next((end for end in ends if not _abbreviated(buffer[:end])), None)


def _abbreviated(text: str) -> bool:
    probe = _MARK.sub("", text).rstrip()
    return not text.endswith("\n") and len(sentences(probe + " Next")) == len(sentences(probe)) and bool(probe)


def parse(text: str) -> DraftSentence | None:
    """One written sentence without its marks, and the numbers in them; None for an empty one."""
    numbers = [int(n) for match in _MARK.finditer(text) for n in re.findall(r"\d+", match.group(1))]
    plain = _MARK.sub("", text).strip().lstrip("-*• ").strip()
    plain = re.sub(r"\s+([.!?])$", r"\1", plain)
    plain = re.sub(r"([.!?])\.$", r"\1", plain)
    if not any(c.isalnum() for c in plain):
        return None
    return DraftSentence(plain, tuple(dict.fromkeys(numbers)))


def attribute(draft: DraftSentence, evidence: Sequence[Evidence]) -> DraftSentence:
    """The draft with citations that exist: the claimed ones, else the source that shares most content stems with it.

    A small model often forgets the mark or invents a number; whether the source supports the sentence is grounding's
    question, and it is asked of whatever is cited here.
    """
    known = {item.n for item in evidence}
    claimed = tuple(n for n in draft.citations if n in known)
    if claimed:
        return DraftSentence(draft.text, claimed)
    stems = set(content_stems(draft.text))
    if not stems:
        return DraftSentence(draft.text, ())
    best = max(evidence, key=lambda item: len(stems & set(content_stems(item.text))), default=None)
    return DraftSentence(draft.text, (best.n,) if best else ())
