from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from assistant.errors import PolicyError, ReaderError, UsageError
from assistant.evaluate.answers import calibrate, passages_of, read_items, without_lines
from assistant.policy.model import load_policy


def line(**more: object) -> str:
    return json.dumps(
        {
            "id": "1",
            "question": "q?",
            "answerable": True,
            "answers": ["a"],
            "contexts": [{"title": "T", "text": "A text."}],
        }
        | more
    )


def test_items_are_read_up_to_the_limit_and_blank_lines_are_none(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text("\n".join([line(), "", line(id="2", contexts=[{"text": "no title"}]), "{"]))
    items = read_items(path, limit=2)
    assert (
        [item.id for item in items] == ["1", "2"]
        and items[0].contexts == (("T", "A text."),)
        and items[1].contexts == (("", "no title"),)
    )
    assert read_items(path, limit=0) == []


@pytest.mark.parametrize("wrong", ["{", "[]", "7", '"x"', '{"id": "1"}'])
def test_the_first_bad_line_is_named_and_not_quoted(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(f"{line()}\n{wrong}\n")
    with pytest.raises(ReaderError, match="not a line of an answers data set") as caught:
        read_items(path)
    assert caught.value.line == 2


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="cannot be read"):
        read_items(tmp_path / "none.jsonl")


def test_a_copy_of_a_policy_without_lines_releases_whatever_is_found_and_changes_nothing_else(tmp_path: Path) -> None:
    copy = load_policy(without_lines("healthcare", tmp_path))
    before = load_policy("healthcare")
    relaxed = [rule for rule in copy.checks if rule.use == "answerable"]
    assert relaxed
    for rule in relaxed:
        assert rule.params.min_released == rule.params.min_answerable == 0.0  # type: ignore[attr-defined]
    assert [r.use for r in copy.checks] == [r.use for r in before.checks] and copy.access == before.access
    assert [r.params for r in copy.checks if r.use != "answerable"] == [
        r.params for r in before.checks if r.use != "answerable"
    ]


def test_a_policy_without_such_a_rule_has_no_line_to_set(tmp_path: Path) -> None:
    raw = yaml.safe_load(load_policy("base").path.read_text("utf-8"))  # type: ignore[union-attr]
    raw["checks"] = [rule for rule in raw["checks"] if rule["use"] != "answerable"]
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(PolicyError, match="no line to set"):
        without_lines(tmp_path / "p.yaml", tmp_path)


def test_contexts_are_cut_into_passages_that_know_their_place() -> None:
    long = " ".join(f"Sentence number {n} stands here." for n in range(200))
    found = passages_of([("Long", long), ("Short", "One sentence.")])
    assert [p.id for p in found] == list(range(1, len(found) + 1)) and len(found) > 2
    assert all(long[p.start : p.end] == p.text for p in found if p.document_id == "context-1")
    assert (found[-1].document_id, found[-1].title, found[-1].labels) == ("context-2", "Short", {"public"})
    assert passages_of([]) == []


@pytest.mark.parametrize("wanted", [0.0, 1.0, -1.0])
def test_a_precision_that_is_none_is_refused_before_anything_is_asked(tmp_path: Path, wanted: float) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(line())
    with pytest.raises(UsageError, match="precision between 0 and 1"):
        calibrate(path, wanted)
