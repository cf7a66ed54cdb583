from __future__ import annotations

import csv
import time

import pytest

from assistant.errors import ReaderError
from assistant.records import notes


def test_notes_give_only_headed_items() -> None:
    rows = notes.table(
        b'patient_id,date,note\n7,2026-01-02,"Allergies: NKDA\nMedications:\n- Metformin 500 mg twice daily\n\nDenies gout."\n',
        "n.csv",
    )
    found = notes.chart_of("7", [note for _, note in rows])
    assert [(m.term.text, m.dose) for m in found.medications] == [("Metformin", "500 mg twice daily")]
    assert [a.negated for a in found.allergies] == [True] and found.problems == ()


def test_a_head_of_quotation_marks_takes_no_time() -> None:
    started = time.process_time()
    with pytest.raises(ReaderError, match="no column"):
        notes.table(b'",","' + b'""' * 5_000 + b'"\n1,2\n', "n.csv")
    assert time.process_time() - started < 2
    assert csv.field_size_limit() == 131_072


def test_notes_longer_than_a_cell_of_csv_and_parted_by_semicolons() -> None:
    ((patient, note),) = notes.table(b"patient_id;note\n7;" + b"long " * 40_000, "n.csv")
    assert patient == "7" and len(note.text) > 190_000 and csv.field_size_limit() == 131_072
