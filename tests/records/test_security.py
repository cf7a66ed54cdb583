from __future__ import annotations

import pytest

from assistant.records.security import SECURITY_LABELS, labels_of


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (["PSYTHPN"], {"psychotherapy"}),
        (["psy "], {"psychotherapy"}),
        (["R"], {"restricted"}),
        (["HIV", "PSY", "N"], {"restricted", "psychotherapy"}),
        (["N", "L", "M", "U"], set()),
        (["", "unknown"], set()),
        ([], set()),
    ],
)
def test_codes_ask_for_the_labels_beside_the_ordinary_one(codes: list[str], labels: set[str]) -> None:
    assert labels_of(iter(codes)) == labels


def test_every_code_of_the_table_is_written_as_it_is_looked_up() -> None:
    assert SECURITY_LABELS
    for code in SECURITY_LABELS:
        assert labels_of([code.lower()]) == {SECURITY_LABELS[code]}
