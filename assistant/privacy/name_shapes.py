"""What a name may look like, judged by its words: which parts are ordinary or clinical, where it ends, what makes it a company."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

from assistant.privacy.cues import AFTER, BLAND, PERSON_VERB, PLACE_BEFORE, VERB_AFTER
from assistant.privacy.words import clinical_words, is_acronym, is_word_like, looks_clinical, name_lists, not_names

PARTICLES: Final = frozenset(
    "the and van von der den de del la las los le do dos das da di du bin ibn al el ter y e of".split()
)
_COMPANY: Final = frozenset(
    "inc inc. llc ltd ltd. corp corp. corporation company co industries labs laboratories group technologies partners holdings "
    "gmbh plc analytics worldwide solutions systems enterprises associates consulting bank hospital clinic center centre "
    "university college school institute foundation pharmacy medical healthcare insurance services museum orchestra street st "
    "avenue ave road rd drive boulevard blvd lane court plaza square station airport park county district team".split()
)


def parts_of(words: str) -> list[str]:
    return [w for w in _SEPARATORS.split(words) if w]


_SEPARATORS: Final = regex.compile(r"[ \t+_,]+")
_PART: Final = regex.compile(r"[^ \t+_,]+")
_FIRST: Final = regex.compile(r"[^ \t+_,]+[ \t+_,]*")
_GAP: Final = regex.compile(r"[ \t+_,]*")


_CONTRACTION: Final = regex.compile(r"'(?:ve|m|ll|d|re|s|t)$")


@lru_cache(maxsize=50_000)
def is_ordinary(word: str) -> bool:
    bare = word.strip(".'’").lower().replace("’", "'")
    bare = _CONTRACTION.sub("", bare)
    return bare in not_names() and not (name_lists().is_name(bare) and bare not in ("do", "he", "per", "oh"))


def all_ordinary(words: str) -> bool:
    return all(is_ordinary(w) or len(w.strip(".")) < 2 for w in parts_of(words))


def trim(words: str) -> str:
    """Cut the name before the first word that is no name ("Sandra Nguyen MRN" -> "Sandra Nguyen")."""
    end = 0
    parts = list(_PART.finditer(words))
    for at, part in enumerate(parts):
        bare = part.group().strip(".")
        if bare.endswith(("'s", "’s")):  # a possessive ends the name
            owner = bare[:-2]
            return words[: part.start() + len(owner)] if owner and not is_ordinary(owner) else words[:end].rstrip(" ,")
        if _ends_name(bare, words, at, len(parts)):
            break
        if bare not in PARTICLES:
            end = part.end()
    return words[:end].rstrip(" ,")


def _ends_name(bare: str, words: str, at: int, count: int) -> bool:
    """Whether the word is no part of the name before it."""
    shouted = bare.isupper() and len(bare) > 1 and at > 0 and not words.isupper() and not name_lists().is_name(bare)
    # "Phuong Do", "Ji-hye Oh": a word that is also a surname ends a name.
    last_surname = 0 < at == count - 1 and bare[:1].isupper() and name_lists().is_surname(bare)
    return shouted or (is_ordinary(bare) and not last_surname)


def trim_front(words: str, start: int) -> tuple[int, str]:
    while words:
        first = _FIRST.match(words)
        if first is None or not is_ordinary(first.group().strip(" \t+_,.")):
            break
        start += first.end()
        words = words[first.end() :]
    return start, words


def runs(words: str, start: int) -> list[tuple[int, str]]:
    """The stretches of a capitalised sequence between words that are no names."""
    runs: list[tuple[int, str]] = []
    rest, at = words, start
    while rest:
        at, rest = trim_front(rest, at)
        run = trim(rest)
        if not run:
            break
        runs.append((at, run))
        skipped = _GAP.match(rest[len(run) :])
        step = len(run) + (skipped.end() if skipped else 0)
        at, rest = at + step, rest[step:]
    return runs


def is_plausible(words: str) -> bool:
    """No part is clinical, and not all are ordinary words."""
    parts = parts_of(words)
    lists = name_lists()
    if not parts or all_ordinary(words):
        return False
    return not any(looks_clinical(p) and not lists.is_clear(p) for p in parts)


def is_unlisted_name(around: str, words: str) -> bool:
    """After a weak sign other than a bare preposition a name that spaCy voted for needs no listed part."""
    parts = parts_of(words)
    if BLAND.match(around):
        return False
    return is_plausible(words) and not any(is_word_like(p) for p in parts)


def is_company(text: str, end: int, words: str) -> bool:
    first, *others = parts_of(words)
    lists = name_lists()
    # "Min-ji Park" is no park.
    if any(p.lower() in _COMPANY and not (lists.is_surname(p) and lists.is_clear(first)) for p in others):
        return True
    after = AFTER.match(text, end)
    return bool(after and after.group("noun").lower() in _COMPANY and after.group("noun")[0].isupper())


def is_clinical_phrase(text: str, start: int, end: int, strong: bool) -> bool:
    """Whether the stretch is an eponym or a clinical word here, judged by the words themselves and the noun that follows."""
    parts = parts_of(text[start:end])
    if len(parts) == 1 and _is_eponym(text, end, parts[0]):
        return True
    if is_in_double(text, start, end):
        return True
    lists = name_lists()
    if strong:
        return all(looks_clinical(p) and not lists.is_name(p) for p in parts)
    if any(looks_clinical(p) and not lists.is_clear(p) for p in parts):
        return True
    return len(parts) > 1 and parts[-1].lower() in clinical_words().nouns


def is_in_double(text: str, start: int, end: int) -> bool:
    """Whether the stretch lies in an eponym of two words that makes a thing: "Bence" of "Bence Jones protein", "Bence-Jones"."""
    for match in _doubles().finditer(text, max(0, start - _DOUBLE_REACH), end + _DOUBLE_REACH):
        noun = _noun_after(text, match.end())
        if match.start() <= start and end <= match.end() and (noun in clinical_words().nouns or looks_clinical(noun)):
            return True
    return False


@lru_cache(maxsize=1)
def _doubles() -> regex.Pattern[str]:
    """Eponyms of two words, with a blank or a hyphen between them."""
    either = "|".join(regex.escape(double).replace(r"\ ", r"[ \-–]") for double in sorted(clinical_words().doubles))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{either})(?![\p{{L}}\p{{M}}])", regex.IGNORECASE)


_DOUBLE_REACH: Final = 24
"""Characters of the longest of them, and some."""


def _is_eponym(text: str, end: int, word: str) -> bool:
    """ "Parkinson's disease", "Foley catheter": a name whose noun makes it a thing."""
    vocabulary = clinical_words()
    possessive = text[end : end + 2] in _POSSESSIVE
    noun = _noun_after(text, end)
    if noun in vocabulary.nouns and (word.lower() in vocabulary.eponyms or noun in _DECISIVE):
        return True
    return possessive and looks_clinical(noun)


def _noun_after(text: str, end: int) -> str:
    after = AFTER.match(text, end + 2 if text[end : end + 2] in _POSSESSIVE else end)
    return after.group("noun").lower() if after else ""


_POSSESSIVE: Final = ("'s", "’s")
_DECISIVE: Final = frozenset(
    "disease syndrome sign score scale palsy catheter lymphoma chorea criteria index classification".split()
)


def is_person_like(text: str, start: int, end: int, words: str, votes: list[tuple[int, int]]) -> bool:
    """A given name alone: evidence around it, more of it where the word is also a place or a plain word."""
    if is_ordinary(words) or is_clinical_phrase(text, start, end, False) or is_company(text, end, words):
        return False
    if is_acronym(words):
        return False
    if text[max(0, start - 4) : start].endswith(("St. ", "St ", "Saint ")):  # a hospital, a church, a street
        return False
    if name_lists().is_clear(words):
        return True
    voted = any(a < end and b > start for a, b in votes)
    if opens_sentence(text, start):
        # Every word has a capital there: only what people alone do makes "May" or "Grace" a person.
        return PERSON_VERB.match(text, end) is not None or (voted and is_finite_person(text, end))
    placed = bool(PLACE_BEFORE.search(text, max(0, start - 12), start))
    return not placed and (voted or bool(VERB_AFTER.match(text, end)))


def opens_sentence(text: str, start: int) -> bool:
    """Whether the word stands where any word is capitalised: at the beginning of a text, a line, a sentence or a cell."""
    before = text[max(0, start - 8) : start].rstrip(" \t\"'“‘(*#>-•")
    return not before or before[-1] in ".!?:;\n|…"


def is_finite_person(text: str, end: int) -> bool:
    """Whether a verb in the third person or the past follows: "Grace lives", not "May need", "Will be"."""
    return PERSON_VERB.match(text, end) is not None or (
        VERB_AFTER.match(text, end) is not None and _BARE_VERB.match(text, end) is None
    )


_BARE_VERB: Final = regex.compile(
    r"(?:'s)?[ ](?:will|would|can|need|is|was|has|had|shows?|remains?|calls|lists?|listed)\b"
)
_GAELIC: Final = regex.compile(r"(?:o['’]|mc|mac|d['’])\p{Ll}{3,}")


def titled_in_small_letters(words: str, title: bool) -> str:
    """The name at the front of small-letter words that follow a title ("dr. von der leyden to ring ...") or a word for kin
    ("sister mary-kate o'shaughnessy"); '' where there is none. After a title the first word need not be listed."""
    kept: list[str] = []
    named = 0
    for word in words.split():
        bare = word.strip(".,;:")
        if bare in PARTICLES and (title or kept):
            kept.append(word)
            continue
        if not _is_small_name(bare, loose=title or named > 0):
            break
        kept.append(word)
        named += 1
        if bare != word.rstrip("."):
            break
    while kept and kept[-1] in PARTICLES:
        kept.pop()
    return " ".join(kept).rstrip(".,;:") if named else ""


def _is_small_name(word: str, *, loose: bool) -> bool:
    lists = name_lists()
    if not word or is_ordinary(word) or (looks_clinical(word) and not lists.is_clear(word)):
        return False
    if lists.is_clear(word) or _GAELIC.fullmatch(word):
        return True
    if "-" in word and all(lists.is_name(part) for part in word.split("-")):
        return True
    return loose and len(word) >= 5 and not is_word_like(word) and not lists.is_name(word) and word not in _PLAIN


# Ordinary words of five letters and more that follow "dr" or "mr" in notes in small letters and have no ordinary ending.
_PLAIN: Final = frozenset(
    "about after again agrees appointment asked asks aware bleep bleeps called calls clinic consult contacted early either later "
    "letter looked noted notes notified office phone pager please review reviewed reviews rounds saw seems seen spoke states "
    "thinks today tomorrow tonight visit wants ward while wrote yesterday their there these those which would should could might "
    "under until where whose other".split()
)


def lower_case_name(words: str) -> str:
    """A listed name written in lower case at the front of `words`: a clear given name, more words while they are listed."""
    lists = name_lists()
    parts = words.split()
    if not parts[0].islower() or not lists.is_clear(parts[0].strip(".'’-")):
        return ""
    kept = [parts[0]]
    for part in parts[1:]:
        if not lists.is_name(part.strip(".")) or is_ordinary(part):
            break
        kept.append(part)
    return " ".join(kept)


def is_mostly_latin(text: str) -> bool:
    latin = sum(1 for c in text if c.isascii() and c.isalpha())
    return latin * 2 > sum(1 for c in text if c.isalpha())
