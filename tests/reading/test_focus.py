"""Choosing the sentences that bear on a question."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.reading.focus import focus

PASSAGE = (
    "The clinic opened in 1962. It has forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "She retired in 2004. The garden has old oak trees. Parking is free on Sundays."
)


def test_best_sentence_and_its_neighbour_are_kept_in_reading_order() -> None:
    chosen = focus("Who led the cardiology ward?", PASSAGE, 16)
    assert "Amara Osei led the cardiology ward" in chosen.text
    assert "oak" not in chosen.text
    starts = [start for _, start, _ in chosen.spans]
    assert starts == sorted(starts)


def test_offsets_lead_back_to_the_passage() -> None:
    chosen = focus("When did she retire from the ward and who led it?", PASSAGE, 18)
    assert chosen.spans
    for at, start, end in chosen.spans:
        assert chosen.text[at : at + end - start] == PASSAGE[start:end]
        assert chosen.origin(at, at + end - start) == (start, end)
        assert chosen.find(start, end) == (at, at + end - start)


def test_what_was_left_out_is_not_found() -> None:
    chosen = focus("Who led the cardiology ward?", PASSAGE, 12)
    start = PASSAGE.index("oak")
    assert chosen.find(start, start + 3) is None


def test_one_sentence_at_least_and_empty_passage() -> None:
    assert focus("Who led the ward?", "Doctor Osei led the ward for ten long years in all.", 3).spans
    empty = focus("Who?", "")
    assert empty.text == ""
    assert empty.origin(0, 0)[0] == 0


def test_the_focus_keeps_the_answer_of_nearly_all_dev_questions(evaluation_data: Path) -> None:
    kept = total = 0
    for line in (evaluation_data / "squad2" / "dev.jsonl").read_text("utf-8").splitlines()[:600]:
        row = json.loads(line)
        if row["answerable"]:
            text = focus(row["question"], row["contexts"][0]["text"]).text
            assert len(text.split()) <= 80 or text in row["contexts"][0]["text"]
            total += 1
            kept += any(answer in text for answer in row["answers"])
    assert kept / total > 0.95
