"""Rows of the reader's training over one long passage."""

from __future__ import annotations

from assistant.tune.reader_data import Row

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "Doctor Lena Brandt led the eye ward from 1971. "
) + "The garden behind the main house has old oak trees and a pond with fish. " * 12


def row(question: str, answer: str, passage: str = WARD, group: str = "clinic") -> Row:
    start = passage.index(answer) if answer else -1
    end = start + len(answer) if answer else -1
    return Row("answer", question, passage, start, end, int(bool(answer)), 1.0, "s", group, "Clinic")
