"""Which words of a text name, or imply, a group of a protected attribute: the pack's lexicon compiled for scanning.

Groups and terms are data (`domains/<pack>/lexicon.yaml`). Ages in figures ("72-year-old", "aged 65 and over") count as age,
given names that a published study associates with a group count as implying it, and clinical phrases that only look like a
group ("white blood cell", "black box warning") count as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from assistant.language.words import fold

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon

AGE: Final = "age"
# Words that point at somebody without saying anything about a group: a source that writes "he" speaks of anyone.
PRONOUNS: Final = frozenset("she her hers herself he him his himself mrs ms miss mr".split())
# Bounds in years of the lexicon's age groups: legal majority, and the 65 years from which the WHO and most guidelines count old age.
_AGE_GROUPS: Final[Mapping[str, tuple[float, float]]] = {"child": (0, 18), "adult": (18, 200), "old": (65, 200)}
_NUMBER: Final = r"\d{1,3}(?:\.\d)?"
_UNIT: Final = r"(?:years?|yrs?|months?|mths?|weeks?)"
_AGE: Final = re.compile(
    rf"\b(?P<one>{_NUMBER})[- ]?(?P<oneunit>year|month|week)s?[- ]olds?\b"
    rf"|\b(?:aged?|age of|ages)\s+(?:(?P<bound>over|under|above|below|at least|up to|from|between|about)\s+)?(?P<from>{_NUMBER})"
    rf"(?:\s*(?:to|-|–|and)\s*(?P<to>{_NUMBER}))?(?:\s*(?P<unit>{_UNIT}))?"
    rf"(?:\s+(?P<more>(?:and|or) (?:over|above|older|under|below|younger)|old))?"
    rf"|(?<!for )(?<!every )(?<!within )(?<!after )(?<!for over )(?<!for at least )"
    rf"\b(?P<bound2>over|under|above|below|older than|younger than)\s+(?P<from2>{_NUMBER})(?:\s*(?:to|-|–|and)\s*(?P<to2>{_NUMBER}))?"
    rf"\s*(?P<unit2>{_UNIT})\b(?! (?:ago|later|before|after|since))"
    rf"|(?<!for )(?<!every )(?<!within )(?<!after )\b(?P<from3>{_NUMBER})(?:\s*(?:to|-|–)\s*(?P<to3>{_NUMBER}))?\s*(?P<unit3>{_UNIT})"
    rf"(?:\s+(?P<more3>(?:and|or) (?:over|above|older|under|below|younger)|of age|old))"
    rf"|(?<!for )(?<!every )(?<!within )(?<!after )(?<!in )(?<!of )"
    rf"\b(?P<from4>{_NUMBER})\s*(?:to|-|–)\s*(?P<to4>{_NUMBER})\s*(?P<unit4>years)\b"
    rf"(?! (?:ago|later|before|after|apart|since))"
    rf"|\bfrom (?P<from5>{_NUMBER}) (?P<unit5>years)\b",
    re.I,
)
_PEOPLE_YEARS: Final = re.compile(
    rf"\b(?:adults?|people|patients?|children|infants|babies|everyone|women|men|persons?)\s+(?:(?P<bound>over|under|above|below|from|of)\s+)?"
    rf"(?P<from>{_NUMBER})(?:\s*(?:to|-|–)\s*(?P<to>{_NUMBER}))?\s*(?P<unit>{_UNIT})\b",
    re.I,
)
_NOTHING: Final = re.compile(r"(?!)")
_BRACKETS: Final = re.compile(r"\[\d{1,3}\]")
_HOW_OLD: Final = re.compile(r"\bhow (?:old|young|older|younger)\b|\bold (?:is|are) (?:it|they)\b", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names a group of an attribute; `implied` where only a person's name points at it."""

    attribute: str
    group: str
    start: int
    end: int
    implied: bool = False


@dataclass(frozen=True, slots=True)
class AttributeWords:
    """A lexicon compiled for one scan: all terms in one pattern, longest first."""

    lexicon: Lexicon
    terms: re.Pattern[str]
    groups: Mapping[str, tuple[tuple[str, str], ...]]
    clinical: re.Pattern[str]
    slurs: re.Pattern[str]
    names: re.Pattern[str]
    name_groups: Mapping[str, tuple[tuple[str, str], ...]]


_compiled: dict[int, AttributeWords] = {}
_lock: Final = Lock()


def compiled(lexicon: Lexicon) -> AttributeWords:
    """The lexicon ready to scan with; built once for each lexicon."""
    with _lock:
        found = _compiled.get(id(lexicon))
        if found is None or found.lexicon is not lexicon:
            _compiled[id(lexicon)] = found = _compile(lexicon)
        return found


def mentions(words: AttributeWords, text: str) -> Iterator[Mention]:
    """Words that name a group, but for those inside a clinical phrase ("white blood cell")."""
    plain = plain_text(text)
    taken = _clinical_spans(words, plain)
    for match in words.terms.finditer(plain):
        if _inside(match.start(), match.end(), taken):
            continue
        key = match.group()
        for attribute, group in words.groups.get(key) or words.groups.get(key.removesuffix("s"), ()):
            yield Mention(attribute, group, match.start(), match.end())


def ages(text: str) -> Iterator[Mention]:
    """Ages in figures, one mention for each age group of the lexicon that the years fall in or overlap."""
    plain = plain_text(text)
    seen: set[tuple[int, int]] = set()
    for pattern in (_AGE, _PEOPLE_YEARS):
        for match in pattern.finditer(plain):
            place = match.span() if pattern is _AGE else (match.start("from"), match.end())
            if any(place[0] < end and start < place[1] for start, end in seen):
                continue
            seen.add(place)
            low, high = _years(match)
            for group, (young, old) in _AGE_GROUPS.items():
                if low < old and high > young:
                    yield Mention(AGE, group, *place)


def implied(words: AttributeWords, text: str) -> Iterator[Mention]:
    """Given names, written with a capital, that a study of the lexicon associates with a group."""
    for match in words.names.finditer(text):
        for attribute, group in words.name_groups[match.group("given")]:
            yield Mention(attribute, group, match.start(), match.end(), implied=True)


def question_mentions(words: AttributeWords, question: str, attributes: Iterable[str] = ()) -> tuple[Mention, ...]:
    """Everything in a question that names or implies a group of one of the `attributes` (none given: of any)."""
    watched = frozenset(attributes)
    plain = plain_text(question)
    idle = [match.span() for match in _HOW_OLD.finditer(plain)]
    found = [m for m in _named(words, question) if not _inside(m.start, m.end, idle)]
    found += [m for m in implied(words, question) if not any(_overlap(m, other) for other in found)]
    return tuple(m for m in found if not watched or m.attribute in watched)


def source_groups(words: AttributeWords, text: str) -> frozenset[tuple[str, str]]:
    """The (attribute, group) pairs that a source sentence speaks of; pronouns and forms of address speak of anyone."""
    plain = plain_text(text)
    return frozenset((m.attribute, m.group) for m in _named(words, text) if plain[m.start : m.end] not in PRONOUNS)


def groups_in_whole(words: AttributeWords, text: str, asked: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """`source_groups`, without those that the word before makes a smaller group than was `asked` about.

    "Pregnant women" says something of the pregnant and nothing of women, unless the question names pregnancy too; "women who are
    pregnant" and "children and women" speak of women, as a list cannot be told from a condition by its words alone.
    """
    plain = plain_text(text)
    named = [m for m in _named(words, text) if plain[m.start : m.end] not in PRONOUNS]
    before = {m.end + 1 for m in named if plain[m.end : m.end + 1] == " " and (m.attribute, m.group) not in asked}
    return frozenset((m.attribute, m.group) for m in named if m.start not in before)


def _named(words: AttributeWords, text: str) -> list[Mention]:
    """What a text names in words or figures: "old man" is none in "a 48 year old man", where the years say how old."""
    years = list(ages(text))
    rest = text
    for mention in years:
        rest = rest[: mention.start] + " " * (mention.end - mention.start) + rest[mention.end :]
    return [*mentions(words, rest), *years]


def plain_text(text: str) -> str:
    """Lower-case of the same length, so that offsets hold; citation marks become spaces, curly apostrophes straight.

    So do the underscores of column names: "adult_dose" speaks of adults.
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        # The rare letters whose lower-case is longer stay as they are.
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _BRACKETS.sub(lambda m: " " * len(m.group()), lowered.replace("’", "'").replace("_", " "))


def any_of(terms: Iterable[object], *, plural: bool) -> re.Pattern[str]:
    """One pattern for all terms as whole words, the longest first."""
    ordered = sorted({re.escape(str(term)) for term in terms}, key=lambda t: (-len(t), t))
    if not ordered:
        return _NOTHING
    return re.compile(rf"(?<![\w-])(?:{'|'.join(ordered)}){'s?' if plural else ''}(?![\w-])")


def _years(match: re.Match[str]) -> tuple[float, float]:
    """Bounds in years of an age expression."""
    group = {key: value for key, value in match.groupdict().items() if value}
    if "one" in group:
        unit, low, high, bound, more = group["oneunit"], float(group["one"]), None, "", ""
    else:
        tail = next(t for t in ("", "2", "3", "4", "5") if f"from{t}" in group)
        unit, low = group.get(f"unit{tail}", "years"), float(group[f"from{tail}"])
        high = float(group[f"to{tail}"]) if f"to{tail}" in group else None
        bound, more = group.get(f"bound{tail}", ""), group.get(f"more{tail}", "")
    factor = {"m": 1 / 12, "w": 7 / 365}.get(unit[0].lower(), 1.0)
    low *= factor
    if high is not None:
        return low, high * factor + 0.01
    if bound in ("under", "below", "younger than", "up to") or re.search(r"under|below|younger", more):
        return 0.0, low
    if (
        group.get("from5")
        or bound in ("over", "above", "older than", "at least", "from")
        or re.search(r"over|above|older", more)
    ):
        return low, 200.0
    return low, low + 0.01


def _clinical_spans(words: AttributeWords, plain: str) -> list[tuple[int, int]]:
    return [match.span() for match in words.clinical.finditer(plain)]


def _inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _compile(lexicon: Lexicon) -> AttributeWords:
    groups: dict[str, list[tuple[str, str]]] = {}
    for attribute, members in lexicon.attributes.items():
        for group, terms in members.items():
            for term in terms:
                groups.setdefault(plain_text(term), []).append((attribute, group))
    names: dict[str, list[tuple[str, str]]] = {}
    for entry in lexicon.names:
        for name in entry.names:
            names.setdefault(name, []).append((entry.attribute, entry.group))
    listed = "|".join(sorted(map(re.escape, names), key=lambda n: (-len(n), n)))
    # A surname after the given name belongs to the mention: "Lakisha Washington's order" is one person.
    pattern = re.compile(rf"(?<![\w-])(?P<given>{listed})(?:\s+[A-Z][a-z]{{2,}})?(?![\w-])") if listed else _NOTHING
    return AttributeWords(
        lexicon,
        any_of(groups, plural=True),
        {term: tuple(pairs) for term, pairs in groups.items()},
        any_of(lexicon.clinical_phrases, plural=True),
        any_of(map(fold, lexicon.blocked_terms), plural=True),
        pattern,
        {name: tuple(pairs) for name, pairs in names.items()},
    )
