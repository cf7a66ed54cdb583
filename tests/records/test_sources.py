from __future__ import annotations

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
