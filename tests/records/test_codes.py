from __future__ import annotations

import pytest

from assistant.records.codes import from_interpretation


@pytest.mark.parametrize(
    ("codes", "flag"),
    [
        (["H"], "high"),
        ([" l "], "low"),
        (["N", "HH"], "high-critical"),
        (["A", "L"], "low"),
        (["<"], "low-critical"),
        (["AA", "N"], "abnormal"),
        (["N"], "normal"),
        (["POS"], ""),
        ([""], ""),
        ([], ""),
    ],
)
def test_the_gravest_known_interpretation_is_the_flag(codes: list[str], flag: str) -> None:
    assert from_interpretation(iter(codes)) == flag
