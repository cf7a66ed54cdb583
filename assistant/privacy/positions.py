"""Names by their place on the page: who speaks in a chat, who stands in a list, a field or under a letter, in any case of letters."""

from __future__ import annotations

from collections import Counter
from typing import Final

import regex

from assistant.privacy.cues import PARTICLE, WORD
from assistant.privacy.name_shapes import PARTICLES, is_ordinary
from assistant.privacy.words import is_word_like, looks_clinical, name_lists

_SMALL: Final = r"\p{Ll}[\p{Ll}\p{M}'’]+(?:-\p{Ll}+)*"
_ANY: Final = rf"(?:{WORD}|{_SMALL})"
_SPEAKER: Final = regex.compile(rf"^(?:\[[\d:., ]+\][ ]?)?(?P<name>{_ANY}):(?=[ ])", regex.MULTILINE)
_LISTED: Final = regex.compile(
    rf"^[ \t]*(?:\d{{1,2}}[.)]|[-*•])[ ](?P<name>{WORD}(?:[ ](?:{PARTICLE}[ ])?{WORD}){{1,3}})[ ]?[-–—:]",
    regex.MULTILINE,
)
_SIGNED: Final = regex.compile(
    rf"(?<=\n\n|[.!?]\s)(?P<name>{WORD}(?:[ ](?:{PARTICLE}[ ])?{WORD}){{0,3}})(?=\s*\Z|\n[^\n]{{1,60}}\s*\Z)"
)
_FIELD: Final = regex.compile(
    r"(?i:\b(?:(?:fore|sur|first|last|family|given|christian|full)?[ _]?names?(?:\(s\))?|contact|companion|passenger|"
    r"next[ _]of[ _]kin|referrer|carer|guardian))[ ]?[=:|][ ]?"
    rf"(?P<name>{_ANY}(?:[ ](?:{PARTICLE}[ ])?{_ANY}){{0,3}})(?=[ ]?(?:[;,\n|]|\Z))"
)
# Notes in small letters: what stands before a person, and hardly before anything else.
_NOTED: Final = regex.compile(
    r"(?<![\p{L}\d])(?:pt|patient|its|it's|name is|her name is|surname|ticket of|account of|wife|husband|daughter|son|mother|father|"
    r"brother|sister|dressing by|seen by|done by|signed by|call|tell|ring|ask for|did)[ ](?P<name>\p{Ll}[\p{Ll}\p{M}'’-]+"
    r"(?:[ ]\p{Ll}[\p{Ll}\p{M}'’-]+){0,3})"
)
_TOLD: Final = regex.compile(
    r"(?i:\b(?:ring|call|nurse will be|results for|confirm that|rn|hca|"
    r"(?:wife|husband|daughter|son|mother|father|brother|sister|neighbou?r),?))[ ]"
    rf"(?P<name>{WORD}(?:[ ](?:{PARTICLE}[ ])?{WORD}){{0,3}})"
)
_ASKED: Final = regex.compile(
    rf"(?i:\b(?:ask for|tell|inform|me again,|witness:|surgeon:))[ ](?P<name>{WORD}(?:[ ](?:{PARTICLE}[ ])?{WORD}){{0,3}})"
)
_HERE: Final = regex.compile(rf"(?:(?i:hi|hello)[ ]?\p{{L}}*,|^)[ ](?P<name>{WORD})(?=[ ]here\b)", regex.MULTILINE)
_SMALL_LISTED: Final = regex.compile(
    rf"^[ \t]*\d{{1,2}}[.)][ ](?P<name>{_SMALL}(?:[ ](?:{PARTICLE}[ ])?{_SMALL}){{1,3}})[ ][-–—]", regex.MULTILINE
)
_ROLES: Final = frozenset(
    "agent visitor desk support helper user bot patient nurse doctor customer client caller operator admin system assistant note notes "
    "plan name address phone date email subject from sent reason re to cc question answer result results summary warning example".split()
)


def placed_names(text: str) -> list[tuple[int, int, float]]:
    """(start, end, score) of names that their place gives away."""
    found = _speakers(text)
    for pattern, strong in (
        (_LISTED, False),
        (_SMALL_LISTED, False),
        (_SIGNED, False),
        (_FIELD, True),
        (_TOLD, False),
        (_ASKED, True),
        (_HERE, True),
    ):
        for match in pattern.finditer(text):
            if _may_be_name(match["name"], strong):
                score = 0.8 if strong else 0.7
                found.append((*match.span("name"), score))
    for match in _NOTED.finditer(text):
        if words := _small_name(match["name"]):
            found.append((match.start("name"), match.start("name") + len(words), 0.7))
    return found


def _speakers(text: str) -> list[tuple[int, int, float]]:
    """Who opens lines: a listed name, or any unordinary word that opens two lines or more."""
    matches = list(_SPEAKER.finditer(text))
    count = Counter(m["name"] for m in matches)
    names = {n for n in count if n.lower() not in _ROLES and len(n) > 2}
    sure = {n for n in names if count[n] > 1 and (name_lists().is_given(n) or _unordinary(n))}
    return [(*m.span("name"), 0.7) for m in matches if m["name"] in sure]


def _unordinary(word: str) -> bool:
    return not (is_ordinary(word) or is_word_like(word) or looks_clinical(word))


def _alone(word: str) -> bool:
    """Whether one unlisted capitalised word may be a name: "Tove-Lise" ends like a word and is none."""
    return _unordinary(word) or (
        "-" in word and all(p[:1].isupper() for p in word.split("-")) and not looks_clinical(word)
    )


def _may_be_name(words: str, strong: bool) -> bool:
    """Every part may belong to a name; a strong place, or a given name in front, lets words that are names too pass."""
    parts = [p for p in words.split() if p.lower() not in PARTICLES]
    if not parts or not _ROLES.isdisjoint(map(str.lower, parts)):
        return False
    lists = name_lists()
    if len(parts) == 1:
        return lists.is_name(parts[0]) or (strong and parts[0][:1].isupper() and _alone(parts[0]))
    if lists.is_given(parts[0]) and parts[0][:1].isupper():
        return all(p[:1].isupper() and (strong or not is_ordinary(p)) for p in parts)
    return _reads_as_name(parts)


def _reads_as_name(parts: list[str]) -> bool:
    """Whether no part is a word of another kind, and one is a name or no known word at all."""
    lists = name_lists()
    others = [p for p in parts if not lists.is_name(p)]
    if any(is_ordinary(p) or looks_clinical(p) for p in others):
        return False
    return len(others) < len(parts) or any(_unordinary(p) for p in others)


def _small_name(words: str) -> str:
    """The words in small letters that may be a name, from the front."""
    kept: list[str] = []
    for word in words.split():
        part = word in PARTICLES
        if not part and (not _unordinary(word) or word in _PLAIN or len(word) < 2):
            break
        kept.append(word)
    while kept and kept[-1] in PARTICLES:
        kept.pop()
    lists = name_lists()
    foreign = any(not c.isascii() for c in "".join(kept))
    return " ".join(kept) if foreign or any(lists.is_clear(w) for w in kept) else ""


_PLAIN: Final = frozenset(
    "settled rang wants said says called came come states seen after before slept went has had with and".split()
)
