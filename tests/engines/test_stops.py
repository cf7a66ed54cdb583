from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.stops import Stops


def run(pieces: list[str], stops: tuple[str, ...]) -> tuple[str, bool]:
    state = Stops(stops)
    shown = "".join(state.feed(piece) for piece in pieces)
    return shown + state.rest(), state.hit


@pytest.mark.parametrize(
    ("pieces", "stops", "expected"),
    [
        (["Hello ", "wor", "ld. EN", "D more"], ("END",), ("Hello world. ", True)),
        (["ENE", "ND"], ("END",), ("EN", True)),
        (["EN", "X"], ("END",), ("ENX", False)),
        (["EN"], ("END",), ("EN", False)),
        (["a\n", "\nb"], ("\n\n",), ("a", True)),
        (["a bb c"], ("c", "bb"), ("a ", True)),
        (["abc"], (), ("abc", False)),
        (["abc"], ("",), ("abc", False)),
    ],
)
def test_cuts_at_the_first_stop(pieces: list[str], stops: tuple[str, ...], expected: tuple[str, bool]) -> None:
    assert run(pieces, stops) == expected


@given(
    st.text("ab", max_size=12),
    st.lists(st.integers(0, 12), max_size=5),
    st.lists(st.text("ab", min_size=1, max_size=3)),
)
def test_no_stop_is_shown_however_the_text_is_cut_into_pieces(text: str, cuts: list[int], stops: list[str]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    shown, hit = run(pieces, tuple(stops))
    assert text.startswith(shown)
    assert hit == any(stop in text for stop in stops)
    assert not any(stop in shown for stop in stops)


def test_never_shows_the_beginning_of_a_stop() -> None:
    state = Stops(("END",))
    assert [state.feed(letter) for letter in "xEN"] == ["x", "", ""]
    assert state.feed("D") == ""
    assert state.hit
    assert state.feed("after") == ""
