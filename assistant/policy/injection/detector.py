"""Questions and documents judged: how likely they hold an instruction to the assistant, why, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from assistant.language.sentences import Sentence, sentences
from assistant.language.words import fold
from assistant.policy.injection.classifier import load
from assistant.policy.injection.features import content_words, question_features, sentence_features
from assistant.policy.injection.hidden import concealed, decoded, disguised, revealed, suspicious
from assistant.policy.injection.patterns import matches, score

# Text behind an encoding or out of a reader's sight is meant for a machine: what is found there counts more.
_HIDDEN_BONUS: Final = 0.25
_HIDDEN_FROM: Final = 0.3
_LONGEST: Final = 20_000
# Texts that the evaluation gives without saying what they are: shorter ones on one line are questions.
_DOCUMENT_FROM: Final = 300

Judge = Callable[[str], "Detection"]


@dataclass(frozen=True, slots=True)
class Detection:
    """`score` 0..1, `kind` names the family, `spans` are the stretches concerned (documents only)."""

    score: float
    kind: str = "none"
    spans: tuple[tuple[int, int], ...] = ()


def judge_question(text: str) -> Detection:
    """A typed question as a whole, and what is hidden in it."""
    return max(_question(text), _hidden(text, _question), key=_by_score)


def judge_document(text: str, threshold: float) -> Detection:
    """Sentence by sentence. `spans` covers each sentence at or over the threshold, or all where no sentence is to blame."""
    best = Detection(0.0)
    spans: list[tuple[int, int]] = []
    for sentence, around in _in_context(text):
        plain = _sentence(sentence.text, around)
        found = max(plain, _hidden(sentence.text, _aside), key=_by_score)
        best = max(best, found, key=_by_score)
        if found.score >= threshold:
            spans.append((sentence.start, sentence.end))
    whole = _hidden(text, _aside)
    if whole.score >= threshold and not spans:
        return Detection(whole.score, whole.kind, ((0, len(text)),))
    return Detection(best.score, best.kind, tuple(spans))


def judge_any(text: str, threshold: float) -> Detection:
    """A text of unknown nature: judged as a question, and as a document too where it is long or has several lines."""
    found = judge_question(text)
    if "\n" in text.strip() or len(text) >= _DOCUMENT_FROM:
        found = max(found, judge_document(text, threshold), key=_by_score)
    return found


def _in_context(text: str) -> Iterator[tuple[Sentence, frozenset[str]]]:
    """Each sentence with the content words that stand elsewhere in the text."""
    split = sentences(text)
    held = [content_words(sentence.text) for sentence in split]
    count: dict[str, int] = {}
    for words in held:
        for word in words:
            count[word] = count.get(word, 0) + 1
    for sentence, words in zip(split, held, strict=True):
        yield sentence, frozenset(word for word, n in count.items() if n > (word in words))


def _question(text: str) -> Detection:
    return _judged(text, load()[0].probability(question_features(text)), question=True)


def _sentence(text: str, around: frozenset[str]) -> Detection:
    return _judged(text, load()[1].probability(sentence_features(text, around)), question=False)


def _aside(text: str) -> Detection:
    """Hidden text has no neighbours; both models see it."""
    return max(_question(text), _sentence(text, frozenset()), key=_by_score)


def _judged(text: str, probability: float, *, question: bool) -> Detection:
    folded = " ".join(fold(text[:_LONGEST]).split())
    found = [family for family, _, _ in matches(folded)]
    wording = score(found, question=question)
    kind = max(found, key=lambda family: family.weight).name if found else "instruction-like wording"
    return Detection(1 - (1 - wording) * (1 - probability), kind)


def _hidden(text: str, judge: Judge) -> Detection:
    """What stands in the text out of sight. Only known wording counts where the whole text is read in another way."""
    best = Detection(0.0)
    shown = revealed(text)
    payloads = [(payload, judge) for payload in _payloads(shown)]
    payloads += [(other, _wording) for other in (shown, *disguised(shown[:_LONGEST])) if other != text]
    for payload, judged in payloads:
        found = judged(payload)
        if found.score >= _HIDDEN_FROM:
            best = max(best, Detection(min(1.0, found.score + _HIDDEN_BONUS), f"hidden, {found.kind}"), key=_by_score)
    kind = suspicious(text)
    return max(best, Detection(0.9, kind), key=_by_score) if kind else best


def _payloads(shown: str) -> Iterator[str]:
    yield from concealed(shown)
    for payload in decoded(shown):
        yield payload
        yield from decoded(payload)


def _wording(text: str) -> Detection:
    return _judged(text, 0.0, question=False)


def _by_score(detection: Detection) -> float:
    return detection.score
