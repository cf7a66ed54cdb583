"""The lists that fill the templates: invented, without holes, and each of them used."""

from __future__ import annotations

import inspect
import re

import pytest

from assistant.tune import injection_attacks, injection_words

LISTS = {name: value for name, value in vars(injection_words).items() if name.isupper()}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_has_no_doubles_no_blanks_and_no_place_of_its_own(name: str) -> None:
    words = LISTS[name]
    assert len(words) >= 5 and len(set(words)) == len(words)
    assert all(word == word.strip() and word and not re.search(r"[{}\n]", word) for word in words)


def test_every_list_is_used_and_none_is_missing() -> None:
    used = set(re.findall(r"fill\.([A-Z]+)", inspect.getsource(injection_attacks)))
    assert used == set(LISTS) and len(used) > 10


def test_links_and_people_are_invented() -> None:
    hosts = re.findall(r"https?://([^/\s]+)", " ".join(injection_words.LINK))
    assert hosts
    assert [h for h in hosts if not re.search(r"(?:\.(?:example|test|invalid)|example\.(?:com|org|net))$", h)] == []
