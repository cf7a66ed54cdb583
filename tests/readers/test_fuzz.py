"""Any bytes under any ending: documents that hold together, or a ReaderError with a remedy. bench/fuzz.py runs longer."""

from __future__ import annotations

import importlib.util
import random
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError, ReaderError
from assistant.readers import READERS

_QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


def _fuzzer() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "tools" / "fuzz_readers.py"
    spec = importlib.util.spec_from_file_location("fuzz_readers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FUZZ = _fuzzer()
SEEDS, TARGETS, HOSTILE = FUZZ.seeds(), FUZZ.targets(), cache(FUZZ.hostile)


def holds(ending: str, data: bytes) -> None:
    try:
        documents = READERS[ending](data, f"x{ending}")
    except ReaderError as error:
        assert error.remedy
        return
    for document in documents:
        assert document.text.strip()
        document.text.encode()
        assert all(0 <= s.start < s.end <= len(document.text) for s in document.sections)
        assert all(a.end <= b.start for a, b in zip(document.sections, document.sections[1:], strict=False))


@pytest.mark.parametrize("ending", sorted(READERS))
def test_every_reader_has_a_good_file_to_begin_with(ending: str) -> None:
    """One under each ending, or under another ending of the same reader."""
    good = [data for kind in SEEDS if kind in READERS and origin(kind) is origin(ending) for data in SEEDS[kind]]
    assert good, (
        f"add a small good {ending} file to seeds() in tools/fuzz_readers.py: random bytes hardly reach a parser"
    )
    assert READERS[ending](good[0], f"x{ending}")


def origin(ending: str) -> object:
    """The function that `guarded` was put around."""
    return READERS[ending].__wrapped__  # type: ignore[attr-defined]


@pytest.mark.parametrize("ending", sorted(READERS))
@_QUIET
@given(data=st.binary(max_size=300))
def test_any_bytes(ending: str, data: bytes) -> None:
    holds(ending, data)


@pytest.mark.parametrize("ending", [kind for kind in SEEDS if kind in READERS])
@_QUIET
@given(seed=st.integers(0, 2**32))
def test_mutated_files(ending: str, seed: int) -> None:
    rng = random.Random(seed)
    holds(ending, FUZZ.mutate(rng.choice(SEEDS[ending]), rng, SEEDS[ending]))


@pytest.mark.parametrize("kind", [kind for kind in SEEDS if kind not in READERS])
@_QUIET
@given(seed=st.integers(0, 2**32))
def test_mutated_records_streams_and_policies(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    try:
        TARGETS[kind](FUZZ.mutate(rng.choice(SEEDS[kind]), rng, SEEDS[kind]))
    except AssistantError as error:
        assert error.message


@pytest.mark.parametrize("ending", [".xml", ".xlsx", ".eml", ".hl7", ".epub"])
def test_hostile_files_end_in_time(ending: str) -> None:
    files = HOSTILE()[ending][:4]
    assert files
    for data in files:
        assert FUZZ.attempt(TARGETS[ending], data)[1] == ""
