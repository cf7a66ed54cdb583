from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluate.fairness_names import SENTENCES, measure, names, texts
from assistant.types import Span


class Hides:
    """Finds the names of some origins, and a share of the letters of the others'."""

    def __init__(self, known: set[str], share: float = 0.0) -> None:
        self._known, self._share = known, share

    def find_many(self, lines: Sequence[str], wanted: frozenset[str]) -> list[list[Span]]:
        assert wanted == {"PERSON"}
        places = {text: (origin, span) for origin, rows in texts(20).items() for text, span in rows}
        return [self._spans(*places[line]) for line in lines]

    def _spans(self, origin: str, span: Span) -> list[Span]:
        end = span.end if origin in self._known else span.start + int(self._share * (span.end - span.start))
        return [Span("PERSON", span.start, end)]


def test_each_origin_has_as_many_different_names_in_the_same_sentences_each_time() -> None:
    drawn = texts(20)
    assert drawn == texts(20) and set(drawn) == set(names()) and len(drawn) >= 4
    for rows in drawn.values():
        said = [text[span.start : span.end] for text, span in rows]
        assert len(rows) == 20 and len(set(said)) == 20
        assert all(text == SENTENCES[n % len(SENTENCES)].replace("{name}", said[n]) for n, (text, _) in enumerate(rows))


def test_no_more_names_are_drawn_than_there_are() -> None:
    given, family = next(iter(names().values()))
    assert len(next(iter(texts(10**6).values()))) == len(given) * len(family)


def test_a_gap_is_told_with_its_ends() -> None:
    first, *rest = names()
    found = measure(Hides(set(rest)), 20)  # type: ignore[arg-type]
    assert found["by_group"][first]["recall"] == 0.0 and found["n"] == 20 * len(names())  # type: ignore[index]
    gap = found["gap"]
    assert gap["value"] == 1.0 and gap["lowest"] == first and gap["p"] < 0.001  # type: ignore[index]


def test_who_hides_all_alike_has_no_gap_and_nine_letters_in_ten_are_enough() -> None:
    everybody = set(names())
    assert measure(Hides(everybody), 20)["gap"]["value"] == 0.0  # type: ignore[index]
    partly = measure(Hides(set(), share=0.5), 20)
    assert {group["recall"] for group in partly["by_group"].values()} == {0.0}  # type: ignore[attr-defined]
