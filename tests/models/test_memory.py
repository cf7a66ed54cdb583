from __future__ import annotations

import pytest

from assistant.models.memory import available_mb, resident_mb, why_not


def test_the_estimate_fits_what_was_measured_of_the_embedded_model() -> None:
    # catalog.toml: 350 MB with the default context, measured; 30 layers with 3 heads of 64.
    assert resident_mb(98.4, 30, 192, 8192) == pytest.approx(350, rel=0.15)


def test_a_short_context_takes_less() -> None:
    assert resident_mb(100, 30, 192, 512) < resident_mb(100, 30, 192, 8192)


def test_this_machine_has_memory_and_too_little_for_a_petabyte() -> None:
    free = available_mb()
    assert free is not None
    assert free > 0
    assert why_not(1, free) == ""
    assert why_not(10**9, free).startswith("needs 1000000000 MB")


def test_where_nobody_knows_nothing_is_held_against_a_model() -> None:
    assert why_not(10**9, None) == ""
