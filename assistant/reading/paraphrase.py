"""Do two questions ask the same? For an answer that somebody vouched for: the wrong one is worse than none.

Vectors of whole questions cannot tell: "How long do I have to return a lamp?" is as near to the same about a mattress as to another
wording of itself. So a cosine only lets a pair in, and then everything that the two do not share speaks against it: a number,
a name, a negation, an opposite, what kind of thing is asked for, and every word of content that has no like on the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.language.quantities import quantities
from assistant.language.words import NEGATIONS, STOPWORDS, fold, stem, words
from assistant.reading.support import OPPOSITES

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon
    from assistant.protocols import Embedder

# Both from bench/calibrate_paraphrase.py on bench/wordings/tuning.tsv: the lowest at which no near miss passes, and a margin.
QUESTION_COSINE: Final = 0.70
WORD_COSINE: Final = 0.75

# In this order: the first that a question says is what it asks for.
_ASKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("often", r"\bhow (?:often|frequently|many times)\b"),
        ("price", r"\b(?:price|cost|costs|fee)\b|\bhow much (?:is|are|do you charge|must i pay|do i pay)\b"),
        ("amount", r"\bhow much\b|\b(?:dose|dosage)\b"),
        ("time", r"\bhow (?:long|soon|fast|quickly|many (?:minutes|hours|days|weeks|months|years))\b|\bwhen (?:is|are|do|does|did|can|"
         r"should|must|will)\b|\buntil when\b|\b(?:what|which) (?:time|day|date|hours?)\b|"
         r"\b(?:time limit|deadline|period|visiting hours)\b"),
        ("count", r"\bhow many\b"),
        ("who", r"\bwho(?:m|se)?\b"),
        ("where", r"\bwhere\b|\bwhat (?:is|'s) the address\b"),
        ("why", r"\bwhy\b|\bwhat is the reason\b"),
        ("how", r"\bhow\b|\bwhat (?:do|should|can|must|shall) (?:i|we|one|you)\b"),
        ("what", r"\b(?:what|which)\b"),
    )
)  # fmt: skip
# What a person says to make a question of it: whether it is allowed, wanted or there at all. Nothing turns on these.
_SAYING: Final = frozenset(
    "possible allowed permitted able offer offers available please exactly actually still already there any some want wish "
    "like need needs needed find take takes taken give gives get gets make know question possibility way point have let "
    "going kind sort single time limit long much many often frequently address price cost costs fee dose dosage bought "
    "may might must shall one max maximum most largest highest".split()
)
# Those of the words above on which a question turns where the other does not say so too.
_BOUNDS: Final = {
    "most": frozenset("max maximum most largest highest".split()),
    "least": frozenset("min minimum least smallest lowest".split()),
}
# Other words for the same in a question to a shop, an office or a ward; each word by its stem.
_ALIKE: Final = tuple(
    frozenset(map(stem, group.split()))
    for group in (
        "return returns returned returning send-back bring-back",
        "deliver delivery delivered ship shipping shipped shipment",
        "pay payment paying paid payable",
        "buy bought purchase purchased order ordered ordering",
        "price prices cost costs charge charged fee",
        "use used using redeem redeemed combine combined apply",
        "expire expires expiry run-out",
        "warranty guarantee guaranteed",
        "begin start starting begins starts initial",
        "sign signs sign-off approve approves",
        "phone telephone mobile",
        "shop store branch outlet",
        "relative relatives family",
        "day daily",
    )
)
_PHRASES: Final = (
    (
        re.compile(r"\b(?:send|sending|sent|bring|bringing|give|giving)((?:\s+\w+){0,3}?)\s+back\b", re.IGNORECASE),
        r"return\1",
    ),
    (re.compile(r"\bunder (warranty|guarantee)\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(?:more than|above|over|exceeding)(?= \d)", re.IGNORECASE), "above"),
    (re.compile(r"\b(?:less than|below|under)(?= \d)", re.IGNORECASE), "below"),
    (re.compile(r"\b(?:if|once|when) (?=\w+ (?:has|have|is|are)\b)", re.IGNORECASE), "after "),
)
_SIDES: Final = (
    *OPPOSITES,
    (frozenset({"abov"}), frozenset({"below"})),
    (frozenset({"with"}), frozenset({"without"})),
    (frozenset({"same"}), frozenset({"next"})),
)
_COUNTED: Final = 40
_CODE: Final = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])\w+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two questions ask the same, how alike they are as wholes, and what speaks against it, in words without text."""

    same: bool
    cosine: float
    reason: str = ""


def compare(
    asked: str,
    stored: str,
    cosine: float,
    embedder: Embedder,
    lexicon: Lexicon | None = None,
    *,
    question_cosine: float = QUESTION_COSINE,
    word_cosine: float = WORD_COSINE,
) -> Comparison:
    """Compare what is asked with a stored wording; `cosine` is that of their vectors."""
    if _letters(asked) == _letters(stored):
        return Comparison(True, cosine, "the same words")
    if cosine < question_cosine:
        return Comparison(False, cosine, "they are not alike")
    one, other = _plain(asked), _plain(stored)
    why = _differ(one, other, lexicon) or _unmet(one, other, embedder, lexicon, word_cosine)
    return Comparison(not why, cosine, why)


def _differ(asked: str, stored: str, lexicon: Lexicon | None) -> str:
    """What the two plainly do not share; "" where nothing."""
    if _asks(asked) != _asks(stored):
        return "they ask for different kinds of things"
    if _numbers(asked) != _numbers(stored) or _codes(asked) != _codes(stored):
        return "a number differs"
    if _denials(asked) % 2 != _denials(stored) % 2:
        return "one of them denies"
    if lexicon is not None and dict(lexicon.subjects.named(asked)) != dict(lexicon.subjects.named(stored)):
        return "they name different things"
    if _bounds(asked) != _bounds(stored):
        return "one of them asks for a bound"
    mine, theirs = _stems(asked), _stems(stored)
    for left, right in _SIDES:
        for here, there in ((left, right), (right, left)):
            if mine & here and theirs & there and not (mine & there or theirs & here):
                return "they say opposites"
    return ""


def _unmet(asked: str, stored: str, embedder: Embedder, lexicon: Lexicon | None, least: float) -> str:
    """Whether a word of content on one side has no like on the other."""
    mine, theirs = _content(asked), _content(stored)
    for here, there, text in ((mine, theirs, stored), (theirs, mine, asked)):
        held = {stem(word) for word in there}
        left = [word for word in here if stem(word) not in held and not _another_name(word, text, held, lexicon)]
        named = _names(asked) | _names(stored)
        if left and (named & set(left) or not _near(left, there, embedder, least)):
            return "a word of one has no like in the other"
    return ""


def _near(left: Sequence[str], there: Sequence[str], embedder: Embedder, least: float) -> bool:
    if not there:
        return False
    vectors = embedder.query([*left, *there])
    return bool(((vectors[: len(left)] @ vectors[len(left) :].T).max(axis=1) >= least).all())


def _another_name(word: str, text: str, held: Iterable[str], lexicon: Lexicon | None) -> bool:
    mine = stem(word)
    if any(mine in group and group & set(held) for group in _ALIKE):
        return True
    folded = f" {fold(text)} "
    return lexicon is not None and any(f" {fold(other)}" in folded for other in lexicon.expand(word))


def _plain(text: str) -> str:
    text = text.replace("’", "'")
    for pattern, put in _PHRASES:
        text = pattern.sub(put, text)
    return text


def _asks(text: str) -> str:
    return next((kind for kind, pattern in _ASKS if pattern.search(text)), "yes or no")


def _content(text: str) -> list[str]:
    """The words that carry what is asked about, parts of compounds by themselves; numbers are compared apart."""
    for q in reversed(quantities(text)):
        text = text[: q.start] + " " * (q.end - q.start) + text[q.end :]
    parts = [part for word in words(text) for part in fold(word.text).removesuffix("'s").split("-")]
    return [
        p
        for p in parts
        if len(p) > 1 and p not in STOPWORDS and p not in _SAYING and not p.isdigit() and not p.endswith("n't")
    ]


def _stems(text: str) -> set[str]:
    return {stem(part) for word in words(text) for part in word.text.split("-")}


def _names(text: str) -> set[str]:
    """Words with a capital inside the sentence, folded: a name is like every other name."""
    return {fold(w.text).removesuffix("'s") for w in words(text)[1:] if w.text[0].isupper() and w.text != "I"}


def _numbers(text: str) -> list[str]:
    """Each quantity with the word that it counts: ten euros are not ten points. A bare one counts nothing ("one order")."""
    found = []
    for q in quantities(text):
        ahead = "" if text.startswith("'s", q.end) else text[q.end : q.end + _COUNTED]
        after = next((stem(w.text) for w in words(ahead) if fold(w.text) not in STOPWORDS), "")
        if q.unit or q.bound or q.low != 1:
            found.append(f"{q.bound}{q.low}-{q.high} {q.unit or after}")
    return sorted(found)


def _codes(text: str) -> set[str]:
    return {fold(code) for code in _CODE.findall(text)}


def _denials(text: str) -> int:
    return sum(fold(w.text) in NEGATIONS or fold(w.text).endswith("n't") for w in words(text))


def _bounds(text: str) -> set[str]:
    held = {fold(w.text) for w in words(text)}
    return {name for name, group in _BOUNDS.items() if held & group}


def _letters(text: str) -> str:
    return " ".join(fold(word.text) for word in words(text))
