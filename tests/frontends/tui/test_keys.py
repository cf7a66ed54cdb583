from __future__ import annotations

import pytest

from assistant.frontends.tui.actions import ACTIONS
from assistant.frontends.tui.keys import KEYS, is_key, key_words


def test_every_shipped_key_may_be_had_and_no_two_are_one() -> None:
    assert KEYS
    for name, key in KEYS.items():
        assert is_key(key.default), name
    assert len({key.default for key in KEYS.values()}) == len(KEYS)


def test_function_keys_are_listed_in_their_order() -> None:
    numbers = [int(key.default[1:]) for key in KEYS.values() if key.default[1:].isdigit() and key.default[0] == "f"]
    assert len(numbers) > 5 and numbers == sorted(numbers)


def test_every_key_has_what_it_does_and_nothing_is_done_without_a_key() -> None:
    assert set(ACTIONS) == set(KEYS)


def test_every_action_has_a_word_for_the_footer_and_a_sentence_for_the_help() -> None:
    assert KEYS
    for name, key in KEYS.items():
        assert 0 < len(key.label) <= 9, name
        assert key.help.endswith("."), name


def test_while_locked_only_what_shows_nothing_of_the_vault_works() -> None:
    assert {name for name, key in KEYS.items() if key.locked} == {"help", "settings", "quit"}


@pytest.mark.parametrize("key", ["f1", "f12", "ctrl+b", "ctrl+9", "alt+x", "alt+0"])
def test_keys_that_may_be_chosen(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", "|a|f0|f13|ctrl+c|ctrl+m|ctrl+i|ctrl+h|ctrl+aa|shift+f1|enter|ctrl+|F1".split("|"))
def test_keys_that_typing_or_the_terminal_needs_may_not(key: str) -> None:
    assert not is_key(key)


@pytest.mark.parametrize(("key", "words"), [("f1", "F1"), ("ctrl+l", "Ctrl+L"), ("alt+9", "Alt+9"), ("f12", "F12")])
def test_a_key_as_people_write_it(key: str, words: str) -> None:
    assert key_words(key) == words
