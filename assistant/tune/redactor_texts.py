"""Texts with marked identifiers for the training of the tagger: sentences, forms, tables and chats in many dresses.

Labels are those of `assistant.privacy.tagger.LABELS`. Each text has a cast of a few people who come back by parts of their names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.privacy.words import clinical_words
from assistant.tune import redactor_people as people
from assistant.tune import redactor_words as words

_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")
_SLOT: Final = re.compile(r"\{(\w)\}")
# So that a fifth of the words of a question have a slip.
_SLIP_SHARE: Final = 0.03
_MISREAD: Final = {"l": "1", "O": "0", "o": "0", "S": "5", "e": "c", "i": "l", "B": "8", "I": "l", "g": "q", "u": "v"}


@dataclass
class Marked:
    """A text and its identifiers: label, start, end."""

    text: str = ""
    spans: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, piece: str, label: str = "") -> None:
        """Append a piece, marked where it has a label."""
        start = len(self.text)
        self.text += piece
        if label and piece:
            self.spans.append((label, start, len(self.text)))


def _patterns(block: str) -> list[str]:
    return [p for line in block.strip().split("\n") for p in _split(line) if p]


def _split(line: str) -> list[str]:
    """The patterns of a line: bars inside brackets do not part them."""
    found, depth = [""], 0
    for c in line:
        depth += (c == "[") - (c == "]")
        if c == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += c
    return [p.strip() for p in found]


class Writer:
    """Writes texts; `plain` are sentences without identifiers."""

    def __init__(self, rng: random.Random, plain: Sequence[str]) -> None:
        self._rng, self._plain = rng, plain
        self._sentences, self._clauses = _patterns(words.SENTENCES), _patterns(words.CLAUSES)
        self._shorthand, self._questions = _patterns(words.SHORTHAND), _patterns(words.QUESTIONS)
        self._makers, self._trade = words.MAKERS.split(), words.TRADE.split()
        self._form, self._phrases = _patterns(words.FORM), _patterns(words.WORD_PHRASES)
        self._eponyms = sorted(clinical_words().eponyms)
        self._clinical = sorted(clinical_words().words)
        self._cast: list[people.Person] = []
        self._styles: tuple[tuple[Callable[[Marked], None], int], ...] = (
            (self._prose, 34), (self._notes, 16), (self._fields, 16), (self._chat, 10), (self._table, 8), (self._head, 8),
            (self._nothing, 14), (self._ward, 16), (self._question, 12),
        )  # fmt: skip

    def text(self) -> Marked:
        """One text of a style drawn at random."""
        self._cast = [people.person(self._rng) for _ in range(self._rng.randrange(2, 6))]
        marked = Marked()
        self._rng.choices([s for s, _ in self._styles], [w for _, w in self._styles])[0](marked)
        return self._dressed(marked)

    # ------------------------------------------------------------ styles

    def _prose(self, marked: Marked) -> None:
        for _ in range(self._rng.randrange(2, 7)):
            self._fill(marked, self._pattern())
            marked.add(self._rng.choice((" ", " ", " ", "\n", "\n\n")))

    def _notes(self, marked: Marked) -> None:
        lead = self._rng.choice(("- ", "* ", "> ", "", "", "• ", "| ", ">> "))
        for at in range(self._rng.randrange(2, 6)):
            marked.add(lead if lead != "1" else f"{at}. ")
            if self._rng.random() < 0.25:
                marked.add(f"{self._rng.randrange(24):02}:{self._rng.randrange(60):02} ")
            self._fill(marked, self._pattern().rstrip("."))
            marked.add(self._rng.choice(("\n", "; ", " // ", " ... ", "\n", " - ")))

    def _fields(self, marked: Marked) -> None:
        between = self._rng.choice((": ", ":", " = ", "=", " | ", "\t", " - ", ":\n", "   ", "; "))
        stop = self._rng.choice(("\n", "\n", "\n", "; ", "   ", ", ", " | "))
        for _ in range(self._rng.randrange(3, 10)):
            name, _, value = self._rng.choice(self._form).partition("=")
            marked.add(self._rng.choice((name, name, name.upper(), name.lower(), f"{name} ")) + between)
            self._fill(marked, value)
            marked.add(stop)
        if self._rng.random() < 0.3:
            self._fill(marked, self._pattern())

    def _chat(self, marked: Marked) -> None:
        who, other = self._cast[0], self._rng.choice(("agent", "Support", "bot", "Desk", "A", "helper", "Q"))
        name = self._rng.choice((who.given, who.full, who.given.lower(), who.last, "B", "visitor", "you", "customer"))
        asker = self._rng.random() < 0.6
        for _ in range(self._rng.randrange(2, 7)):
            if self._rng.random() < 0.2:
                marked.add(f"[{self._rng.randrange(24):02}:{self._rng.randrange(60):02}] ")
            if asker:
                marked.add(name, "" if name in {"B", "visitor", "you", "customer"} else "PERSON")
            else:
                marked.add(other)
            marked.add(self._rng.choice((": ", "> ", " - ", ": ")))
            self._fill(marked, self._pattern())
            marked.add("\n")
            asker = not asker

    def _table(self, marked: Marked) -> None:
        columns = self._rng.sample("FGLCSZHEUIDBNKXTV", self._rng.randrange(3, 6))
        if "F" not in columns and self._rng.random() < 0.7:
            columns[0] = "F"
        between = self._rng.choice((",", ";", "\t", " | ", ", ", " - "))
        for _ in range(self._rng.randrange(2, 6)):
            self._cast = [people.person(self._rng)]
            self._fill(marked, between.join(f"{{{c}}}" for c in columns))
            marked.add("\n")

    def _head(self, marked: Marked) -> None:
        """The head of a letter, its salutation and a line or two."""
        order = self._rng.choice(
            ("{F}\n{S}\n{C} {Z}", "{F}\n{S}, {C}\n{Z}", "{S}\n{Z} {C}", "{F}, {S}, {Z} {C}", "{F}\n{S}\n{C}\n\n{D}")
        )
        self._fill(marked, order + self._rng.choice(("\n\n", "\n")))
        self._fill(marked, self._rng.choice(("Dear {T},\n", "Dear {G},\n", "Re: {F}\n", "To {F}\n", "")))
        for _ in range(self._rng.randrange(1, 4)):
            self._fill(marked, self._pattern() + " ")
        self._fill(marked, self._rng.choice(("\n{F}", "\nYours, {P}", "\n{F}, {C}", "\nSigned {P}", "")))

    def _ward(self, marked: Marked) -> None:
        """Lines in shorthand, as they stand in handovers, threads and on slips of paper."""
        lead = self._rng.choice(("", "", "", "- ", "* "))
        for _ in range(self._rng.randrange(2, 7)):
            marked.add(lead)
            self._fill(marked, self._rng.choice(self._shorthand if self._rng.random() < 0.75 else self._sentences))
            if self._rng.random() < 0.35:
                marked.add(self._rng.choice((" ", ". ", ", ", " / ")))
                self._fill(marked, self._neutral())
            marked.add(self._rng.choice(("\n", "\n", "\n", ". ", " - ")))

    def _question(self, marked: Marked) -> None:
        """A question as it is typed: short, in small letters, with slips."""
        own = Marked()
        for _ in range(self._rng.choice((1, 1, 1, 2))):
            self._fill(own, self._rng.choice(self._questions))
            own.add(self._rng.choice(("?", "", " ", "? ", " pls ")))
        text = _same_length(own.text, str.lower) if self._rng.random() < 0.8 else own.text
        marked.text, marked.spans = self._slipped(text, own.spans), own.spans

    def _slipped(self, text: str, spans: Sequence[tuple[str, int, int]]) -> str:
        """Two neighbouring letters changed about in some words that are nobody's."""
        marks = {i for _, start, end in spans for i in range(start, end)}
        letters = list(text)
        for i in range(1, len(letters) - 2):
            inner = all(letters[j].isalpha() and j not in marks for j in (i - 1, i, i + 1, i + 2))
            if inner and self._rng.random() < _SLIP_SHARE:
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
        return "".join(letters)

    def _nothing(self, marked: Marked) -> None:
        for _ in range(self._rng.randrange(2, 7)):
            self._fill(marked, "{X}")
            marked.add(self._rng.choice((" ", " ", "\n")))

    def _pattern(self) -> str:
        return "{X}" if self._rng.random() < 0.3 else self._rng.choice(self._sentences)

    # ------------------------------------------------------------ slots

    def _fill(self, marked: Marked, pattern: str) -> None:
        while match := _CHOICE.search(pattern):
            pattern = pattern[: match.start()] + self._rng.choice(match[1].split("|")) + pattern[match.end() :]
        at = 0
        for slot in _SLOT.finditer(pattern):
            marked.add(pattern[at : slot.start()])
            self._put(marked, slot[1])
            at = slot.end()
        marked.add(pattern[at:])

    def _put(self, marked: Marked, slot: str) -> None:
        rng = self._rng
        who = rng.choice(self._cast)
        if slot == "X":
            self._fill(marked, self._neutral())
        elif slot == "A":
            self._fill(marked, rng.choice(("{S}, {C}", "{S}, {C} {Z}", "{S}, {Z} {C}", "{S} in {C}", "{S}, {Z}")))
        elif slot == "T":
            title, name = people.titled(rng, who)
            marked.add(title + " ")
            marked.add(name, "PERSON")
        elif slot in "NMKYQO":
            marked.add(self._harmless(slot))
        else:
            label, make = _MAKERS[slot]
            marked.add(make(rng, who), label)

    def _harmless(self, slot: str) -> str:
        rng = self._rng
        if slot == "N":
            return str(rng.randrange(1, rng.choice((10, 100, 200))))
        if slot == "Y":
            epo = rng.choice(self._eponyms).capitalize() + rng.choice(("", "", "'s"))
            return f"{epo} {rng.choice(words.EPONYM_NOUNS)}"
        if slot == "O":
            return rng.choice(self._trade)
        if slot == "Q":
            return self._model()
        made = (
            rng.choice(words.ROOTS) + rng.choice(words.ENDS)
            if slot == "K"
            else self._letters() + rng.choice(words.STEM_ENDS)
        )
        word = rng.choice(self._clinical) if rng.random() < 0.5 else made
        return word.capitalize() if rng.random() < 0.2 else word

    def _model(self) -> str:
        """A maker, a model of three to eight letters that is made up, or both, often with a number."""
        maker = self._rng.choice(self._makers)
        made = (self._letters() + self._rng.choice("aeionrlstx")).capitalize()
        name = self._rng.choice((maker, made, made, f"{maker} {made}"))
        return name + self._rng.choice(("", "", "", f" {self._rng.randrange(1, 20)}", f" x{self._rng.randrange(1, 9)}"))

    def _letters(self) -> str:
        return "".join(
            self._rng.choice("bcdflmnprstv") + self._rng.choice("aeiou") for _ in range(self._rng.randrange(1, 4))
        )

    def _neutral(self) -> str:
        roll = self._rng.random()
        if roll < 0.45 and self._plain:
            return self._rng.choice(self._plain).replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")")
        if roll < 0.7:
            return self._rng.choice(self._phrases)
        clauses = self._rng.sample(self._clauses, self._rng.randrange(1, 3))
        joined = self._rng.choice((", ", "; ", " and ")).join(clauses) + "."
        return joined[0].upper() + joined[1:] if joined[0].islower() else joined

    # ------------------------------------------------------------ dress

    def _dressed(self, marked: Marked) -> Marked:
        """Small letters, capitals, a scanner's mistakes, missing full stops: nothing that moves a place."""
        roll = self._rng.random()
        text = marked.text
        if roll < 0.16:
            text = _same_length(text, str.lower)
        elif roll < 0.20:
            text = _same_length(text, str.upper)
        elif roll < 0.34:
            for label, start, end in marked.spans:
                if label in {"PERSON", "TOWN", "ADDRESS"} and self._rng.random() < 0.8:
                    text = text[:start] + _same_length(text[start:end], str.lower) + text[end:]
        elif roll < 0.42:
            share = self._rng.choice((0.01, 0.03, 0.06))
            text = "".join(_MISREAD.get(c, c) if self._rng.random() < share else c for c in text)
        return Marked(text, marked.spans)


def _same_length(text: str, change: Callable[[str], str]) -> str:
    return "".join(new if len(new := change(c)) == 1 else c for c in text)


_MAKERS: Final[dict[str, tuple[str, Callable[[random.Random, people.Person], str]]]] = {
    "P": ("PERSON", people.mention),
    "F": ("PERSON", lambda _, who: who.full),
    "G": ("PERSON", lambda _, who: who.given),
    "L": ("PERSON", lambda _, who: who.last),
    "C": ("TOWN", lambda rng, _: people.town(rng)),
    "S": ("ADDRESS", lambda rng, _: people.street(rng)),
    "Z": ("ADDRESS", lambda rng, _: people.post_code(rng)),
    "H": ("PHONE", lambda rng, _: people.phone(rng)),
    "E": ("EMAIL", people.email),
    "U": ("USER", people.user_name),
    "I": ("NUMBER", lambda rng, _: people.number(rng)),
    "V": ("PLATE", lambda rng, _: people.plate(rng)),
    "D": ("DATE", lambda rng, _: people.date(rng, (2012, 2027))),
    "B": ("DATE", lambda rng, _: people.date(rng, (1930, 2024))),
}  # fmt: skip
