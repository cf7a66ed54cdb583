"""Fingerprints of what is erased: found again wherever the same bytes lie, useless without the key, bounded in number."""

from __future__ import annotations

import random

from assistant.vault.keys import Key
from assistant.vault.traces import of_document, places, prints

DATA = random.Random(5).randbytes(40_000)


def test_the_same_bytes_choose_the_same_places_wherever_they_lie() -> None:
    stretch = DATA[5000:9000]
    mine = {DATA[i + 5000 : i + 5016] for i in places(stretch)}
    elsewhere = b"other bytes before " + stretch + b" and after"
    assert mine
    assert mine <= {elsewhere[i : i + 16] for i in places(elsewhere)}


def test_about_one_place_in_sixteen_is_chosen() -> None:
    assert 0.05 < len(places(DATA)) / len(DATA) < 0.075


def test_what_is_shorter_than_a_window_has_no_place() -> None:
    assert places(b"") == places(b"x" * 15) == []


def test_prints_depend_on_key_and_bytes() -> None:
    one, other = Key.random(), Key.random()
    first = list(prints(one, DATA))
    assert first == list(prints(one, DATA))
    assert len(first) == len(places(DATA))
    assert not set(first) & set(prints(other, DATA))
    assert all(len(mark) == 24 for mark in first)


def test_a_document_keeps_few_prints_spread_over_its_parts() -> None:
    key = Key.random()
    halves = [DATA[:20_000], DATA[20_000:]]
    kept = of_document(key, halves)
    assert 0 < len(kept) <= 96
    assert len(set(kept)) == len(kept)
    for half in halves:
        assert set(kept) & set(prints(key, half))
    assert of_document(key, []) == []
