"""People's names: by what stands before and after them, by name lists, by spaCy, and wherever a found name comes back.

Each source proposes; `_plausible` disposes. Strong signs ("Dr.", "Patient:", "my name is") need no further evidence, weak ones
need a listed name or spaCy's vote. Clinical words are names only after a title or a heading that names a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from assistant.privacy.cues import (
    AFTER,
    BESIDE_IDENTIFIER,
    BLAND,
    CREDENTIALED,
    FOREIGN,
    HEADED,
    HEADED_WEAK,
    INTRODUCED,
    INTRODUCED_LOOSE,
    LAST_COMMA_FIRST,
    LOWER_PAIR,
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
from assistant.privacy.words import clinical_words, is_acronym, is_word_like, looks_clinical, name_lists, not_names
from assistant.types import Span

PERSON: Final = "PERSON"


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    score: float


def find_names(text: str, voted: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans of people's names in the plain text. `voted` are the stretches that spaCy calls a person."""
    votes = list(voted)
    found: list[_Found] = []
    found += _titled(text)
    found += _headed(text, votes)
    found += _listed(text, votes)
    found += _corroborated(text)
    found += _by_vote(text, votes)
    found += [_Found(*m.span(), 0.7) for m in FOREIGN.finditer(text) if _is_mostly_latin(text)]
    found += [_Found(*m.span(), 0.8) for m in STARRED.finditer(text)]
    found += _again(text, found)
    return [Span(PERSON, f.start, f.end, f.score) for f in found]


# ---------------------------------------------------------------- the sources


def _titled(text: str) -> list[_Found]:
    found: list[_Found] = []
    for match in TITLED.finditer(text):
        words = _trim(match.group("name"))
        if words and not _all_ordinary(words):
            found.append(_Found(match.start("all"), match.start("name") + len(words), 0.95))
    for match in CREDENTIALED.finditer(text):
        start, words = _trim_front(match.group("name"), match.start("name"))
        if words and _plausible(words) and (" " in words or name_lists().is_name(words)):
            found.append(_Found(start, start + len(words), 0.85))
    return found


def _headed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for pattern, strong in ((HEADED, True), (INTRODUCED, True), (HEADED_WEAK, False), (WEAKLY, False)):
        for match in pattern.finditer(text, overlapped=True):
            start = match.start("name")
            words = _trim(match.group("name"))
            if not words or _all_ordinary(words) or is_clinical_phrase(text, start, start + len(words), strong):
                continue
            listed = any(name_lists().is_clear(w) for w in _parts(words))
            voted = any(a < start + len(words) and b > start for a, b in votes)
            if strong and (listed or voted or _plausible(words)):
                found.append(_Found(start, start + len(words), 0.9))
            elif (
                not strong
                and (listed or (voted and _unlisted_name(match.group(), words)))
                and not _company(text, start + len(words), words)
            ):
                found.append(_Found(start, start + len(words), 0.8))
    for match in INTRODUCED_LOOSE.finditer(text):
        words = _lower_case_name(match.group("name"))
        if words:
            found.append(_Found(match.start("name"), match.start("name") + len(words), 0.75))
    return found


def _listed(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for match in SEQUENCES.finditer(text):
        for start, words in _runs(match.group("name"), match.start("name")):
            score = _listed_score(text, start, words, votes)
            if score:
                found.append(_Found(start, start + len(words), score))
    for match in MIDDLE_INITIAL.finditer(text):
        if not any(is_word_like(match.group(n)) for n in ("first", "last")) and not _company(
            text, match.end(), match.group()
        ):
            found.append(_Found(match.start(), match.end(), 0.7))
    lists = name_lists()
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
    parts = _parts(words)
    if len(parts) >= 2:
        if any(is_acronym(w) for w in parts) and not words.isupper():
            return 0.0
        good = sum(lists.is_name(w) for w in parts)
        clear = any(lists.is_clear(w) for w in parts)
        named = (lists.is_given(parts[0]) and (good >= 2 or clear)) or (good >= 2 and clear)
        fits = named and _plausible(words) and not _company(text, end, words)
        return 0.8 if fits and not is_clinical_phrase(text, start, end, False) else 0.0
    if lists.is_given(words):
        return 0.65 if _person_like(text, start, end, words, votes) else 0.0
    if lists.is_clear(words) and VERB_AFTER.match(text, end) and words.lower() not in clinical_words().eponyms:
        return 0.0 if is_clinical_phrase(text, start, end, False) else 0.6
    return 0.0


def _corroborated(text: str) -> list[_Found]:
    """Unlisted names that stand beside an identifier ("Xanthe Oduya (MRN ...") or come back in a mailbox name."""
    found: list[_Found] = []
    for match in BESIDE_IDENTIFIER.finditer(text):
        for start, words in _runs(match.group("name"), match.start("name")):
            end = start + len(words)
            parts = _parts(words)
            fits = len(parts) > 1 and end == match.end("name") and _plausible(words) and not _company(text, end, words)
            built = any(is_word_like(p) and not name_lists().is_name(p) for p in parts)
            if fits and not built and not is_clinical_phrase(text, start, end, False):
                found.append(_Found(start, end, 0.75))
    for match in MAILBOX.finditer(text):
        pieces = {p.lower() for p in regex.split(r"[\d._+-]+", match.group("local")) if len(p) >= 3}
        if not pieces:
            continue
        for word in _CAPITALISED.finditer(text):
            bare = word.group()
            if bare.lower() in pieces and not _ordinary(bare) and not looks_clinical(bare):
                found.append(_Found(*word.span(), 0.7))
    return found


def _by_vote(text: str, votes: list[tuple[int, int]]) -> list[_Found]:
    found: list[_Found] = []
    for start, end in votes:
        piece = text[start:end].split("\n")[0].split("|")[0].rstrip(" :;,-–—(")
        begin, words = _trim_front(piece.lstrip("- "), start + len(piece) - len(piece.lstrip("- ")))
        words = _trim(words)
        parts = _parts(words)
        if not parts or not _plausible(words) or any(c.isdigit() or c in '/@<>="' for c in words):
            continue
        if all(is_acronym(part) or part.islower() or _ordinary(part) for part in parts):
            continue
        stop = begin + len(words)
        if is_clinical_phrase(text, begin, stop, False) or _company(text, stop, words):
            continue
        listed = any(name_lists().is_clear(w) for w in parts)
        if listed or _name_like(text, stop, parts):
            found.append(_Found(begin, stop, 0.85 if listed else 0.6))
    return found


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
    tokens: set[str] = set()
    short: set[str] = set()
    for f in found:
        for part in _parts(text[f.start : f.end]):
            bare = part.strip(".")
            if not bare[:1].isupper() or bare in _PARTICLES or not set(bare) - set("IVX"):
                continue
            if len(bare) >= 3 and not _ordinary(bare):
                tokens |= {bare, bare.upper(), bare.capitalize() if bare.isupper() else bare}
            elif len(bare) >= 2 and name_lists().is_surname(bare) and f.score >= _STRONG:
                short.add(bare)
    again: list[_Found] = []
    for start, end in chained(text, tokens):
        if " " in text[start:end] or not is_clinical_phrase(text, start, end, False):
            again.append(_Found(start, end, 0.7))
    for word in short:  # "Oh", "Do": only where they do what a person does
        for start, end in places(text, word):
            if VERB_AFTER.match(text, end):
                again.append(_Found(start, end, 0.7))
    return again


# ---------------------------------------------------------------- what a name may be

_CAPITALISED: Final = regex.compile(r"(?<![\p{L}@.])\p{Lu}\p{L}{2,}(?!\p{L}|@|\.\p{L})")
_STRONG: Final = 0.8
_PARTICLES: Final = frozenset(
    "the and van von der den de del la las los le do dos das da di du bin ibn al el ter y e of".split()
)
_COMPANY: Final = frozenset(
    "inc inc. llc ltd ltd. corp corp. corporation company co industries labs laboratories group technologies partners holdings "
    "gmbh plc analytics worldwide solutions systems enterprises associates consulting bank hospital clinic center centre "
    "university college school institute foundation pharmacy medical healthcare insurance services museum orchestra street st "
    "avenue ave road rd drive boulevard blvd lane court plaza square station airport park county district team".split()
)


def _parts(words: str) -> list[str]:
    return [w for w in _SEPARATORS.split(words) if w]


_SEPARATORS: Final = regex.compile(r"[ \t+_,]+")
_PART: Final = regex.compile(r"[^ \t+_,]+")
_FIRST: Final = regex.compile(r"[^ \t+_,]+[ \t+_,]*")
_GAP: Final = regex.compile(r"[ \t+_,]*")


_CONTRACTION: Final = regex.compile(r"'(?:ve|m|ll|d|re|s|t)$")


@lru_cache(maxsize=50_000)
def _ordinary(word: str) -> bool:
    bare = word.strip(".'’").lower().replace("’", "'")
    bare = _CONTRACTION.sub("", bare)
    return bare in not_names() and not (name_lists().is_name(bare) and bare not in ("do", "he", "per", "oh"))


def _all_ordinary(words: str) -> bool:
    return all(_ordinary(w) or len(w.strip(".")) < 2 for w in _parts(words))


def _trim(words: str) -> str:
    """Cut the name before the first word that is no name ("Sandra Nguyen MRN" -> "Sandra Nguyen")."""
    end = 0
    parts = list(_PART.finditer(words))
    for at, part in enumerate(parts):
        bare = part.group().strip(".")
        if bare.endswith(("'s", "’s")):  # a possessive ends the name
            owner = bare[:-2]
            return words[: part.start() + len(owner)] if owner and not _ordinary(owner) else words[:end].rstrip(" ,")
        # "Phuong Do", "Ji-hye Oh": a word that is also a surname ends a name.
        last_surname = 0 < at == len(parts) - 1 and bare[:1].isupper() and name_lists().is_surname(bare)
        shouted = bare.isupper() and len(bare) > 1 and at > 0 and not words.isupper() and not name_lists().is_name(bare)
        if shouted or (_ordinary(bare) and not last_surname):
            break
        if bare not in _PARTICLES:
            end = part.end()
    return words[:end].rstrip(" ,")


def _trim_front(words: str, start: int) -> tuple[int, str]:
    while words:
        first = _FIRST.match(words)
        if first is None or not _ordinary(first.group().strip(" \t+_,.")):
            break
        start += first.end()
        words = words[first.end() :]
    return start, words


def _runs(words: str, start: int) -> list[tuple[int, str]]:
    """The stretches of a capitalised sequence between words that are no names."""
    runs: list[tuple[int, str]] = []
    rest, at = words, start
    while rest:
        at, rest = _trim_front(rest, at)
        run = _trim(rest)
        if not run:
            break
        runs.append((at, run))
        skipped = _GAP.match(rest[len(run) :])
        step = len(run) + (skipped.end() if skipped else 0)
        at, rest = at + step, rest[step:]
    return runs


def _plausible(words: str) -> bool:
    """No part is clinical, and not all are ordinary words."""
    parts = _parts(words)
    lists = name_lists()
    if not parts or _all_ordinary(words):
        return False
    return not any(looks_clinical(p) and not lists.is_clear(p) for p in parts)


def _unlisted_name(around: str, words: str) -> bool:
    """After a weak sign other than a bare preposition a name that spaCy voted for needs no listed part."""
    parts = _parts(words)
    if BLAND.match(around):
        return False
    return _plausible(words) and not any(is_word_like(p) for p in parts)


def _company(text: str, end: int, words: str) -> bool:
    first, *others = _parts(words)
    lists = name_lists()
    # "Min-ji Park" is no park.
    if any(p.lower() in _COMPANY and not (lists.is_surname(p) and lists.is_clear(first)) for p in others):
        return True
    after = AFTER.match(text, end)
    return bool(after and after.group("noun").lower() in _COMPANY and after.group("noun")[0].isupper())


def is_clinical_phrase(text: str, start: int, end: int, strong: bool) -> bool:
    """Whether the stretch is an eponym or a clinical word here, judged by the words themselves and the noun that follows."""
    parts = _parts(text[start:end])
    vocabulary = clinical_words()
    after = AFTER.match(text, end + 2 if text[end : end + 2] in ("'s", "’s") else end)
    noun = after.group("noun").lower() if after else ""
    last = parts[-1].lower() if parts else ""
    if len(parts) == 1 and noun in vocabulary.nouns and (last in vocabulary.eponyms or noun in _DECISIVE):
        return True
    if len(parts) == 1 and text[end : end + 2] in ("'s", "’s") and looks_clinical(noun):
        return True
    if strong:
        return all(looks_clinical(p) and not name_lists().is_name(p) for p in parts)
    return any(looks_clinical(p) and not name_lists().is_clear(p) for p in parts) or (
        len(parts) > 1 and last in vocabulary.nouns
    )


_DECISIVE: Final = frozenset(
    "disease syndrome sign score scale palsy catheter lymphoma chorea criteria index classification".split()
)


def _person_like(text: str, start: int, end: int, words: str, votes: list[tuple[int, int]]) -> bool:
    """A given name alone: evidence around it, more of it where the word is also a place or a plain word."""
    if _ordinary(words) or is_clinical_phrase(text, start, end, False) or _company(text, end, words):
        return False
    if is_acronym(words):
        return False
    if text[max(0, start - 4) : start].endswith(("St. ", "St ", "Saint ")):  # a hospital, a church, a street
        return False
    voted = any(a < end and b > start for a, b in votes)
    verb = bool(VERB_AFTER.match(text, end))
    placed = bool(PLACE_BEFORE.search(text, max(0, start - 12), start))
    if not name_lists().is_clear(words):
        return (verb and not placed) or (voted and not placed)
    return True


def _lower_case_name(words: str) -> str:
    """A listed name written in lower case at the front of `words`: a clear given name, more words while they are listed."""
    lists = name_lists()
    parts = words.split()
    if not parts[0].islower() or not lists.is_clear(parts[0].strip(".'’-")):
        return ""
    kept = [parts[0]]
    for part in parts[1:]:
        if not lists.is_name(part.strip(".")) or _ordinary(part):
            break
        kept.append(part)
    return " ".join(kept)


def _is_mostly_latin(text: str) -> bool:
    latin = sum(1 for c in text if c.isascii() and c.isalpha())
    return latin * 2 > sum(1 for c in text if c.isalpha())
