"""Questions about a statement, by grammar: what it says is asked for, never what it does not say.

Each rule knows one form of statement. The wording is stiff at times; the reader decides afterwards which questions are kept,
and `tune.wordings` makes them sound like people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from assistant.language.quantities import quantities
from assistant.tune.corpus import Statement
from assistant.tune.rows import Kind

# Longer statements are no short answers.
MOST_WORDS: Final = 34
_LEADING: Final = re.compile(r"(?:for|if|when|after|before|during|in|on|with|at|until|without)\b", re.I)
_VAGUE: Final = frozenset("it they he she this that these those there we you i who which one both each here".split())
_TIMES: Final = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_UNIT: Final = rf"(?:{_TIMES}|mg|g|mcg|micrograms?|ml|mL|units?|mmol|mmHg|kg|%|litres?|L|pounds?|dollars?)"
_NUMBER: Final = r"[£$€]?\d[\d,.]*(?:\s?(?:to|-|–|or)\s?[£$€]?\d[\d,.]*)?"
_RATE: Final = r"(?:/(?:kg|day|hour|minute|L|mL|dose)(?:/(?:day|hour|minute))?)?"
_AMOUNT: Final = re.compile(
    rf"(?:(?P<lead>every|for|within|after|at least|at most|up to|less than|more than)\s+)?(?:about\s+)?"
    rf"(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT}{_RATE})?(?![\w.]*\d)(?:\s(?P<tail>before|after|later|daily|a day|per day)\b)?"
)
# Column names that are no nouns, or that name the table's own keeping.
_NO_COLUMN: Final = re.compile(
    r"(?:how|what|with|call|when|who|where|until|text|title|owner|id|group|guideline|notes?|rule|we)\b", re.I
)
_FINITE: Final = frozenset("can could may might must shall should will would is are was were has have had".split())


@dataclass(frozen=True, slots=True)
class GeneratedQuestion:
    """A question that a statement answers, and how: `answer` is a full sentence without citation marks."""

    kind: Kind
    question: str
    answer: str
    statement: Statement


class Token(Protocol):
    """What is used of a token of a parsed sentence (spaCy's names)."""

    i: int
    idx: int
    text: str
    dep_: str
    pos_: str


def questions(statement: Statement, parse: Parser) -> list[GeneratedQuestion]:
    """The questions that the rules find, the plainest first; none for a statement that is too long for an answer."""
    if statement.form == "row":
        return list(_of_row(statement))
    if len(statement.text.split()) > MOST_WORDS:
        return []
    if statement.form == "item" and ": " in statement.text:
        return list(_of_pair(statement))
    return list(_of_sentence(statement, parse))


def _of_row(statement: Statement) -> Iterator[GeneratedQuestion]:
    """A column of a row, asked for by the row's first cell; then the row as a whole."""
    cells = [part.partition(": ") for part in re.split(r"\n|; (?=[^:;\n]{1,60}: )", statement.text)]
    named = [(name.replace("_", " ").strip(), value.strip().rstrip(".")) for name, _, value in cells if value.strip()]
    if len(named) < 2 or len(named[0][1].split()) > 12 or re.match(r"\d", named[0][1]):
        return
    key = _lower(named[0][1])
    columns = [(_lower(name), value) for name, value in named[1:] if _is_column(name, value)]
    for name, value in columns:
        are = "are" if re.search(r"[^s]s$", name) else "is"
        yield GeneratedQuestion(
            Kind.ROW, f"What {are} the {name} for {key}?", f"The {name} for {key} {are} {value}.", statement
        )
    if 2 <= len(columns) <= 4:
        told = [f"the {name} is {value}" for name, value in columns]
        joined = f"{', '.join(told[:-1])} and {told[-1]}"
        yield GeneratedQuestion(Kind.LIST, f"What does the table say about {key}?", f"For {key}, {joined}.", statement)


def _is_column(name: str, value: str) -> bool:
    """Whether a cell can be asked for by the name of its column."""
    return len(value.split()) <= MOST_WORDS // 2 and len(name.split()) <= 6 and not _NO_COLUMN.match(name)


def _of_pair(statement: Statement) -> Iterator[GeneratedQuestion]:
    """An item of the form "case: what is done"."""
    case, _, said = statement.text.partition(": ")
    if 0 < len(case.split()) <= 12 and len(said.split()) >= 2:
        yield GeneratedQuestion(Kind.FACT, f"What applies to {_lower(case)}?", _full(statement.text), statement)


def _of_sentence(statement: Statement, parse: Parser) -> Iterator[GeneratedQuestion]:
    answer = _full(statement.text)
    if not answer[:1].isupper() and not answer[:1].isdigit():
        return
    clause = parse(answer.rstrip("."))
    if clause is not None:
        yield from _inverted(statement, answer, clause)
    yield from _by_case(statement, answer)


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence cut at its verb: "Warfarin | is | stopped 5 days before surgery"."""

    subject: str
    auxiliary: str
    rest: str
    copula: bool
    proper: bool


class Parser(Protocol):
    """Cuts a sentence at its finite verb; None where it has no plain subject before one."""

    def __call__(self, sentence: str) -> Clause | None: ...


def _inverted(statement: Statement, answer: str, clause: Clause) -> Iterator[GeneratedQuestion]:
    subject = clause.subject if clause.proper else _lower(clause.subject)
    auxiliary = clause.auxiliary
    if subject.lower().split()[0] in _VAGUE or len(subject.split()) > 12 or ";" in clause.rest:
        return
    if clause.copula and re.match(rf"(?:about |at least |at most )?{_NUMBER}\b", clause.rest):
        yield GeneratedQuestion(Kind.NUMERIC, f"What {auxiliary} {subject}?", answer, statement)
    else:
        yield from _amount_of(statement, answer, subject, auxiliary, clause.rest)
    negated = bool(re.match(r"(?:not|never)\b|no longer\b", clause.rest))
    plain = re.sub(r"^(?:not|never|no longer)\s+", "", clause.rest)
    lead = "No" if negated else "Yes"
    yield GeneratedQuestion(Kind.YES_NO, f"{auxiliary.capitalize()} {subject} {plain}?", f"{lead}. {answer}", statement)
    if (changed := _changed(plain)) and not negated:
        yield GeneratedQuestion(
            Kind.YES_NO, f"{auxiliary.capitalize()} {subject} {changed}?", f"No. {answer}", statement
        )
    if not clause.copula and len(plain.split()) >= 3:
        yield GeneratedQuestion(Kind.FACT, f"What {auxiliary} {clause.rest}?", answer, statement)


def _amount_of(
    statement: Statement, answer: str, subject: str, auxiliary: str, rest: str
) -> Iterator[GeneratedQuestion]:
    """Asked for the first amount after the verb: how much, how long, how often, when."""
    found = _AMOUNT.search(rest)
    if found is None or (word := _asking_word(found)) is None:
        return
    left = " ".join((rest[: found.start()] + " " + rest[found.end() :]).split())
    if word == "When" and found["tail"]:
        left = " ".join((rest[: found.start()] + found["tail"] + rest[found.end() :]).split())
    if len(left.split()) < 1:
        return
    yield GeneratedQuestion(Kind.NUMERIC, f"{word} {auxiliary} {subject} {left.strip(' ,;')}?", answer, statement)


def _asking_word(found: re.Match[str]) -> str | None:
    unit, lead, tail = found["unit"] or "", found["lead"] or "", found["tail"] or ""
    if re.fullmatch(_TIMES, unit):
        if lead == "every":
            return "How often"
        if lead == "for":
            return "For how long"
        return "When" if lead in ("within", "after") or tail in ("before", "after", "later") else "How long"
    return "How much" if unit else None


def _by_case(statement: Statement, answer: str) -> Iterator[GeneratedQuestion]:
    """What is to be done in a case that stands first: "For major bleeding stop warfarin ..."."""
    match = re.match(r"((?:For|If|When|After|Before|During|In|With|On)\s[^,;:]{3,80}), (.+)", answer)
    if match and len(match[2].split()) >= 3:
        yield GeneratedQuestion(Kind.FACT, f"What applies {_lower(match[1])}?", answer, statement)


def _changed(text: str) -> str | None:
    """The text with another number in the place of its first quantity; None where it has none with a unit."""
    found = [quantity for quantity in quantities(text) if text[quantity.start : quantity.end].strip()[-1:].isalpha()]
    if not found:
        return None
    digits = re.search(r"\d+", text[found[0].start : found[0].end])
    if digits is None:
        return None
    at = found[0].start + digits.start()
    number = int(digits.group())
    return f"{text[:at]}{number * 3 if number < 100 else number // 4}{text[at + len(digits.group()) :]}"


def _full(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".!?" else text + "."


def _lower(text: str) -> str:
    """Small first letter, unless the word is written in capitals or mixed ("INR", "HbA1c") or is a proper name's."""
    first = text.split(" ", 1)[0]
    return text if sum(c.isupper() for c in first) > 1 or first == "I" else text[:1].lower() + text[1:]


def spacy_parser() -> Parser:
    """The parser over the pinned English model. Raises ModelError where the model is not in the store."""
    import spacy

    from assistant.models.catalog import verify

    language = spacy.load(verify("en_core_web_sm"), exclude=["ner", "lemmatizer"])

    def parse(sentence: str) -> Clause | None:
        return _cut(sentence, list(language(sentence)))

    return parse


def _finite_verb(tokens: list[Token], root: Token) -> Token | None:
    """The verb that changes places with the subject in a question; None where no subject stands before it."""
    subject_at = next((t.i for t in tokens if t.dep_ in ("nsubj", "nsubjpass") and t.i < root.i), None)
    if subject_at is None:
        return None
    return next((t for t in tokens[subject_at + 1 : root.i + 1] if t.text.lower() in _FINITE), None)


def _cut(sentence: str, tokens: list[Token]) -> Clause | None:
    root = next((token for token in tokens if token.dep_ == "ROOT"), None)
    verb = _finite_verb(tokens, root) if root is not None else None
    if root is None or verb is None or any(t.text in ",;:" for t in tokens[: verb.i]):
        return None
    # Everything before the verb is the subject only where nothing else leads the sentence.
    if tokens[0].pos_ in ("ADP", "SCONJ", "ADV", "CCONJ", "PRON", "VERB") or _LEADING.match(sentence):
        return None
    subject, rest = sentence[: verb.idx].strip(), sentence[verb.idx + len(verb.text) :].strip()
    if not subject or not rest:
        return None
    copula = verb.i == root.i
    # A first word is capital anyway: it is a name only where the next one is capital too.
    named = tokens[0].pos_ == "PROPN" and len(tokens) > 1 and tokens[1].text[:1].isupper()
    return Clause(subject, verb.text, rest, copula, named)
