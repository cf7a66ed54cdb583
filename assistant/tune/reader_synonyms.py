"""Other words for a question's words, from the database files of WordNet 3 (Princeton; Debian's `wordnet-base`).

People ask in other words than documents use ("send back", "return"); twins of questions with such words teach the reader
to look past them. The files are read while training rows are made and are no part of what is shipped.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from assistant.language.words import STOPWORDS

FOLDER: Final = Path("/usr/share/wordnet")
_KINDS: Final = ("noun", "verb", "adj")
# The first senses of a word are its commonest; later ones mislead more than they teach.
_SENSES: Final = 2
_AUXILIARIES: Final = frozenset("have does doing having many much long need must should could would will might".split())
_WORD: Final = re.compile(r"[a-z]{4,}")


@lru_cache(maxsize=4)
def synonyms(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """For each word of four letters or more its other names, commonest sense first; empty where there is no WordNet."""
    if not (folder / "index.noun").is_file():
        return {}
    found: dict[str, dict[str, None]] = {}
    for kind in _KINDS:
        lemmas = _lemmas(folder / f"data.{kind}")
        for line in (folder / f"index.{kind}").read_text("latin-1").splitlines():
            word, *rest = line.split(" ")
            if not _WORD.fullmatch(word):
                continue
            # lemma pos synset_cnt p_cnt [pointers] sense_cnt tagsense_cnt offsets (wndb, manual section 5)
            tagged, offsets = int(rest[3 + int(rest[2])]), [one for one in rest if len(one) == 8 and one.isdigit()]
            senses = offsets[: min(_SENSES, max(1, tagged))]
            others = [other for sense in senses for other in lemmas[sense] if other != word]
            found.setdefault(word, {}).update(dict.fromkeys(others))
    return {word: tuple(others)[:6] for word, others in found.items() if others}


def _lemmas(path: Path) -> dict[str, list[str]]:
    """The words of each synset by its offset, of at most two parts."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("latin-1").splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" ")
        names = [parts[4 + 2 * i].split("(")[0].replace("_", " ").lower() for i in range(int(parts[3], 16))]
        found[parts[0]] = [name for name in names if len(name.split()) <= 2 and name.replace(" ", "").isalpha()]
    return found


def reworded(question: str, rng: random.Random, others: dict[str, tuple[str, ...]]) -> str:
    """The question with one or two words put in another way; names (capitals inside a question) and short words stay."""
    spots = [
        m
        for m in re.finditer(r"(?<![\w'])[a-z]{4,}(?![\w'])", question)
        if m.group() not in STOPWORDS and m.group() not in _AUXILIARIES and _base(m.group(), others)
    ]
    for spot in sorted(rng.sample(spots, min(len(spots), rng.choice((1, 1, 2)))), key=lambda m: -m.start()):
        base, ending = _base(spot.group(), others) or ("", "")
        other = rng.choice(others[base])
        new = other + ending if " " not in other and not (ending and other.endswith(ending)) else other
        question = question[: spot.start()] + new + question[spot.end() :]
    return question


def _base(word: str, others: dict[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """A word as WordNet lists it, and the ending that it lost."""
    for ending in ("", "s", "ed", "ing"):
        base = word.removesuffix(ending) if ending else word
        if word.endswith(ending) and base in others:
            return base, ending
    return None
