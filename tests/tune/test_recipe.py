"""Recipes: the shipped ones load, a typo is refused with its line, and parts that do not fit are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.errors import ConfigError
from assistant.tune.recipe import load_recipe, recipe_file

PLAIN = """schema: 1
domain: healthcare
base: SmolLM2-135M-Instruct
data: {license: Apache-2.0}
lora:
  rank: 4
"""


def test_the_shipped_recipes_load() -> None:
    found = sorted(shipped("domains").glob("*/recipe.yaml"))
    assert found
    for path in found:
        assert load_recipe(path).domain == path.parent.name


def test_a_pack_brings_its_recipe_to_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped_one = shipped("domains") / "healthcare" / "recipe.yaml"
    assert recipe_file(Path("healthcare")) == recipe_file(Path("domains/healthcare/recipe.yaml")) == shipped_one
    for other in ("domains/nothing/recipe.yaml", "nothing", "domains/healthcare/reciep.yaml", "a/domains/healthcare"):
        assert recipe_file(Path(other)) == Path(other)
    own = tmp_path / "domains" / "healthcare" / "recipe.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(PLAIN)
    assert recipe_file(Path("domains/healthcare/recipe.yaml")).resolve() == own


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (PLAIN + "shedule: {steps: 3}\n", 7, "shedule"),
        (PLAIN + "  rnak: 3\n", 7, "lora.rnak"),
        (PLAIN + "schedule:\n  steps: 0\n", 8, "schedule.steps"),
        (PLAIN + "gates: {speed: 1}\n", 7, "gates.speed"),
        (PLAIN.replace("Apache-2.0", ""), 4, "data.license"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, word: str, tmp_path: Path) -> None:
    file = tmp_path / "recipe.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as told:
        load_recipe(file)
    assert told.value.line == line
    assert word in told.value.message


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("prune: {layers: 1}\n", "one of lora, distill and prune"),
        ("teacher: SmolLM2-135M-Instruct\n", "teacher"),
        ("  fake_quant: Q4_0\n", "say quantize: Q4_0"),
        ("ship: adapter\nquantize: Q8_0\n", "neither quantized nor registered"),
    ],
)
def test_parts_must_fit(more: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "recipe.yaml"
    file.write_text(PLAIN + more)
    with pytest.raises(ConfigError, match=said):
        load_recipe(file)
