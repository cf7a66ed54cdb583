"""Whose part of a message is whose."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.readers.hl7 import read_hl7
from assistant.records import sources
from assistant.records.hl7 import chart as hl7
from assistant.records.hl7.cases import cases
from assistant.records.hl7.message import messages

from .support import message, obx, pid


def batch(*parts: str) -> bytes:
    return ("FHS|^~\\&|x\rBHS|^~\\&|x\r" + "".join(parts) + "BTS|1\rFTS|1\r").encode()


def test_every_patient_of_a_message_has_his_own_results() -> None:
    both = message(
        "ORU^R01", pid("1", "Elm", "Tove"), "OBR|1|A", obx("NA^Sodium", "139"), pid("2", "Farr", "Silas", "19901105", "M"),
        "OBR|1|B", obx("K^Potassium", "6.8"), "OBR|2|C", obx("CL^Chloride", "100"),
    )  # fmt: skip
    first, second = cases(messages(batch(both), "a.hl7"))
    charts = [hl7.chart_of(c.patient_id, c.messages) for c in (first, second)]
    assert [[r.term.text for r in chart.results] for chart in charts] == [["Sodium"], ["Potassium", "Chloride"]]
    assert "Farr" not in str(charts[0].person.identifiers)
    texts = [d.text for d in read_hl7(batch(both), "a.hl7")]
    assert "Potassium" not in texts[0] and "Farr" not in texts[0] and "Sodium" not in texts[1]


def test_a_patient_named_again_in_a_message_stays_one() -> None:
    twice = message("ORU^R01", pid("1"), obx("A^Sodium", "1"), pid("1"), obx("B^Zinc", "2"))
    (case,) = cases(messages(twice.encode(), "a.hl7"))
    assert len(hl7.chart_of("1", case.messages).results) == 2


def test_the_same_number_of_somebody_else_is_kept_apart(tmp_path) -> None:
    text = message("ORU^R01", pid("7", "Elm", "Tove"), obx("A^Sodium", "1"))
    text += message("ORU^R01", pid("7", "Farr", "Silas", "19901105", "M"), obx("B^Zinc", "2"), control="M2")
    # A new family name with the birth date unchanged is the same person, married.
    text += message("ORU^R01", pid("7", "Moss", "Tove"), obx("C^Iron", "3"), control="M3")
    path = tmp_path / "a.hl7"
    path.write_text(text)
    parts = sources.scan(str(path), "hl7")
    charts = [sources.load("7", [part]) for part in parts]
    assert [{r.term.text for r in chart.results} for chart in charts] == [{"Sodium", "Iron"}, {"Zinc"}]
    assert len(read_hl7(text.encode(), "a.hl7")) == 2


def test_people_without_a_number_are_not_one_person() -> None:
    unnumbered = "PID|1||||{}||19500302|F"
    text = message(
        "ORU^R01",
        unnumbered.format("Elm^Tove"),
        obx("A^Sodium", "1"),
        unnumbered.format("Farr^Ida"),
        obx("B^Zinc", "2"),
    )
    texts = [d.text for d in read_hl7(text.encode(), "a.hl7")]
    assert len(texts) == 2 and "Zinc" not in texts[0]


def test_results_before_any_patient_belong_to_nobody() -> None:
    text = message("ORU^R01", obx("A^Sodium", "1"), pid("1"), obx("B^Zinc", "2"))
    found = {c.patient_id: hl7.chart_of(c.patient_id, c.messages) for c in cases(messages(text.encode(), "a.hl7"))}
    assert [r.term.text for r in found["1"].results] == ["Zinc"] and [r.term.text for r in found[""].results] == [
        "Sodium"
    ]


def test_a_medical_record_number_goes_before_other_numbers() -> None:
    state = "PID|1||999-11-2222^^^USA^SS~77^^^H^MR||Lund^Mei"
    assert cases(messages(message("ADT^A01", state).encode(), "a.hl7"))[0].patient_id == "77"
    only = "PID|1||12^^^H^XX~34^^^H^YY||Lund^Mei"
    assert cases(messages(message("ADT^A01", only).encode(), "a.hl7"))[0].patient_id == "12"


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), WORDS), min_size=1, max_size=12), st.booleans())
def test_random_files_give_each_what_is_his(results: list[tuple[int, str]], whole: bool) -> None:
    """A file of random messages, one for all or one each; each patient has just the values that were written for him."""
    parts = [
        (pid(f"90{n}", f"Fam{n}x"), f"OBR|1|O{i}", obx(f"T{i}^Test{i}", value)) for i, (n, value) in enumerate(results)
    ]
    if whole:
        text = message("ORU^R01", *(piece for part in parts for piece in part))
    else:
        text = "".join(message("ORU^R01", *part, control=f"C{i}") for i, part in enumerate(parts))
    written: dict[str, set[str]] = {}
    for i, (n, value) in enumerate(results):
        written.setdefault(f"90{n}", set()).add(f"Test{i}: {value}")
    found = {c.patient_id: hl7.chart_of(c.patient_id, c.messages) for c in cases(messages(text.encode(), "a.hl7"))}
    assert {p: {f"{r.term.text}: {r.value}" for r in chart.results} for p, chart in found.items()} == written
    for document in read_hl7(text.encode(), "a.hl7"):
        mine = written[document.metadata["patient_id"]]
        assert all(
            (f"{line} (final)" in document.text) == (line in mine) for lines in written.values() for line in lines
        )
