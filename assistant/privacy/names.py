"""People's names: by what stands before and after them, by name lists, by spaCy, and wherever a found name comes back.

Each source proposes; `is_plausible` disposes. Strong signs ("Dr.", "Patient:", "my name is") need no further evidence, weak ones
need a listed name or spaCy's vote. Clinical words are names only after a title or a heading that names a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import regex

from assistant.privacy.cues import (
    BESIDE_IDENTIFIER,
    CREDENTIALED,
    FOREIGN,
    HEADED,
    HEADED_WEAK,
    INTRODUCED,
    INTRODUCED_LOOSE,
    LAST_COMMA_FIRST,
    LOWER_PAIR,
    LOWER_TITLED,
    MAILBOX,
    MIDDLE_INITIAL,
    PERSON_VERB,
    PLACE_BEFORE,
    SEQUENCES,
    STARRED,
    TITLED,
    VERB_AFTER,
    WEAKLY,
)
from assistant.privacy.mentions import chained, places
from assistant.privacy.name_shapes import (
    PARTICLES,
    all_ordinary,
    is_clinical_phrase,
    is_company,
    is_finite_person,
    is_in_double,
    is_mostly_latin,
    is_ordinary,
    is_person_like,
    is_plausible,
    is_unlisted_name,
    lower_case_name,
    opens_sentence,
    parts_of,
    runs,
    titled_in_small_letters,
    trim,
    trim_front,
)
from assistant.privacy.positions import placed_names
from assistant.privacy.words import clinical_words, is_acronym, is_word_like, looks_clinical, name_lists
from assistant.types import Span

PERSON: Final = "PERSON"
_UNIT_END: Final = regex.compile(r"\p{L}{1,2}\.?\s+(?=\p{Lu})")
# "4.6 mmol/": a figure and what is counted, and no "mother/Jo Smith".
_UNIT_BEGUN: Final = regex.compile(r"\d\s?[\p{L}µ]{1,8}/$")
_UNIT_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    score: float


def find_names(text: str, voted: Iterable[tuple[int, int]], tagged: Iterable[Span] = ()) -> list[Span]:
    """Spans of people's names in the plain text. `voted` are the stretches that spaCy calls a person, `tagged` the tagger's."""
    votes = list(voted)
    found = [_Found(s.start, s.end, s.score) for s in tagged]
    found += _titled(text)
    found += _headed(text, votes)
    found += _listed(text, votes)
    found += _corroborated(text)
    found += _by_vote(text, votes)
    found += [_Found(*m.span(), 0.7) for m in FOREIGN.finditer(text) if is_mostly_latin(text)]
    found += [_Found(*m.span(), 0.8) for m in STARRED.finditer(text)]
    found += [_Found(*placed) for placed in placed_names(text)]
    found += _again(text, found)
    return [Span(PERSON, _after_unit(text, f), f.end, f.score) for f in found]


def _after_unit(text: str, found: _Found) -> int:
    """Where a name begins that has the end of a unit before it: in "4.6 mmol/L. Eleanor's" the L is no initial."""
    begun = _UNIT_BEGUN.search(text, max(0, found.start - _UNIT_LENGTH), found.start)
    unit = _UNIT_END.match(text, found.start, found.end) if begun else None
    return unit.end() if unit else found.start


# ---------------------------------------------------------------- the sources


def _titled(text: str) -> list[_Found]:
    found: list[_Found] = []
    for match in TITLED.finditer(text):
        words = trim(match.group("name"))
        if words and not all_ordinary(words):
            found.append(_Found(match.start("all"), match.start("name") + len(words), 0.95))
    for match in CREDENTIALED.finditer(text):
        start, words = trim_front(match.group("name"), match.start("name"))
        if words and is_plausible(words) and (" " in words or name_lists().is_name(words)):
            found.append(_Found(start, start + len(words), 0.85))
    return found


def _headed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for pattern, strong in ((HEADED, True), (INTRODUCED, True), (HEADED_WEAK, False), (WEAKLY, False)):
        for match in pattern.finditer(text, overlapped=True):
            start, words = match.start("name"), trim(match.group("name"))
            end = start + len(words)
            if not words or all_ordinary(words) or is_clinical_phrase(text, start, end, strong):
                continue
            voted = any(a < end and b > start for a, b in votes)
            if _has_evidence(match.group(), words, voted, strong) and (strong or not is_company(text, end, words)):
                found.append(_Found(start, end, 0.9 if strong else 0.8))
    return found + _in_small_letters(text)


def _has_evidence(around: str, words: str, voted: bool, strong: bool) -> bool:
    """Whether a sign has the evidence that it needs beside it: a strong one hardly any."""
    if any(name_lists().is_clear(w) for w in parts_of(words)):
        return True
    return voted or is_plausible(words) if strong else voted and is_unlisted_name(around, words)


def _in_small_letters(text: str) -> list[_Found]:
    """ "my name is ann lee", "dr. von der leyden": names after a sign that hardly anything else follows."""
    found: list[_Found] = []
    for match in INTRODUCED_LOOSE.finditer(text):
        if words := lower_case_name(match.group("name")):
            found.append(_Found(match.start("name"), match.start("name") + len(words), 0.75))
    for match in LOWER_TITLED.finditer(text):
        if words := titled_in_small_letters(match.group("name"), bool(match.group("title"))):
            found.append(_Found(match.start("name"), match.start("name") + len(words), 0.75))
    return found


def _listed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for match in SEQUENCES.finditer(text):
        for start, words in runs(match.group("name"), match.start("name")):
            score = _listed_score(text, start, words, votes)
            if score:
                found.append(_Found(start, start + len(words), score))
    for match in MIDDLE_INITIAL.finditer(text):
        built = any(is_word_like(match.group(n)) for n in ("first", "last"))
        if not built and not is_company(text, match.end(), match.group()):
            found.append(_Found(match.start(), match.end(), 0.7))
    return found + _listed_pairs(text)


def _listed_pairs(text: str) -> list[_Found]:
    """ "Okafor, Ada" and "ada okafor": both words on the lists."""
    lists = name_lists()
    found: list[_Found] = []
    for match in LAST_COMMA_FIRST.finditer(text):
        last, first = match.group("last"), match.group("first")
        if lists.is_surname(last) and lists.is_given(first) and (lists.is_clear(last) or lists.is_clear(first)):
            found.append(_Found(match.start(), match.end(), 0.8))
    for match in LOWER_PAIR.finditer(text, overlapped=True):
        first, *_, last = match.group().split()
        if lists.is_given(first) and lists.is_surname(last) and lists.is_clear(first) and lists.is_clear(last):
            found.append(_Found(match.start(), match.end(), 0.7))
    return found


def _listed_score(text: str, start: int, words: str, votes: list[tuple[int, int]]) -> float:
    """How sure the lists make it that the words are a name here; 0 where they do not."""
    lists = name_lists()
    end = start + len(words)
    parts = parts_of(words)
    if len(parts) >= 2:
        fits = _named(parts, words) and is_plausible(words) and not is_company(text, end, words)
        return 0.8 if fits and not is_clinical_phrase(text, start, end, False) else 0.0
    if lists.is_given(words):
        return 0.65 if is_person_like(text, start, end, words, votes) else 0.0
    if lists.is_clear(words) and VERB_AFTER.match(text, end) and words.lower() not in clinical_words().eponyms:
        return 0.0 if is_clinical_phrase(text, start, end, False) else 0.6
    return 0.0


def _named(parts: list[str], words: str) -> bool:
    """Whether enough of several words stands on the lists."""
    lists = name_lists()
    if any(is_acronym(w) for w in parts) and not words.isupper():
        return False
    good = sum(lists.is_name(w) for w in parts)
    clear = any(lists.is_clear(w) for w in parts)
    return (lists.is_given(parts[0]) and (good >= 2 or clear)) or (good >= 2 and clear)


def _corroborated(text: str) -> list[_Found]:
    """Unlisted names that stand beside an identifier ("Xanthe Oduya (MRN ...") or come back in a mailbox name."""
    found: list[_Found] = []
    for match in BESIDE_IDENTIFIER.finditer(text):
        for start, words in runs(match.group("name"), match.start("name")):
            end = start + len(words)
            if end == match.end("name") and _beside(text, start, end, words):
                found.append(_Found(start, end, 0.75))
    for match in MAILBOX.finditer(text):
        pieces = {p.lower() for p in regex.split(r"[\d._+-]+", match.group("local")) if len(p) >= 3}
        for word in _CAPITALISED.finditer(text) if pieces else ():
            bare = word.group()
            if bare.lower() in pieces and not is_ordinary(bare) and not looks_clinical(bare):
                found.append(_Found(*word.span(), 0.7))
    return found


def _beside(text: str, start: int, end: int, words: str) -> bool:
    """Whether two words or more before an identifier may be a name."""
    parts = parts_of(words)
    if len(parts) < 2 or not is_plausible(words) or is_company(text, end, words):
        return False
    built = any(is_word_like(p) and not name_lists().is_name(p) for p in parts)
    return not built and not is_clinical_phrase(text, start, end, False)


def _by_vote(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for start, end in votes:
        piece = text[start:end].split("\n")[0].split("|")[0].rstrip(" :;,-–—(")
        begin, words = trim_front(piece.lstrip("- "), start + len(piece) - len(piece.lstrip("- ")))
        words = trim(words)
        stop = begin + len(words)
        if not _votable(words) or is_clinical_phrase(text, begin, stop, False) or is_company(text, stop, words):
            continue
        parts = parts_of(words)
        if any(name_lists().is_clear(w) for w in parts):
            found.append(_Found(begin, stop, 0.85))
        elif _name_like(text, stop, parts) and not (
            len(parts) == 1 and opens_sentence(text, begin) and _is_word(parts[0])
        ):
            found.append(_Found(begin, stop, 0.6))
    return found


def _votable(words: str) -> bool:
    """Whether words that spaCy calls a person may be one at all."""
    parts = parts_of(words)
    if not parts or not is_plausible(words) or any(c.isdigit() or c in '/@<>="' for c in words):
        return False
    return not all(is_acronym(part) or part.islower() or is_ordinary(part) for part in parts)


def _is_word(part: str) -> bool:
    """A name of the lists that is a word or a month too: "Bill the insurer"."""
    return name_lists().is_name(part) and not name_lists().is_clear(part)


def _name_like(text: str, end: int, parts: list[str]) -> bool:
    """May a stretch without a single listed name be a person on spaCy's word alone?

    spaCy calls conditions and first words of headings people; so each part must not be built like a word, must not
    stand in small letters elsewhere, and a single part must do what people do.
    """
    if any(is_word_like(p) or (len(p) < 2 and len(parts) == 1) for p in parts):
        return False
    if any(len(p) > 3 and next(places(text, p.lower()), None) is not None for p in parts):
        return False
    if len(parts) == 1:
        return len(parts[0]) > 2 and not parts[0].isupper() and bool(PERSON_VERB.match(text, end))
    return not all(p.isupper() for p in parts)


def _again(text: str, found: list[_Found]) -> list[_Found]:
    """Found names wherever they come back: parts, possessives, initials, capitals."""
    tokens, short = _tokens_of(text, found)
    again: list[_Found] = []
    for start, end in chained(text, tokens):
        words = text[start:end]
        alone = " " not in words
        if alone and (is_clinical_phrase(text, start, end, False) or _opens_as_a_word(text, start, end)):
            continue
        if is_in_double(text, start, end):
            continue
        again.append(_Found(start, end, 0.7))
    for word in short:  # "Oh", "Do": only where they do what a person does
        for start, end in places(text, word):
            if VERB_AFTER.match(text, end):
                again.append(_Found(start, end, 0.7))
    return again


def _opens_as_a_word(text: str, start: int, end: int) -> bool:
    """ "May be taken with food" in a letter on May Long: at a sentence's beginning the capital tells nothing, nor
    does it after a word of place or time ("in May")."""
    if not _is_word(text[start:end]):
        return False
    if opens_sentence(text, start):
        return not is_finite_person(text, end)
    return PLACE_BEFORE.search(text, max(0, start - 12), start) is not None


def _tokens_of(text: str, found: list[_Found]) -> tuple[set[str], set[str]]:
    """The parts of found names to look for again, and the short ones that need a verb beside them."""
    tokens: set[str] = set()
    short: set[str] = set()
    for f in found:
        for bare in (part.strip(".") for part in parts_of(text[f.start : f.end])):
            if not bare[:1].isupper() or bare in PARTICLES or not set(bare) - set("IVX"):
                continue
            if len(bare) >= 3 and not is_ordinary(bare):
                tokens |= {bare, bare.upper(), bare.capitalize() if bare.isupper() else bare}
            elif len(bare) >= 2 and name_lists().is_surname(bare) and f.score >= _STRONG:
                short.add(bare)
    return tokens, short


_CAPITALISED: Final = regex.compile(r"(?<![\p{L}@.])\p{Lu}\p{L}{2,}(?!\p{L}|@|\.\p{L})")
_STRONG: Final = 0.8
