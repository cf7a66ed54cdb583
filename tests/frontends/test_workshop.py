"""What the workshop offers: recipes with their state, their sets, and the vault's sets to those who may see everything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import PolicyError, UsageError
from assistant.frontends.recipe_job import offers
from assistant.frontends.workshop import items, report_of, review_of

PUBLIC, CLINICAL = frozenset({"public"}), frozenset({"clinical"})


def _assistant(may: list[frozenset[str]]) -> Any:
    """The parts that are asked: two label sets in the vault, of which the principal may see some, and one kept set."""
    vault = SimpleNamespace(label_sets=lambda: {PUBLIC: 1, CLINICAL: 1}, get=lambda _: '["ours"]')
    gate = SimpleNamespace(visible=lambda _, sets: [labels for labels in sets if labels in may])
    return SimpleNamespace(vault=vault, gate=gate, principal=None)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    return tmp_path


def test_recipes_have_their_state_and_their_sets(home: Path) -> None:
    folder = home / "workshop" / "healthcare"
    folder.mkdir(parents=True)
    (folder / "journal.json").write_text("{}")
    (folder / "data.jsonl").write_text("")
    (offer,) = [offer for offer in offers() if offer.name == "healthcare"]
    found = [(i.kind, i.name, i.state) for i in items(_assistant([PUBLIC]), None)]
    assert ("recipe", "healthcare", "begun") in found and ("set", "healthcare", "made by the recipe") in found
    assert ("recipe", "healthcare", "running") in [(i.kind, i.name, i.state) for i in items(_assistant([]), offer)]
    with pytest.raises(UsageError):
        report_of(offer)
    offer.report.write_text("better")
    assert report_of(offer) == "better"


def test_sets_of_the_vault_are_for_those_who_may_see_all_of_it(home: Path) -> None:
    every, some = _assistant([PUBLIC, CLINICAL]), _assistant([PUBLIC])
    kept = [item for item in items(every, None) if item.kind == "set"]
    assert [(item.name, item.offer) for item in kept] == [("ours", None)]
    assert not [item for item in items(some, None) if item.kind == "set"]
    with pytest.raises(PolicyError):
        review_of(some, kept[0])
