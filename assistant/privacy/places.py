"""Places smaller than a state, and organisations that a person works for or belongs to (45 CFR 164.514(b)(2)(i) names both)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import regex

from assistant.privacy.words import clinical_words, is_word_like, looks_clinical, name_lists, not_names
from assistant.types import Span

LOCATION: Final = "LOCATION"
ORGANIZATION: Final = "ORGANIZATION"

_WORD: Final = r"\p{Lu}[\p{L}\p{M}'’&-]*"
_SEQUENCE: Final = rf"(?P<name>{_WORD}(?:[ ](?:(?:of|and|the|de|del|la|le|upon|sur|am|&)[ ])?{_WORD}){{0,4}})"
_SUFFIX: Final = (
    r"(?:Inc|LLC|Ltd|Limited|Corp|Corporation|Company|Industries|Labs|Laboratories|Holdings|GmbH|PLC|Analytics|Worldwide|"
    r"Enterprises|Technologies|Consulting|Incorporated|Tech|Ventures|Logistics|"
    r"Capital|Investments|Motors|Airlines|Foods|Dynamics|Robotics|Software|Networks|Brands|Electronics|Pharmaceuticals)"
)
_COMPANY: Final = regex.compile(rf"(?<![\p{{L}}])(?:{_WORD}[ ]){{1,4}}{_SUFFIX}\b(?:[ ]{_SUFFIX}\b)?\.?(?=\W|$)")
_EMPLOYER: Final = regex.compile(
    r"(?i:\b(?:works?|worked|working|employed|employment|job)[ ](?:for|at|by|with)|\bto work (?:at|for)|"
    r"\bemployer(?:[ ]name)?[\"']?\s*[:=(]+\s*|"
    r"\bemployer[ ]name=|\bcompany\s*[:=]|\borganization\s*[:=]|\bprovider:|\bworkplace\s*[:=])[ ]*[\"']?" + _SEQUENCE
)
_AT: Final = regex.compile(
    rf"(?:\p{{Lu}}[\p{{L}}'’-]+|,)[ ](?:at|@)[ ]{_SEQUENCE}(?=[ ]*(?:[\n.,;(|]|$))", regex.MULTILINE
)
_PLACED: Final = regex.compile(
    r"(?i:\b(?:lives?|living|lived|resid(?:es|ing|ed|ent)|born|raised|grew up|based|located|stay(?:s|ing|ed)|"
    r"stationed|settled)[ ](?:in|at|of|near)|"
    r"\b(?:admitted|transferred|referred)(?:[ ](?:on[ ])?[\d./ ]*\w*[\d., ]*)?[ ]from|\b(?:care|desk|office|branch|clinic|ward),|"
    r"\b(?:mr|mrs|ms|dr)\.?[ ][\p{L}'’ -]{2,30}[ ]of|"
    r"\bmoved[ ](?:here[ ])?(?:from|to)|\boriginally from|\bcomes? from|\btravel(?:l?ing|led|s)?[ ](?:to|from)|"
    r"\bflew[ ](?:to|from|in from)|"
    r"\bhome ?town(?: of)?|\bpractices in|\bcity\s*[:=])[ ]*(?:the[ ](?:city|town|village)[ ]of[ ])?[\"']?" + _SEQUENCE
)

# States, countries and continents are no identifiers of a person under the Safe Harbor rule: they stay readable.
_WIDE: Final = frozenset(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas "
    "kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon "
    "pennsylvania tennessee texas utah vermont virginia wisconsin wyoming us usa u.s. uk u.k. eu "
    "africa america asia australia europe".split()
)  # fmt: skip


def is_wide(name: str) -> bool:
    """Whether the name is a state or a country, which stays readable."""
    return name.lower() in _WIDE


def find_places(text: str, voted: Iterable[tuple[int, int]]) -> list[Span]:
    """Spans of places and organisations. `voted` are the stretches that spaCy calls a place (GPE, LOC, FAC)."""
    found: list[Span] = []
    for match in _COMPANY.finditer(text):
        if not any(looks_clinical(w) for w in match.group().split()):
            found.append(Span(ORGANIZATION, *match.span(), 0.7))
    for pattern, score in ((_EMPLOYER, 0.65), (_AT, 0.55)):
        for match in pattern.finditer(text):
            if not _ordinary(match.group("name")):
                found.append(Span(ORGANIZATION, *match.span("name"), score))
    for match in _PLACED.finditer(text):
        if not _ordinary(match.group("name")) and match.group("name").lower() not in _WIDE:
            found.append(Span(LOCATION, *match.span("name"), 0.7))
    for start, end in voted:
        if _place_like(text, start, end):
            found.append(Span(LOCATION, start, end, 0.55))
    return found


def _place_like(text: str, start: int, end: int) -> bool:
    """After a preposition of place, not before a noun that makes an eponym of it, and not built like a plain word."""
    piece = text[start:end].strip()
    if piece.lower() in _WIDE or not piece[:1].isupper() or _ordinary(piece):
        return False
    after = regex.match(r"[ ](\p{L}+)", text[end : end + 30])
    if after and after.group(1).lower() in clinical_words().nouns:
        return False
    if any(is_word_like(w) for w in text[start:end].split()) or text[start:end].isupper():
        return False
    return bool(
        regex.search(r"\b(?:in|at|near|from|to|through|around|visiting)[ ](?:the )?$", text[max(0, start - 16) : start])
    )


def _ordinary(name: str) -> bool:
    """Headings, countries, conditions and drugs are no place to hide."""
    words = [w.lower().removesuffix("'s") for w in name.split()]
    if any(looks_clinical(w) for w in words):
        return True
    return all(w in not_names() and not name_lists().is_surname(w) for w in words) or all(len(w) < 2 for w in words)
