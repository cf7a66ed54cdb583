from __future__ import annotations

import gc
from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.records import sources
from assistant.records.fhir.bundle import security_labels
from tests.charts.support import bundle, condition


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", b"{"), ("a.json", b"{}"), ("a.xml", b"<a"), ("a.hl7", b"x"), ("a.csv", b"a,b\n1,2\n")]
)
def test_broken_files_are_one_error(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReaderError):
        sources.scan(str(tmp_path / name), sources.kind_of(tmp_path / name))


def test_security_labels_hold_resources_back(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(
        bundle(condition("a", "Gout"), condition("b", "X", meta={"security": [{"code": "PSYTHPN"}]}))
    )
    (part,) = sources.scan(str(tmp_path / "r.json"), "fhir")
    found = sources.load("p1", [part], visible=lambda label: label != "psychotherapy")
    assert [p.term.text for p in found.problems] == ["Gout"] and found.withheld == {"psychotherapy": 1}
    assert security_labels({"resourceType": "Condition"}) == frozenset()


def test_no_chart_stays_in_memory_when_its_owner_is_gone(tmp_path: Path) -> None:
    def held() -> set[int]:
        gc.collect()
        # By type: `isinstance` would ask proxies of other libraries for their class.
        return {id(found) for found in gc.get_objects() if type(found) is sources.Split}

    before = held()
    path = tmp_path / "two.csv"
    path.write_text("patient_id,date,text\n1,2026-01-02,Zebrafinch note of one.\n2,2026-01-03,Note of two.\n")
    parts = sources.scan(str(path), "notes")
    opened = sources.Opened()
    for part in parts:
        sources.load(part.patient_id, [part], opened=opened)
        sources.load(part.patient_id, [part])
    assert len(opened._shares) == 2
    assert held() - before
    del opened, parts, part
    assert not held() - before
