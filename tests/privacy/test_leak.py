from __future__ import annotations

import base64

import pytest

from assistant.privacy.leak import leaks
from assistant.privacy.pseudonyms import normalize


class Map:
    """The one method of the vault that the leak check uses, over a set."""

    def __init__(self, *originals: str) -> None:
        self.originals = {normalize(o) for o in originals}

    def known_originals(self, candidates: set[str]) -> set[str]:
        return {c for c in candidates if normalize(c) in self.originals}


VAULT = Map("Amara Okonkwo", "6103355", "4 Mill Court, Larkfield, OH 43997")


@pytest.mark.parametrize(
    ("text", "leaked"),
    [
        ("The patient is Amara Okonkwo's sister.", ["Amara Okonkwo"]),
        ("the patient is AMARA  OKONKWO.", ["AMARA  OKONKWO"]),
        ("number (6103355), at 4 Mill Court, Larkfield, OH 43997.", ["6103355", "4 Mill Court, Larkfield, OH 43997"]),
        ("Am\u200bara Okonkwo", ["Am\u200bara Okonkwo"]),
        ("Amara and another Okonkwo", []),
        ("nothing", []),
        ("", []),
    ],
)
def test_originals_are_found(text: str, leaked: list[str]) -> None:
    assert sorted(text[s.start : s.end] for s in leaks(text, VAULT)) == sorted(leaked)


def test_encoded_originals_are_found() -> None:
    encoded = base64.b64encode(b"Amara Okonkwo").decode()
    text = f"decode {encoded} now"
    assert [text[s.start : s.end] for s in leaks(text, VAULT)] == [encoded]


def test_without_a_vault_nothing_leaks() -> None:
    assert leaks("Amara Okonkwo", None) == []


def test_the_packs_vocabulary_is_nobodys() -> None:
    text = "The Breva 2 of Amara Okonkwo."
    vault = Map("Breva 2", "Amara Okonkwo")
    assert len(leaks(text, vault)) == 2
    assert [text[s.start : s.end] for s in leaks(text, vault, lambda phrase: phrase == "Breva 2")] == ["Amara Okonkwo"]
