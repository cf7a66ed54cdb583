"""Questions and documents judged: how likely they hold an instruction to the assistant, why, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.policy.injection.hidden import concealed, decoded, disguised, revealed, suspicious
from assistant.policy.injection.patterns import matches, score
from assistant.text import fold, sentences

# Text behind an encoding or out of a reader's sight is there for a machine: its score counts this much more.
_HIDDEN_BONUS = 0.25
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Detection:
    """`score` 0..1, `kind` names the family, `spans` are the sentences concerned (documents only)."""

    score: float
    kind: str = "none"
    spans: tuple[tuple[int, int], ...] = ()


def judge_question(text: str) -> Detection:
    """The whole text, and what is hidden in it."""
    best = _plain(text, question=True)
    for hidden in _behind(text):
        found = _plain(hidden, question=True)
        if found.score > 0:
            best = max(best, Detection(min(1.0, found.score + _HIDDEN_BONUS), f"hidden, {found.kind}"), key=_by_score)
    kind = suspicious(text)
    return max(best, Detection(0.9, kind), key=_by_score) if kind else best


def judge_document(text: str, threshold: float) -> Detection:
    """Sentence by sentence; hidden parts are judged as a whole. `spans` covers every sentence at or over the threshold."""
    best = Detection(0.0)
    spans: list[tuple[int, int]] = []
    for sentence in sentences(text):
        found = judge_sentence(sentence.text)
        best = max(best, found, key=_by_score)
        if found.score >= threshold:
            spans.append((sentence.start, sentence.end))
    whole = _hidden(text)
    # Something hidden that stands in no single sentence: the text as a whole cannot be mended.
    if whole.score >= threshold and whole.score > best.score:
        return whole if not spans else Detection(whole.score, whole.kind, tuple(spans))
    return Detection(best.score, best.kind, tuple(spans))


def judge_sentence(text: str) -> Detection:
    """One sentence of a document with what is hidden in it."""
    return max(_plain(text, question=False), _hidden(text), key=_by_score)


def _hidden(text: str) -> Detection:
    best = Detection(0.0)
    for hidden in _behind(text):
        found = _plain(hidden, question=False)
        if found.score > 0:
            best = max(best, Detection(min(1.0, found.score + _HIDDEN_BONUS), f"hidden, {found.kind}"), key=_by_score)
    kind = suspicious(text)
    return max(best, Detection(0.9, kind), key=_by_score) if kind else best


def _behind(text: str) -> Iterator[str]:
    shown = revealed(text)
    if shown != text:
        yield shown
    yield from concealed(shown)
    yield from disguised(shown[:_LONGEST])
    for payload in decoded(shown):
        yield payload
        yield from decoded(payload)


def _plain(text: str, *, question: bool) -> Detection:  # noqa: ARG001
    folded = " ".join(fold(text[:_LONGEST]).split())
    found = matches(folded)
    if not found:
        return Detection(0.0)
    strongest = max(found, key=lambda match: match[0].weight)[0]
    return Detection(score([family for family, _, _ in found]), strongest.name)


def _by_score(detection: Detection) -> float:
    return detection.score
