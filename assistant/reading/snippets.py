"""Which stretches of a passage are shown for an answer that stands in it: whole sentences, whole rows, whole lists.

The stretch that holds the reader's span comes first. A sentence that speaks of what was named before it brings the one
before along; the sentences after it that limit it ("Do not ...", "Below ...") follow. A row of a table is shown whole, since
a cell says nothing without its column and its first cell. A list with a lead-in comes whole, for half of it reads like all of
it; so does any other list where the question asks for several things or for steps. An item that is a rule of its own ("above
8.0: stop") stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from assistant.language.sentences import sentences
from assistant.language.words import content_stems

# The longest extracted answer, in words: what a reader takes in at a glance, and what the evaluation counts.
MOST_WORDS: Final = 80
# A list is scanned, not read: so many words of it are taken in as quickly, and half of it would read like all of it.
MOST_LIST_WORDS: Final = 160
# One dash behind a colon is a dash.
_LEAST_ITEMS: Final = 2
# So many sentences that limit an answer are shown after it.
_LIMITS_SHOWN: Final = 2

_BLOCK: Final = re.compile(r"(?:(?!\n[ \t]*\n)[\s\S])+")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+•‣▪]|\d{1,3}[.)]|[a-z]\))[ \t]+\S")
# Items that run on in one line behind their lead-in ("include the following: - Fever. - Cough."), as leaflets lose their line ends.
_RUN_ON: Final = re.compile(r"(?<=[:.;!?)]) [-*•‣▪] (?=\S)")
_LINE: Final = re.compile(r"[^\n]+")
_NUMBERED: Final = re.compile(r"[ \t]*\d{1,3}[.)]")
# As the readers write a row: "Drug: X; Dose: 5 mg", or a line for each column.
_ROW: Final = re.compile(r"[^\n:;.]{1,40}: [^\n;]+(?:\n|; )[^\n:;.]{1,40}: ")
# A row of its own in one line.
_LINED: Final = re.compile(r"[^:;.]{1,40}: [^;]+; [^:;.]{1,40}: ")
_PIPED: Final = re.compile(r"[ \t]*\|")
# An item that names a case and what then holds ("INR above 8.0: stop"), or says something in a sentence of its own.
_RULE: Final = re.compile(r"\S: \S|[.!?]\s+[A-Z]")
# Asks for several things, or for how something is done; "how much" and its like ask for one.
_SEVERAL: Final = re.compile(
    r"\b(?:how (?:do|does|to|can|could|should|is|are|must)|what (?:are|should|can|must|do|does|could|shall)|which|"
    r"who (?:are|can|may)|steps|list)\b",
    re.I,
)
_COLUMN: Final = re.compile(r"(?:^|(?<=; ))[^\n:;.]{1,40}(?=: )", re.M)
_LIMIT: Final = re.compile(
    r"(?:however|but|except|unless|only|do not|don't|never|not|no|this (?:does|do|is|may|must) not|these (?:do|are|may|must) not|"
    r"(?:it|they|the \w+) (?:must|should|may|can)(?: not|not)|if|below|above|under|over|at an?)\b",
    re.I,
)
# A sentence that begins so speaks of something named before it.
_BACKWARD: Final = re.compile(
    r"(?:[\"'“‘(]\s*)?(?:and |but |so |however,? |also,? |in addition,? |therefore,? |thus,? |then,? )*"
    r"(?:he|she|it|they|him|her|them|his|its|their|theirs|these|those|such|this|that|both|one of (?:them|these|those)|"
    r"the (?:former|latter)|another|others)\b"
    r"(?! (?:is|are) (?:important|possible|recommended|advisable|necessary|best|clear|known) (?:to|that)\b)",
    re.I,
)


class Unit(NamedTuple):
    """A part of a text that is shown whole or not at all; `block` counts the paragraphs, rows and lists."""

    start: int
    end: int
    kind: Literal["sentence", "row", "item"]
    block: int


class Snippet(NamedTuple):
    """Character offsets in the passage's text, end exclusive."""

    start: int
    end: int


def is_anaphoric(text: str) -> bool:
    """Whether a sentence begins with a word whose meaning lies in the sentence before ("It", "These", "He")."""
    return bool(_BACKWARD.match(text))


def units(text: str) -> list[Unit]:
    """The sentences, rows and list items of a text, in order; they do not overlap."""
    found: list[Unit] = []
    for number, block in enumerate(_BLOCK.finditer(text)):
        found += _of_block(text, *_trimmed(text, block.start(), block.end()), number)
    return found


def answer_snippets(
    question: str, text: str, start: int, end: int, fits: Callable[[str], bool] = lambda _: True
) -> list[Snippet]:
    """What is shown of a text for the answer at `start` to `end`, the stretch that holds it first.

    A unit that does not fit, by its text, is never shown beside the one that holds the answer. Empty where no unit does.
    """
    found = units(text)
    hit = [i for i, unit in enumerate(found) if unit.start < end and start < unit.end]
    return _shown(question, text, found, (hit[0], hit[-1]), (start, end), fits) if hit else []


def _shown(
    question: str,
    text: str,
    found: Sequence[Unit],
    hit: tuple[int, int],
    place: tuple[int, int],
    fits: Callable[[str], bool],
) -> list[Snippet]:
    """The snippets of the units that the answer stands in, from the first to the last of them."""
    first, last = hit
    if listed := _list(text, found, first, fits, bool(_SEVERAL.search(question))):
        whole = Snippet(found[listed[0]].start, found[listed[-1]].end)
        if _words(text, [whole]) <= MOST_LIST_WORDS:
            return [whole]
    if found[first].kind != "sentence":
        rows = [unit for unit in found[first : last + 1] if unit.kind == found[first].kind]
        return _one_row(question, text, rows, found, *place) if found[first].kind == "row" else [_over(rows)]
    chosen = [Snippet(found[_named(text, found, first, fits)].start, found[last].end)]
    for unit in found[last + 1 :]:
        limits = unit.block == found[last].block and len(chosen) <= _LIMITS_SHOWN
        if not limits or not _is_limit(text, unit, chosen, fits):
            break
        chosen.append(Snippet(unit.start, unit.end))
    return chosen


def _is_limit(text: str, unit: Unit, chosen: Sequence[Snippet], fits: Callable[[str], bool]) -> bool:
    """Whether a unit limits what the chosen ones say, and the whole stays short enough with it."""
    said = text[unit.start : unit.end]
    shown = [*chosen, Snippet(unit.start, unit.end)]
    return bool(_LIMIT.match(said)) and fits(said) and _words(text, shown) <= MOST_WORDS


def _over(rows: Sequence[Unit]) -> Snippet:
    return Snippet(rows[0].start, rows[-1].end)


def _one_row(
    question: str, text: str, rows: Sequence[Unit], found: Sequence[Unit], start: int, end: int
) -> list[Snippet]:
    """Of rows that a span runs over the one that names most of the question: two rows are two cases, and one answers.

    Among rows that name the same the one that holds more of the span. Where another row of the same table names all that this
    one names and more ("intravenously" beside the oral dose), the span is of another case: that row is shown where there is
    one such, nothing where there are several.
    """
    asked = set(content_stems(question))

    def named(row: Unit) -> set[str]:
        return asked & set(content_stems(text[row.start : row.end]))

    best = max(rows, key=lambda row: (len(named(row)), min(end, row.end) - max(start, row.start)))
    mine, columns = named(best), _columns(text, best)
    alike = [u for u in found if u.kind == "row" and columns and _columns(text, u) == columns and mine < named(u)]
    most = max((len(named(u)) for u in alike), default=0)
    better = [u for u in alike if len(named(u)) == most]
    if len(better) > 1:
        return []
    best = better[0] if better else best
    return [] if _lacks(text, best, found, asked) else [Snippet(best.start, best.end)]


def _lacks(text: str, row: Unit, found: Sequence[Unit], asked: set[str]) -> bool:
    """Whether the question names a column that other rows of the table have and this one has not: its cell is empty."""
    own = _columns(text, row)
    others = {name for u in found if u.kind == "row" and _columns(text, u)[:1] == own[:1] for name in _columns(text, u)}
    return any((stems := set(content_stems(name))) and stems <= asked for name in others - set(own))


def _columns(text: str, row: Unit) -> tuple[str, ...]:
    """The names of a row's columns; rows with the same ones are of one table."""
    return tuple(_COLUMN.findall(text, row.start, row.end))


def is_row(text: str) -> bool:
    """Whether a text is a row of a table as the readers write it."""
    return bool(_ROW.match(text))


def spoken_row(text: str) -> str:
    """A row in one line, its column names in words: "adult_dose: 5 mg" reads "adult dose: 5 mg"."""
    if not is_row(text):
        return text
    cells = re.split(r"\n|; (?=[^\n:;.]{1,40}: )", text)
    said = []
    for cell in cells:
        name, colon, value = cell.partition(": ")
        said.append(f"{name.replace('_', ' ')}{colon}{value}")
    return "; ".join(said)


def _of_block(text: str, start: int, end: int, number: int) -> list[Unit]:
    if start == end:
        return []
    if _ROW.match(text, start, end):
        lines = [line for line in _LINE.finditer(text, start, end) if line.group().strip()]
        if len(lines) > 1 and all(_LINED.match(line.group()) for line in lines):
            return [Unit(*_trimmed(text, line.start(), line.end()), "row", number) for line in lines]
        return [Unit(start, end, "row", number)]
    found: list[Unit] = []
    begin = start
    for line in _LINE.finditer(text, start, end):
        if _ITEM.match(line.group()) or _PIPED.match(line.group()):
            found += _part(text, begin, line.start(), number)
            begin = line.start()
    return found + _part(text, begin, end, number)


def _part(text: str, start: int, end: int, number: int) -> list[Unit]:
    """One item with its continuation lines, or the sentences of a paragraph."""
    start, end = _trimmed(text, start, end)
    if start == end:
        return []
    if _PIPED.match(text, start, end):
        return [Unit(start, end, "row", number)]
    if _ITEM.match(text, start, end):
        return [Unit(start, end, "item", number)]
    return _run_on(text, start, end, number) or _sentences(text, start, end, number)


def _run_on(text: str, start: int, end: int, number: int) -> list[Unit]:
    """A paragraph in which a lead-in's items run on, by sentences and items; empty for one without such a list.

    An item goes to the next one's mark; the last, behind which nothing says where the list ends, is one sentence.
    """
    marks = [match.start() + 1 for match in _RUN_ON.finditer(text, start, end)]
    if len(marks) < _LEAST_ITEMS or text[marks[0] - 2] != ":":
        return []
    # A mark behind a colon begins a list; the sentences before its lead-in's end are no item's.
    begins = [i for i, mark in enumerate(marks) if text[mark - 2] == ":"]
    lists = [marks[i:j] for i, j in pairwise([*begins, len(marks)])]
    found, at = [], start
    for items, stop in zip(lists, [*(one[0] for one in lists[1:]), end], strict=True):
        found += _sentences(text, at, items[0] - 1, number)
        found += [Unit(*_trimmed(text, one, two), "item", number) for one, two in pairwise(items)]
        last = sentences(text[items[-1] + 2 : stop])
        at = items[-1] + 2 + last[0].end if last else stop
        found.append(Unit(items[-1], at, "item", number))
    return [*found, *_sentences(text, at, end, number)]


def _sentences(text: str, start: int, end: int, number: int) -> list[Unit]:
    return [
        Unit(start + sentence.start, start + sentence.end, "sentence", number)
        for sentence in sentences(text[start:end])
    ]


def _list(text: str, found: Sequence[Unit], first: int, fits: Callable[[str], bool], several: bool) -> list[int]:
    """The lead-in and all items of the list that the units are of, by number; empty where they stand for themselves."""
    leads = found[first].kind == "sentence" and _leads(text, found, first)
    if not leads and found[first].kind != "item":
        return []
    items = _items(text, found, first + 1 if leads else first)
    said = [text[found[i].start : found[i].end] for i in items]
    led = items[0] > 0 and _leads(text, found, items[0] - 1)
    if not (led or (several and _is_plain(said))) or not all(map(fits, said)):
        return []
    return [*([items[0] - 1] if led else []), *items]


def _items(text: str, found: Sequence[Unit], at: int) -> range:
    """The items of the list that the one at this place is of."""
    begin = stop = at
    while begin and found[begin - 1].kind == "item" and _near(text, found, begin - 1):
        begin -= 1
    while stop + 1 < len(found) and found[stop + 1].kind == "item" and _near(text, found, stop):
        stop += 1
    return range(begin, stop + 1)


def _is_plain(items: Sequence[str]) -> bool:
    """Whether the items say something only together: steps, or none that is a rule of its own."""
    return all(_NUMBERED.match(one) for one in items) or not any(_RULE.search(one) for one in items)


def _leads(text: str, found: Sequence[Unit], at: int) -> bool:
    """Whether a sentence is the lead-in of the list after it."""
    unit = found[at]
    return (
        unit.kind == "sentence"
        and text[unit.start : unit.end].endswith(":")
        and at + 1 < len(found)
        and found[at + 1].kind == "item"
    )


def _near(text: str, found: Sequence[Unit], at: int) -> bool:
    """Whether nothing but white space stands between a unit and the next."""
    return not text[found[at].end : found[at + 1].start].strip()


def _named(text: str, found: Sequence[Unit], at: int, fits: Callable[[str], bool]) -> int:
    """The number of the sentence that names what this one speaks of; its own where it looks back on nothing."""
    if not at or not is_anaphoric(text[found[at].start : found[at].end]):
        return at
    before = found[at - 1]
    said = text[before.start : before.end]
    fitting = before.block == found[at].block and before.kind == "sentence" and fits(said)
    return at - 1 if fitting and len(said.split()) + _words(text, [found[at]]) <= MOST_WORDS else at


def _words(text: str, stretches: Sequence[Snippet | Unit]) -> int:
    return sum(len(text[one.start : one.end].split()) for one in stretches)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
