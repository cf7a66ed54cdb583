"""Hard cases for the reader: an answerable question changed so that its passage no longer answers it.

Swapping entities, numbers and opposites in the question is the recipe of Gautam, Zhang and Klakow 2023, "A lightweight
method to generate unanswerable questions in English"; the replacements come from the same passage where it has one, so
that word overlap gives nothing away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from assistant.tune.reader_data import Row

_OPPOSITES = """
first last;largest smallest;biggest smallest;highest lowest;most least;more less;more fewer;before after;
increase decrease;increased decreased;increases decreases;increasing decreasing;rise fall;rose fell;gain lose;
gained lost;win lose;won lost;begin end;began ended;start stop;started stopped;open close;opened closed;above below;
early late;earlier later;earliest latest;old new;older newer;oldest newest;young old;north south;northern southern;
east west;eastern western;left right;inside outside;internal external;major minor;maximum minimum;large small;
high low;higher lower;long short;longer shorter;longest shortest;strong weak;stronger weaker;good bad;better worse;
best worst;positive negative;public private;rich poor;same different;male female;men women;man woman;boys girls;
father mother;son daughter;brother sister;husband wife;king queen;allow forbid;allowed forbidden;accept reject;
accepted rejected;support oppose;supported opposed;supporters opponents;attack defend;attacked defended;buy sell;
bought sold;build destroy;built destroyed;create destroy;created destroyed;arrive leave;arrived left;enter leave;
join leave;joined left;include exclude;included excluded;remember forget;live die;lived died;born died;hot cold;
wet dry;fast slow;faster slower;heavy light;hard easy;simple complex;common rare;legal illegal;
possible impossible;dependent independent;direct indirect;formal informal;rural urban;ancient modern;military civilian;
domestic foreign;natural artificial;acute chronic;benign malignant;adults children;cause prevent;causes prevents;
caused prevented;treat cause;treatment cause;symptoms causes;diagnosis treatment;active inactive;
upper lower;superior inferior;summer winter;spring autumn;day night;morning evening;victory defeat;success failure;
successful unsuccessful;popular unpopular;majority minority;advantage disadvantage;strengths weaknesses;
always never;all none;many few;with without;is isn't;was wasn't;did didn't;does doesn't
"""

_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"\b(?:[A-Z][\w'-]+)(?:\s+(?:of\s+|the\s+|de\s+)?[A-Z][\w'-]+)*")
_YEAR = re.compile(r"\b1[0-9]\d\d\b|\b20\d\d\b")
_ASKING = {"What", "Who", "When", "Where", "Why", "How", "Which", "Whose", "Whom", "In", "The", "Is", "Are", "Was"}


def opposites() -> dict[str, list[str]]:
    """Word to its opposites, both directions."""
    table: dict[str, list[str]] = {}
    for pair in _OPPOSITES.replace("\n", "").split(";"):
        left, right = pair.split()
        table.setdefault(left, []).append(right)
        table.setdefault(right, []).append(left)
    return table


_TABLE = opposites()


def names(text: str) -> list[tuple[int, int]]:
    """Offsets of runs of capitalised words, the asking word at the head of a question left out."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = match.group().split()[0]
        if first in _ASKING or (start == 0 and match.group().islower()):
            start += len(first) + 1
        if start < end and text[start:end].strip():
            found.append((start, end))
    return found


def swap_name(question: str, context: str, donor: str, rng: random.Random) -> str | None:
    """Replace one name in the question by another name of the passage, or of `donor` where the passage has none."""
    spots = names(question)
    if not spots:
        return None
    start, end = rng.choice(spots)
    old = question[start:end]
    for source in (context, donor):
        others = []
        for sentence_start, (a, b) in _inner_names(source):
            name = source[a:b]
            if (
                a > sentence_start
                and name not in question
                and old not in name
                and not set(name.split()) & set(old.split())
            ):
                others.append(name)
        if others and (source is donor or rng.random() < 0.7):
            return question[:start] + rng.choice(others) + question[end:]
    return None


def _inner_names(text: str) -> list[tuple[int, tuple[int, int]]]:
    """Names with the start of the text, so that a word capitalised only because it opens the text is passed over."""
    return [(0, span) for span in names(text) if not (span[0] >= 2 and text[span[0] - 2] in ".!?")]


def swap_number(question: str, context: str, rng: random.Random) -> str | None:
    """Replace one number of the question by another one of the passage, or by one near it."""
    spots = list(_NUMBER.finditer(question))
    if not spots:
        return None
    spot = rng.choice(spots)
    old = spot.group()
    year = bool(_YEAR.fullmatch(old))
    pattern = _YEAR if year else _NUMBER
    others = [m.group() for m in pattern.finditer(context) if m.group() not in question]
    if others and rng.random() < 0.7:
        new = rng.choice(others)
    elif old.isdigit():
        step = rng.choice([1, 2, 3, 5, 10]) if year else max(1, int(old) // rng.choice([2, 3, 4]))
        new = str(max(0, int(old) + rng.choice([-1, 1]) * step))
    else:
        return None
    return None if new == old else question[: spot.start()] + new + question[spot.end() :]


def swap_opposite(question: str, rng: random.Random) -> str | None:
    """Replace one word of the question by its opposite."""
    spots = [m for m in re.finditer(r"[A-Za-z']+", question) if m.start() and m.group().lower() in _TABLE]
    if not spots:
        return None
    spot = rng.choice(spots)
    new = rng.choice(_TABLE[spot.group().lower()])
    if spot.group()[0].isupper():
        new = new.capitalize()
    return question[: spot.start()] + new + question[spot.end() :]


def swap_word(question: str, context: str, rng: random.Random) -> str | None:
    """Replace one content word that the passage shares by another long word of the passage: a changed relation."""
    shared = set(re.findall(r"[a-z]{5,}", context))
    spots = [m for m in re.finditer(r"\b[a-z]{5,}\b", question) if m.group() in shared]
    if not spots:
        return None
    spot = rng.choice(spots)
    old = spot.group()
    others = sorted(w for w in shared if w[-2:] == old[-2:] and w not in question and w[:4] != old[:4])
    return question[: spot.start()] + rng.choice(others) + question[spot.end() :] if others else None


def corrupt(row: Row, donor: str, rng: random.Random) -> Row | None:
    """One changed, now unanswerable, twin of an answerable row; None where no change applies."""
    makers: list[Callable[[], str | None]] = [
        lambda: swap_name(row.question, row.passage, donor, rng),
        lambda: swap_number(row.question, row.passage, rng),
        lambda: swap_opposite(row.question, rng),
        lambda: swap_word(row.question, row.passage, rng),
    ]
    rng.shuffle(makers)
    for make in makers:
        question = make()
        if question and question != row.question:
            return replace(row, question=question, start=-1, end=-1, label=0, weight=0.4 * row.weight)
    return None
