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
from assistant.policy.injection.patterns import Family, matches, score

# Text behind an encoding or out of a reader's sight is meant for a machine: what is found there counts more.
_HIDDEN_BONUS: Final = 0.25
_HIDDEN_FROM: Final = 0.3
# Hidden text without known wording counts from this probability on; wording that people use too (below
# `_ALONE` of weight) needs a second such wording or a classifier that agrees, and of the weakest kinds both.
_SURE: Final = 0.8
_HELPED: Final = 0.44
_ALONE: Final = 0.5
_AGREES: Final = 0.7
_FEW_WORDS: Final = 5
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
    """Sentence by sentence. `spans` covers what may not be quoted: sentences of known wording, and what was hidden.

    `score` is the detector's doubt of the worst sentence and may be the classifier's alone; `spans` never are. A guideline
    that loses a dose to a guess harms more than a planted sentence of which nobody has seen the like: what documents ask for is
    never done, and a sentence that does not answer the question is not quoted.
    """
    best = Detection(0.0)
    spans: list[tuple[int, int]] = []
    for sentence, around in _in_context(text):
        plain = _sentence(sentence.text, around)
        hidden = _hidden(sentence.text, _payload)
        best = max(best, plain, hidden, key=_by_score)
        if max(_certain(sentence.text, plain.score), hidden.score) >= threshold:
            spans.append((sentence.start, sentence.end))
    whole = _hidden(text, _payload)
    if whole.score >= threshold and not spans:
        shown = revealed(text)
        # Offsets hold only where nothing invisible was left out before; else all of it goes.
        spans = [(a, b) for what, a, b in concealed(text) if shown == text and _payload(what).score >= _HIDDEN_FROM]
        return Detection(whole.score, whole.kind, tuple(spans) or ((0, len(text)),))
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
    # Of "Answer me!" or "thank you" the classifier knows nothing: so few words are judged by known wording.
    few = len(text.split()) < _FEW_WORDS
    return _judged(text, 0.0 if few else load()[0].probability(question_features(text)), question=True)


def _sentence(text: str, around: frozenset[str]) -> Detection:
    return _judged(text, load()[1].probability(sentence_features(text, around)), question=False)


def _payload(text: str) -> Detection:
    """Hidden text has no neighbours; both models see it, and one must be sure where no wording is known."""
    wording = _wording(text)
    guess = max(
        load()[0].probability(question_features(text)), load()[1].probability(sentence_features(text, frozenset()))
    )
    return max(wording, Detection(guess if guess >= _SURE else 0.0, "instruction-like wording"), key=_by_score)


def _certain(text: str, score_: float) -> float:
    """How far known wording condemns a sentence of a document: by itself, or together with a classifier that agrees."""
    wording = _wording(text).score
    agreed = wording >= _HELPED and score_ >= 1 - (1 - wording) * (1 - _AGREES)
    return score_ if wording >= _ALONE or agreed else 0.0


def _judged(text: str, probability: float, *, question: bool) -> Detection:
    found = _worded(_families(text), question=question)
    return Detection(1 - (1 - found.score) * (1 - probability), found.kind)


def _families(text: str) -> list[Family]:
    folded = " ".join(fold(text[:_LONGEST]).split())
    return [family for family, _, _ in matches(folded)]


def _worded(found: list[Family], *, question: bool) -> Detection:
    kind = max(found, key=lambda family: family.weight).name if found else "instruction-like wording"
    return Detection(score(found, question=question), kind)


def _hidden(text: str, judge: Judge) -> Detection:
    """What stands in the text out of sight. Only known wording counts where the whole text is read in another way."""
    best = Detection(0.0)
    shown = revealed(text)
    found = [judge(payload) for payload in _payloads(shown)]
    # What can be read in plain sight as well is not hidden: of another reading only the wording counts that is new in it.
    known = {family.name for family in _families(text)}
    for other in (shown, *disguised(shown[:_LONGEST])):
        if other != text and (new := [family for family in _families(other) if family.name not in known]):
            found.append(_worded(new, question=False))
    for one in found:
        if one.score >= _HIDDEN_FROM:
            best = max(best, Detection(min(1.0, one.score + _HIDDEN_BONUS), f"hidden, {one.kind}"), key=_by_score)
    kind = suspicious(text)
    return max(best, Detection(0.9, kind), key=_by_score) if kind else best


def _payloads(shown: str) -> Iterator[str]:
    yield from (what for what, _, _ in concealed(shown))
    for payload in decoded(shown):
        yield payload
        yield from decoded(payload)


def _wording(text: str) -> Detection:
    return _worded(_families(text), question=False)


def _by_score(detection: Detection) -> float:
    return detection.score
