"""What there is to do: which files, whose they are, and what their output is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.batch.plan import discover, units
from assistant.errors import UsageError
from assistant.records.part import Part


def part(patient: str, digest: str = "d", *, kind: str = "fhir", identity: tuple[str, ...] = ()) -> Part:
    return Part(f"{digest}.json", kind, patient, digest, identity)


def test_records_of_a_folder_are_found_and_what_is_none_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in (
        "b.json",
        "a.xml",
        "x.jpg",
        ".hidden.json",
        "out/old.json",
        ".git/c.json",
        "bulk/1.ndjson",
        "bulk/2.ndjson",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "b.json")
    scans, skipped = discover(tmp_path, out)
    assert [([Path(path).name for path in scan.paths], scan.kind) for scan in scans] == [
        (["a.xml"], "ccda"),
        (["b.json"], "fhir"),
        (["1.ndjson", "2.ndjson"], "fhir"),
    ]
    assert [path.name for path in skipped] == ["x.jpg"]


def test_one_file_is_one_scan(tmp_path: Path) -> None:
    (tmp_path / "a.hl7").write_text("MSH|")
    scans, skipped = discover(tmp_path / "a.hl7", tmp_path / "out")
    assert ([scan.kind for scan in scans], skipped) == (["hl7"], [])


def test_nothing_to_do_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such"):
        discover(tmp_path / "absent", tmp_path / "out")
    with pytest.raises(UsageError, match="no records"):
        discover(tmp_path, tmp_path / "out")


def test_parts_of_one_patient_are_one_unit_where_they_agree_who_he_is() -> None:
    known = ("1950-03-02", "female", "Lund")
    found = units(
        [part("1", "a", identity=known), part("1", "b", identity=("1950-03-02", "", "Lund")), part("2", "c")],
        masked=False,
    )
    assert [(unit.patient_id, [p.digest for p in unit.parts], unit.note) for unit in found] == [
        ("1", ["a", "b"], ""),
        ("2", ["c"], ""),
    ]


def test_the_same_id_of_somebody_else_is_kept_apart_and_said_so() -> None:
    found = units([part("1", "a", identity=("1950-03-02",)), part("1", "b", identity=("1980-01-01",))], masked=False)
    assert [unit.name for unit in found] == ["1", "1-2"]
    assert all("kept apart" in unit.note for unit in found)


def test_the_same_id_in_another_kind_of_record_is_another_patient() -> None:
    assert len(units([part("1", "a"), part("1", "b", kind="hl7")], masked=False)) == 2


def test_names_are_safe_distinct_and_never_the_manifests() -> None:
    ids = ["../etc/passwd", "A", "a", "manifest", "...", "x" * 300, "ü"]
    names = [unit.name for unit in units([part(one, one) for one in ids], masked=False)]
    assert len({name.lower() for name in names}) == len(ids)
    assert "manifest" not in names
    for name in names:
        assert "/" not in name and not name.startswith(".") and 0 < len(name) <= 122


def test_a_number_of_the_hospital_names_no_masked_file() -> None:
    (hl7,) = units([part("00482913", kind="hl7")], masked=True)
    assert "00482913" not in hl7.name + hl7.patient_id
    (fhir,) = units([part("p1")], masked=True)
    assert fhir.name == "p1"
