"""Corrections of a site: every occurrence of an identifier is marked, and a wrong line is told without its text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.tune.corrections import Correction, marked_of, read_corrections
from assistant.tune.rows import Split


def _file(folder: Path, *lines: object) -> Path:
    path = folder / "corrections.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_each_whole_occurrence_is_marked(tmp_path: Path) -> None:
    text = "Ann rang. Annex 4 is closed. Ring Ann on 0712 345 678."
    given = {
        "text": text,
        "identifiers": [{"kind": "PERSON", "words": "Ann"}, {"kind": "PHONE", "words": "0712 345 678"}],
    }
    (one,) = read_corrections(_file(tmp_path, given, "", given))
    marked = one.marked()
    assert [(label, text[a:b], a) for label, a, b in marked.spans] == [
        ("PERSON", "Ann", 0),
        ("PERSON", "Ann", 34),
        ("PHONE", "0712 345 678", 41),
    ]


def test_a_text_without_identifiers_is_a_correction_too(tmp_path: Path) -> None:
    (one,) = read_corrections(_file(tmp_path, {"text": "Id: gap-vitb12; Low: 180"}))
    assert one.marked().spans == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not a correction"),
        ({"text": "Zoltanic rang", "identifiers": [{"kind": "NAME", "words": "Zoltanic"}]}, "the tagger knows PERSON"),
        ({"text": "Zoltanic rang", "identifiers": [{"kind": "PERSON", "words": "Zoltan"}]}, "does not stand"),
        (
            {
                "text": "Zoltanic Roe rang",
                "identifiers": [{"kind": "PERSON", "words": "Zoltanic Roe"}, {"kind": "TOWN", "words": "Roe"}],
            },
            "overlap",
        ),
        ({"text": "Zoltanic rang", "spans": []}, "spans"),
    ],
)
def test_a_wrong_line_is_told_by_number_and_not_by_its_text(line: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=told) as refused:
        read_corrections(_file(tmp_path, {"text": "nothing here"}, line))
    assert refused.value.line == 2 and "Zoltan" not in str(refused.value)


def test_a_text_is_always_in_the_same_split_and_no_text_in_both() -> None:
    found = [Correction(text=f"text {n}") for n in range(200)]
    train, held = marked_of(found, Split.TRAIN), marked_of(found, Split.HELD)
    assert len(train) + len(held) == 200 and 20 <= len(held) <= 60
    assert not {m.text for m in train} & {m.text for m in held}
