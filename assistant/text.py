"""Sentences, words, stems and numbers with offsets: the small tools that retrieval, compaction and grounding share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final, NamedTuple

import Stemmer

_ABBREVIATIONS: Final = frozenset(
    "dr mr mrs ms prof sr jr st vs etc al fig figs no nos vol approx dept e.g i.e cf ca inc ltd co corp resp min max "
    "jan feb mar apr jun jul aug sep sept oct nov dec tab tabs cap caps inj subcut mg ml pt pts ph a.m p.m u.s u.k "
    "rev gen col lt sgt capt".split()
)
# Abbreviations after which a new sentence is nonetheless common; a capital after them ends the sentence.
_ENDING: Final = frozenset("etc min max mg ml inc ltd co corp p.m a.m tab tabs cap caps u.s u.k approx".split())
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_BLOCK = re.compile(
    r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+•‣▪]|\d{1,3}[.)])[ \t]+\S)|\n(?=[ \t]*#{1,6} )|\n(?=[ \t]*\|)|(?<=\|)\n"
)
_NEXT = re.compile(r"\S")
_REACH: Final = 64  # longer than any abbreviation
_LIST_NUMBER = re.compile(r"\s*\d{1,3}$")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")

STOPWORDS: Final = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both but by "
    "can could did do does doing down during each few for from further had has have having he her here hers him his how "
    "i if in into is it its itself just me more most my no nor not of off on once only or other our out over own per same "
    "she should so some such than that the their them then there these they this those through to too under until up very "
    "was we were what when where which while who whom whose why will with would you your yours please tell".split()
)

NEGATIONS: Final = frozenset(
    "no not never none neither nor cannot can't don't doesn't didn't isn't aren't wasn't weren't won't shouldn't mustn't "
    "without avoid avoided contraindicated stop except unless unable lack lacks lacking absence absent negative".split()
)


class Sentence(NamedTuple):
    """A sentence and its character offsets in the text it came from: `text == source[start:end]`."""

    text: str
    start: int
    end: int


class Word(NamedTuple):
    """A word as written and where."""

    text: str
    start: int
    end: int


class Quantity(NamedTuple):
    """A number with its unit in a plain form: value as a normalized decimal string, unit lower-case or ''."""

    value: str
    unit: str


def sentences(text: str) -> list[Sentence]:
    """Split into sentences. Paragraphs, list items, headings and table rows never run together.

    Rules, not a model: a quote must begin and end where a reader would say that the sentence does, and the splitter runs
    on every passage of every answer.
    """
    found: list[Sentence] = []
    start = 0
    for block in [*_BLOCK.finditer(text), None]:
        stop = block.start() if block else len(text)
        found.extend(_split_block(text, start, stop))
        start = block.end() if block else stop
    return found


def blanked(text: str, drop: Callable[[Sentence], bool]) -> str:
    """The text with blanks for the sentences to drop; the offsets of all others stay."""
    for sentence in sentences(text):
        if drop(sentence):
            text = text[: sentence.start] + " " * (sentence.end - sentence.start) + text[sentence.end :]
    return text


def _split_block(text: str, start: int, stop: int) -> list[Sentence]:
    found: list[Sentence] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if _ends_sentence(text, begin, match.start(), match.end(), stop):
            _add(found, text, begin, match.end())
            begin = match.end()
    _add(found, text, begin, stop)
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip())
    body = raw.strip()
    if body:
        found.append(Sentence(body, start + lead, start + lead + len(body)))


def _ends_sentence(text: str, begin: int, dot: int, after: int, stop: int) -> bool:
    # Only the surroundings are looked at: a slice to the block's end would make a long block cost its length squared.
    ahead = _NEXT.search(text, after, stop)
    if ahead is None:
        return True
    following = ahead.group()
    if text[dot] != ".":
        return not following.islower()
    before = re.split(r"[\s(\[]", text[max(begin, dot - _REACH) : dot])[-1].lower()
    if following.islower() or (dot - begin <= _REACH and _LIST_NUMBER.fullmatch(text[begin:dot])):
        return False
    if before in _ABBREVIATIONS:
        return before in _ENDING and following.isupper()
    return not (len(before) == 1 and before.isalpha() and text[dot - 1].isupper())


def words(text: str) -> list[Word]:
    """Words with offsets, in order; hyphenated and apostrophe words stay whole."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 100_000)


def stem(word: str) -> str:
    """Snowball (Porter2) stem of the lower-cased, accent-free word."""
    return str(_stemmer().stemWord(fold(word)))


def fold(text: str) -> str:
    """Lower-case without accents and compatibility forms; length may change, so never use it for offsets."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, hyphenated words also by their parts."""
    stems: list[str] = []
    for word in words(text):
        parts = word.text.split("-") if "-" in word.text else [word.text]
        for part in parts:
            lowered = fold(part).removesuffix("'s")
            if lowered and lowered not in STOPWORDS:
                stems.append(stem(lowered))
    return stems


_NUMBER_WORDS: Final = {
    w: str(i)
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_NUMBER_WORDS_RE = re.compile(r"\b(" + "|".join(_NUMBER_WORDS) + r")\b", re.I)
_QUANTITY = re.compile(
    r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?"
    r"(mg/kg(?:/day|/dose)?|mcg/kg|micrograms?/kg|mg/dl|mmol/l|mmol/mol|mmhg|ml/kg|mg|mcg|µg|μg|micrograms?|milligrams?|grams?|g|kg|ml|"
    r"millilitres?|litres?|liters?|l|iu|units?|%|percent|per cent|°c|°f|hours?|hrs?|h|minutes?|mins?|seconds?|days?|weeks?|months?|years?|"
    r"doses?|tablets?|times?|eur|euros?|usd|dollars?|pounds?|gbp|bpm|cm|mm|km|miles?)?(?![\w])",
    re.I,
)
_UNIT_FORMS: Final = {
    "micrograms": "mcg", "microgram": "mcg", "µg": "mcg", "μg": "mcg", "milligrams": "mg", "milligram": "mg", "grams": "g",
    "gram": "g", "millilitres": "ml", "millilitre": "ml", "litres": "l", "litre": "l", "liters": "l", "liter": "l",
    "percent": "%", "per cent": "%", "hours": "hour", "hrs": "hour", "hr": "hour", "h": "hour", "minutes": "minute",
    "mins": "minute", "min": "minute", "seconds": "second", "days": "day", "weeks": "week", "months": "month",
    "years": "year", "doses": "dose", "tablets": "tablet", "times": "time", "units": "unit", "iu": "unit",
    "euros": "euro", "eur": "euro", "usd": "dollar", "dollars": "dollar", "pounds": "pound", "gbp": "pound", "miles": "mile",
    "micrograms/kg": "mcg/kg", "microgram/kg": "mcg/kg",
}  # fmt: skip


def quantities(text: str) -> list[Quantity]:
    """Numbers with units, in order: "1,000 milligrams" is ("1000", "mg"), "twice" is not a number, "two days" is."""
    spelled = _NUMBER_WORDS_RE.sub(lambda m: _NUMBER_WORDS[m.group().lower()], text)
    found = []
    for match in _QUANTITY.finditer(spelled):
        value = match.group(1).replace(",", "")
        if "." in value:
            value = value.rstrip("0").rstrip(".")
        unit = (match.group(2) or "").lower()
        found.append(Quantity(value if "." in value else value.lstrip("0") or "0", _UNIT_FORMS.get(unit, unit)))
    return found


def is_negated(text: str) -> bool:
    """Whether the sentence denies, forbids or excludes something."""
    return any(fold(w.text) in NEGATIONS or fold(w.text).endswith("n't") for w in words(text))


def estimate_tokens(text: str) -> int:
    """Roughly how many subword tokens the text is: 1.3 a word and one per punctuation mark; exact counts need a tokenizer."""
    return int(len(_WORD.findall(text)) * 1.3 + sum(1 for c in text if not c.isalnum() and not c.isspace())) + 1


_CLAUSE = re.compile(r"(?<=[:;.!?])\s+")


def asking_clause(text: str, hidden: Collection[str]) -> str:
    """The part of a question that asks, where identifiers stand only in the rest; else the whole.

    "My patient NAME, MRN 123: what is the target?" asks "what is the target?". Identifiers would pull the search towards
    whatever notes hold others of their kind. Where the part that asks points back to the rest ("... was damaged. When must it
    be reported?"), the rest stays without its identifiers.
    """
    if not hidden:
        return text
    clauses = [c for c in _CLAUSE.split(text) if "?" in c and not any(word and word in c for word in hidden)]
    asking = " ".join(clauses)
    if len(content_stems(asking)) < 2:
        return text
    return _without(text, hidden) if _BACK.search(asking) else asking


_BACK = re.compile(r"\b(?:it|its|they|them|their|this|these|those)\b", re.I)
_EMPTY = re.compile(r"^[\s,;:.]+|\([\s,;:]*\)|[\s,;:]+(?=[,;:.?!)])")


def _without(text: str, hidden: Collection[str]) -> str:
    """The clauses without some of the words and the punctuation around them; those of which little is left are left out."""
    kept = []
    for clause in _CLAUSE.split(text):
        bare = clause
        for word in sorted(filter(None, hidden), key=len, reverse=True):
            bare = bare.replace(word, "")
        if bare != clause:
            bare = _EMPTY.sub("", _EMPTY.sub("", bare))
        if bare == clause or len(set(content_stems(bare)) - _ANYBODYS_STEMS) >= 2:
            kept.append(" ".join(bare.split()))
    return " ".join(kept)


_ANYBODYS_STEMS = frozenset(content_stems("customer patient person client user visitor"))
_ANYBODY = re.compile(
    r"(?:\s+(?:of|for|to|by)|(?P<verb>\s+(?:costs?|gives?|charged?|pays?)))"
    r"\s+(?:(?:an?|any|every|each) (?:customer|patient|person|client|user|visitor)|someone|somebody|anyone|anybody|people)\b"
    r"(?!'|’|\s+(?:with|without|who|whose|whom|that|which|on|in|aged|over|under|at|after|before|from|taking|having|to|and|or)\b)",
    re.I,
)


def without_anybody(text: str) -> str:
    """The question without a phrase for a person of whom nothing is said ("for a patient"): it bears on no passage and pulls
    search and reader towards sentences about people. The text as it is where too little would be left to ask."""
    left = _ANYBODY.sub(lambda match: match["verb"] or "", text)
    return left if len(content_stems(left)) >= 2 else text
