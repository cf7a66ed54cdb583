"""Every registered check keeps what its entry promises."""

from __future__ import annotations

import inspect

import pytest
from pydantic import BaseModel

from assistant.policy.checks import CHECKS
from assistant.policy.checks.spec import CheckSpec, Grain, Says
from assistant.policy.tools import Tools
from assistant.types import Stage


def test_a_check_runs_only_at_its_stages_and_grains() -> None:
    grains = {Stage.ANSWER: frozenset({Grain.PART})}
    spec = CheckSpec(BaseModel, lambda *_: None, grains, says=Says("words are looked at", "if they fail"))  # type: ignore[arg-type]
    assert spec.runs(Stage.ANSWER, Grain.PART)
    assert not spec.runs(Stage.ANSWER, Grain.WHOLE) and not spec.runs(Stage.QUERY, Grain.PART)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_registered_check_names_parameters_places_and_tools_that_there_are(name: str) -> None:
    spec = CHECKS[name]
    assert spec.params.model_config.get("extra") == "forbid", "a misspelt parameter must be an error"
    assert spec.grains and all(grains for grains in spec.grains.values())
    assert set(spec.needs) <= {n for n, _ in inspect.getmembers(Tools) if not n.startswith("_")}
    assert list(inspect.signature(spec.check).parameters) == ["params", "subject", "tools"]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_without_parameters_given_has_defaults(name: str) -> None:
    CHECKS[name].params()


def test_what_compares_words_with_sources_stands_at_the_answer() -> None:
    comparing = [name for name, spec in CHECKS.items() if spec.support]
    assert comparing
    assert all(Stage.ANSWER in CHECKS[name].grains for name in comparing)
