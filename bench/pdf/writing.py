"""Made-up text for pages: sentences that are all different, so that a misplaced line cannot go unseen."""

from __future__ import annotations

import random

NOUNS = (
    "kettle harbour lantern meadow cushion ladder blanket orchard ferry compass basket thimble gravel pillow saddle bridge "
    "window carpet bucket shutter paddle candle mirror hammer needle barrel garden cellar attic stable"
).split()
VERBS = (
    "carries lifts mends paints covers measures follows washes opens counts weighs stores cools warms empties".split()
)
ADJECTIVES = (
    "heavy narrow polished crooked silent amber hollow gentle rusty copper woollen shallow sturdy early fragile".split()
)
PLACES = "near the mill, behind the quarry, at the landing, below the stairs, along the canal, beside the well".split(
    ", "
)
LONG = (
    "administration recommendation environmental responsibility communication organization understanding international "
    "determination configuration transportation representative"
).split()


class Writer:
    """Sentences from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def noun_phrase(self) -> str:
        """The heavy kettle."""
        return f"the {self.random.choice(ADJECTIVES)} {self.random.choice(NOUNS)}"

    def sentence(self, *, long_words: bool = False) -> str:
        """One sentence with a number in it."""
        r = self.random
        object_ = f"the {r.choice(LONG)}" if long_words else self.noun_phrase()
        text = f"{self.noun_phrase()} {r.choice(VERBS)} {r.randint(2, 480)} {r.choice(NOUNS)}s and {object_} {r.choice(PLACES)}."
        return text[0].upper() + text[1:]

    def paragraph(self, sentences: int, *, long_words: bool = False) -> str:
        """Some sentences."""
        return " ".join(self.sentence(long_words=long_words) for _ in range(sentences))

    def table(self, rows: int, columns: int, *, empty: float = 0.0, words: int = 2) -> list[list[str]]:
        """A header row and rows whose first cells differ; some other cells are empty."""
        r = self.random
        names = r.sample([noun.capitalize() for noun in NOUNS], columns)
        body = []
        for key in r.sample(NOUNS, rows):
            cells = [f"{r.choice(ADJECTIVES).capitalize()} {key}"]
            for c in range(1, columns):
                blank = r.random() < empty and c < columns - 1
                kind = f"{r.randint(2, 990)} {r.choice(['mg', 'ml', 'days', 'km'])}" if c % 2 else self._words(words)
                cells.append("" if blank else kind)
            body.append(cells)
        return [names, *body]

    def _words(self, count: int) -> str:
        text = " ".join(self.random.choice(NOUNS if i % 2 else ADJECTIVES) for i in range(count))
        return text.capitalize()
