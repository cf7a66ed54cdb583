from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.batch.settings import Settings, Unit
from assistant.charts.fields import FieldSpec
from assistant.records.part import Part
from assistant.records.security import SECURITY_LABELS

SETTINGS = Settings("base", "sha", "healthcare", ("clinician",), "template", "2026-01-01")


@pytest.mark.parametrize(
    "changed",
    [
        {"policy_sha256": "other"},
        {"roles": ("clinician", "admin")},
        {"narrative": "model"},
        {"as_of": "2026-01-02"},
        {"formats": ("json",)},
        {"model": "m"},
        {"version": 0},
        {"fields": (FieldSpec.model_validate({"name": "k", "from": "results", "match": ["potassium"]}),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_changes_a_summary_changes_the_fingerprint(changed: dict[str, object]) -> None:
    assert replace(SETTINGS, **changed).fingerprint() != SETTINGS.fingerprint()  # type: ignore[arg-type]


def test_a_new_security_label_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = SETTINGS.fingerprint()
    monkeypatch.setitem(SECURITY_LABELS, "CEL", "restricted")  # type: ignore[arg-type]
    assert SETTINGS.fingerprint() != before


def test_the_same_settings_have_the_same_fingerprint() -> None:
    assert replace(SETTINGS).fingerprint() == SETTINGS.fingerprint()


def test_a_units_digest_is_over_all_its_parts_in_their_order() -> None:
    one, other = Part("a.json", "fhir", "p", "d1"), Part("b.json", "fhir", "p", "d2")
    digests = {Unit("p", "p", parts).digest for parts in ((one,), (one, other), (other, one))}
    assert len(digests) == 3
    assert Unit("p", "p", (one,)).digest == Unit("q", "other", (one,), "note").digest
