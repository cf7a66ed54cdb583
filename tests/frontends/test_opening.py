from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.config import default_vault
from assistant.frontends.opening import Opening
from assistant.frontends.option_groups import AskOptions


def test_what_was_not_named_is_left_to_the_vault() -> None:
    opening = Opening(Path("clinic"))
    assert [value for value in dataclasses.astuple(opening) if value is not None] == [Path("clinic")]


def test_it_is_not_changed_after_it_was_given() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Opening(Path("clinic")).user = "ann"  # type: ignore[misc]


def test_each_option_of_a_question_goes_where_it_belongs(tmp_path: Path) -> None:
    given = AskOptions(tmp_path, "strict", "healthcare", "extractive", "small", ["nurse", "clinician"], "ann")
    assert given.opening() == Opening(
        vault=tmp_path,
        policy="strict",
        domain="healthcare",
        engine="extractive",
        model="small",
        roles=("nurse", "clinician"),
        user="ann",
    )


def test_no_vault_named_is_the_default_one_and_no_role_named_is_not_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_VAULT", "elsewhere")
    assert AskOptions(role=[]).opening() == Opening(default_vault())
    assert AskOptions().opening().vault == Path("elsewhere")
