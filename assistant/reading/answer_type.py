"""What kind of answer does a question ask for, and does a sentence have one?

"How long is a gift card good for?" wants a span of time; a sentence of amounts does not answer it, however many words of the
question it has. Only kinds that a text shows on its face are told apart: a time, an amount of money, a number, a phone number,
an address for mail, a treatment. Other questions expect nothing in particular, and then every sentence will do.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_UNIT: Final = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?)"
_WORDS: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|"
    r"hundred|half|a few|several|couple|dozen)"
)


class AnswerType(StrEnum):
    """A kind of answer."""

    TIME = "time"
    MONEY = "money"
    NUMBER = "number"
    PHONE = "phone"
    MAIL = "mail"
    TREATMENT = "treatment"


# In this order: the first that a question asks for is meant.
_ASKS: Final = (
    (
        AnswerType.PHONE,
        re.compile(r"\b(?:phone|telephone|hotline)\b|\bnumber (?:to|do I|should I|for) (?:call|ring|phone)", re.I),
    ),
    (AnswerType.MAIL, re.compile(r"\be-?mail address\b|\bwhich e-?mail\b", re.I)),
    (
        AnswerType.TREATMENT,
        re.compile(
            r"\bhow (?:is|are|do|does|should|can|to)\b[^?.]{0,80}\b(?:treat(?:ed)?|managed?)\b|\b(?:what|which) (?:is|are) the "
            r"(?:first |usual |best |standard )?(?:treatments?|therapy)\b",
            re.I,
        ),
    ),
    (
        AnswerType.TIME,
        re.compile(
            rf"\bhow (?:long|often|soon|quick(?:ly)?|fast|early|late|frequently)\b(?! (?:is|are) (?:the|its|an?) \w+ (?:tube|"
            rf"cable|cord))|\bhow many (?:more )?{_UNIT}\b|\b(?:what|which) (?:time|day|date|hours?)\b|\bhow old\b",
            re.I,
        ),
    ),
    (AnswerType.MONEY, re.compile(r"\b(?:costs?|price|fee|charged?|pay|expensive|excess)\b", re.I)),
    (
        AnswerType.NUMBER,
        re.compile(r"\bhow (?:many|much|far|high|low|heavy|big|large|tall|warm|hot|cold)\b|\b(?:dose|dosage)\b", re.I),
    ),
)
# "Do I have to pay?" and "What happens if ...?" are answered without a figure.
_FIGURE: Final = re.compile(r"\b(?:how|what|which|costs? of|price of|dose|dosage|max\w*|min\w*)\b", re.I)
_PLAIN: Final = (AnswerType.PHONE, AnswerType.MAIL, AnswerType.TIME, AnswerType.TREATMENT)
_HAS: Final = {
    AnswerType.TIME: re.compile(
        rf"(?:\d|\b{_WORDS})[\s-]*(?:to|or|-|–)?\s*(?:\d+\s*)?(?:working |calendar |business |full )?{_UNIT}\b|\b\d{{1,2}}:\d\d\b|"
        rf"\b(?:every|each|per|a|once|twice|within|next|same) (?:\w+ )?{_UNIT}\b|\b(?:hourly|daily|weekly|monthly|yearly|annually|"
        r"immediately|at once|always|never|once|twice|forever|lifelong|lifetime)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
        r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\b(?:19|20)\d\d\b|\d ?[hd]\b|"
        r"\b(?:until|before|after|during|throughout)\b",
        re.I,
    ),
    AnswerType.MONEY: re.compile(
        r"[$€£¥]|\b\d[\d,.]*\.\d\d\b|\b(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?)\b|\bfree\b|\bno (?:charge|cost|fee)|%",
        re.I,
    ),
    AnswerType.NUMBER: re.compile(
        rf"\d|\b{_WORDS}\b|\b(?:no|none|once|twice|unlimited|all|never|any|single|only)\b|[½¼¾]", re.I
    ),
    AnswerType.PHONE: re.compile(r"\+?\d[\d\s()./-]{4,}\d"),
    AnswerType.MAIL: re.compile(r"\S@\S+\.\S"),
    # What is done to somebody: given, taken, taken out, watched.
    AnswerType.TREATMENT: re.compile(
        r"\btreat|\btherap|\bgiven?\b|\bgives\b|\btakes?\b|\btaken\b|\bdos(?:e|es|age)\b|\d ?(?:mg|g|mL|micrograms?|units?)\b|"
        r"\b(?:inject|infus|prescri|surg|operat|transplant|remov|drain|rest\b|drink|exercis|antibiotic|medicine|medication|"
        r"drug|vaccin|dialys|radiat|chemo|monitor|bandage|splint|apply|applied|use[sd]?\b|replac|avoid|stop)",
        re.I,
    ),
}


def expected_type(question: str) -> AnswerType | None:
    """The kind of answer that a question asks for; None where any will do."""
    for kind, asks in _ASKS:
        if asks.search(question):
            return kind if kind in _PLAIN or _FIGURE.search(question) else None
    return None


def has(kind: AnswerType, text: str) -> bool:
    """Whether a text holds an answer of the kind."""
    return bool(_HAS[kind].search(text))


def type_match(question: str, text: str) -> float:
    """1 where a text has what the question asks for, -1 where it lacks it, 0 where nothing in particular is asked for."""
    kind = expected_type(question)
    return 0.0 if kind is None else 1.0 if has(kind, text) else -1.0
