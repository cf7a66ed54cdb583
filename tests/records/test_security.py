from __future__ import annotations

import pytest

from assistant.records import security
from assistant.records.security import SECURITY_LABELS, V2_CODES, labels_of


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


def test_every_spelling_of_hl7_v2_leads_to_a_code_of_the_table() -> None:
    assert set(V2_CODES.values()) <= set(SECURITY_LABELS)


def test_the_digest_follows_both_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = security.digest()
    assert before == security.digest()
    with monkeypatch.context() as patch:
        patch.setitem(SECURITY_LABELS, "CEL", "restricted")  # type: ignore[arg-type]
        added = security.digest()
        patch.setitem(SECURITY_LABELS, "CEL", "psychotherapy")  # type: ignore[arg-type]
        changed = security.digest()
    with monkeypatch.context() as patch:
        patch.setitem(V2_CODES, "CEL", "R")  # type: ignore[arg-type]
        spelt = security.digest()
    assert len({before, added, changed, spelt}) == 4
    assert security.digest() == before
