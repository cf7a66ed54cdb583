"""The things that a question names (a drug, a disease, a product), and whether a source speaks of them.

The dose of another drug reads just like an answer. So a passage must name every thing that the question names, in its title,
its heading or its text, and a sentence that names another thing of the same kind instead is none, unless what it stands
under is about the thing asked for. Which kinds count, and what else each thing is called, the pack's lexicon says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.language.sentences import blanked, sentences
from assistant.types import Passage

# So many sentences before one in its paragraph may name what it speaks of.
_BEFORE: Final = 2
_POINTS_BACK: Final = re.compile(r"\b(?:it|its|they|them|their|this|these|those|such|both)\b", re.IGNORECASE)

# A row as the readers write it: "Drug: Clarithromycin; Caution: not with simvastatin", or a line for each column.
_ROW: Final = re.compile(r"[^\n:;]{1,40}: ([^\n;]+)(?:\n|; )[^\n:;]{1,40}: ")

Things = Mapping[str, frozenset[str]]
"""Kind -> the things of that kind that a text names."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The things of one lexicon, ready for look-up."""

    names: Mapping[str, Mapping[str, str]]
    """Kind -> name, case-folded with single spaces -> the thing that it names."""
    patterns: Mapping[str, re.Pattern[str]]
    capitals: Collection[str]
    """Abbreviations that are ordinary words in small letters: they name something in capitals only."""

    @classmethod
    def of(cls, names: Mapping[str, Mapping[str, str]], capitals: Collection[str] = ()) -> Subjects:
        """Ready for look-up; the longest name counts where one lies within another."""
        return cls(names, {kind: _pattern(known) for kind, known in names.items() if known}, frozenset(capitals))

    def named(self, text: str) -> Things:
        """What a text names, by kind; kinds of which it names nothing are left out."""
        found = {kind: frozenset(self._written(kind, text)) for kind in self.patterns}
        return {kind: things for kind, things in found.items() if things}

    def _meant(self, text: str) -> Things:
        """What a sentence is about: for a row of a table what its first column names, if anything of the kind."""
        here = dict(self.named(text))
        if row := _ROW.match(text):
            here.update(self.named(row[1]))
        return here

    def _written(self, kind: str, text: str) -> dict[str, str]:
        """Thing -> how the text first writes it."""
        found: dict[str, str] = {}
        for name in self.patterns[kind].findall(text.replace("’", "'")):
            if name.upper() not in self.capitals or name.isupper():
                found.setdefault(self.names[kind][" ".join(name.casefold().split())], name)
        return found

    def reworded(self, question: str, passage: Passage) -> str:
        """The question with the passage's own names for what it names otherwise ("Tylenol" where it says paracetamol).

        A reader compares words, and does not know that two names are of one thing.
        """
        for kind in self.patterns:
            asked = self._written(kind, question)
            here = self._written(kind, f"{passage.text}\n{passage.heading}\n{passage.title}") if asked else {}
            for thing, name in asked.items():
                other = here.get(thing, name)
                if other.casefold() != name.casefold() and name.casefold() not in passage.text.casefold():
                    # A name has no character that means something in a replacement.
                    question = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", other, question)
        return question

    def speaks_of(self, asked: Things, passage: Passage) -> bool:
        """Whether title, heading and text together name all that is asked for."""
        held = self.named(f"{passage.title}\n{passage.heading}\n{passage.text}")
        return all(things <= held.get(kind, frozenset()) for kind, things in asked.items())

    def without_other_subjects(self, asked: Things, passage: Passage) -> str:
        """The passage's text with blanks for the sentences that are apart; all other offsets stay."""
        if not asked:
            return passage.text
        return blanked(passage.text, lambda found: self.names_other_subject(asked, passage, found.start, found.end))

    def names_other_subject(self, asked: Things, passage: Passage, start: int, end: int) -> bool:
        """Whether a stretch of the passage's text names other things than those asked for, of one of their kinds.

        It is not apart where its heading, a title that names nothing else, or, if it points back to them ("stop it and give
        ..."), the sentences just before it in its paragraph name what is asked for.
        """
        here = self._meant(passage.text[start:end])
        others = [kind for kind, things in asked.items() if here.get(kind) and not here[kind] & things]
        if not others:
            return False
        before = _before(passage.text, start) if _POINTS_BACK.search(passage.text, start, end) else ""
        title, over = self.named(passage.title), self.named(f"{passage.heading}\n{before}")
        return not all(
            asked[kind] & over.get(kind, frozenset()) or (kind in title and title[kind] <= asked[kind])
            for kind in others
        )


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    written = "|".join(r"\s+".join(map(re.escape, name.split())) for name in ordered)
    return re.compile(rf"(?<!\w)({written})(?:'s|s)?(?!\w)", re.IGNORECASE)


def _before(text: str, start: int) -> str:
    paragraph = text[text.rfind("\n\n", 0, start) + 1 : start]
    return " ".join(sentence.text for sentence in sentences(paragraph)[-_BEFORE:])
