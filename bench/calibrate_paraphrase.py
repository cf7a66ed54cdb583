"""When do two questions ask the same? The two cosines of `assistant.reading.paraphrase`, on pairs written for it.

    python -m bench.calibrate_paraphrase                 (bench/wordings/tuning.tsv: chooses)
    python -m bench.calibrate_paraphrase held            (bench/wordings/held.tsv: only counts, with the shipped cosines)

Each file holds 30 paraphrases and 30 near misses: another number, name, direction, denial, thing or kind of answer. A match that is
wrong shows somebody's word for something else, so the choice is the lowest pair of cosines without a wrong match, and a margin.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.config import go_offline
from assistant.packs.pack import load_pack
from assistant.reading.paraphrase import QUESTION_COSINE, WORD_COSINE, compare
from assistant.retrieval.embed import MiniLM

FOLDER = Path(__file__).resolve().parent / "wordings"


def pairs(name: str) -> list[tuple[str, str, bool]]:
    """Stored wording, asked question, whether they ask the same."""
    rows = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(stored, asked, same == "1") for stored, asked, same in (row.split("\t") for row in rows)]


def main(name: str) -> None:
    """Print the counts."""
    go_offline()
    embedder, lexicons = MiniLM(), [load_pack(pack).lexicon for pack in ("customer-service", "healthcare")]
    found = pairs(name)
    stored = embedder.query([pair[0] for pair in found])
    asked = embedder.query([pair[1] for pair in found])
    cosines = (stored * asked).sum(axis=1)

    def same(row: int, question: float, word: float) -> tuple[bool, str]:
        one, other, _ = found[row]
        told = [
            compare(other, one, float(cosines[row]), embedder, lexicon, question_cosine=question, word_cosine=word)
            for lexicon in lexicons
        ]
        return any(each.same for each in told), told[0].reason

    if name == "tuning":
        for question in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8):
            for word in (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
                said = [same(row, question, word)[0] for row in range(len(found))]
                right = sum(s and pair[2] for s, pair in zip(said, found, strict=True))
                wrong = sum(s and not pair[2] for s, pair in zip(said, found, strict=True))
                print(f"question {question:.2f} word {word:.2f}: {right} of 30 matched, {wrong} wrong")
    right = wrong = 0
    for row, (one, other, truth) in enumerate(found):
        said, why = same(row, QUESTION_COSINE, WORD_COSINE)
        right, wrong = right + (said and truth), wrong + (said and not truth)
        if said != truth or "-v" in sys.argv:
            print(f"  {'MISSED' if truth else 'WRONG '} {cosines[row]:.2f} {why}: {one} | {other}")
    print(
        f"{name}, shipped ({QUESTION_COSINE}, {WORD_COSINE}): {right} of 30 paraphrases matched, {wrong} of 30 near misses"
    )


if __name__ == "__main__":
    main(next((word for word in sys.argv[1:] if not word.startswith("-")), "tuning"))
