"""Strict YAML: nothing ambiguous is accepted and each complaint has a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import PackError
from assistant.formats.yamlfile import read_yaml, validate


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", "not valid YAML", 3),
        ("a: 1\na: 2\n", "key 'a' stands twice", 2),
        ("a:\n  b: 1\n  b: 2\n", "key 'b' stands twice", 3),
        ("a: &x [1]\nb: *x\n", "aliases", 1),
        ("? [a, b]\n: 1\n", "a key must be plain text", 1),
        ("a: 1\nb: !!python/object:os.system 1\n", "tags", 2),
        ("a: !!bool maybe\n", "tags", 1),
        ("a: !!timestamp x\n", "tags", 1),
        ("a: 1\n---\nb: 2\n", "not valid YAML", 2),
        (b"a: 1\nb: \xff\xfe\n", "not UTF-8", 2),
        ("a: \t\x00\n", "not valid YAML", None),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str | bytes, says: str, line: int | None) -> None:
    with pytest.raises(PackError) as caught:
        read_yaml(write(tmp_path, text), PackError)
    assert says in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 50_000, "? " * 50_000])
def test_deep_nesting_is_refused_and_does_not_crash(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackError):
        read_yaml(write(tmp_path, text), PackError)


def test_growing_aliases_are_refused(tmp_path: Path) -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
    with pytest.raises(PackError, match="aliases"):
        read_yaml(write(tmp_path, text), PackError)


def test_a_missing_and_a_huge_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml", PackError)
    with pytest.raises(PackError, match="larger than"):
        read_yaml(write(tmp_path, b"#" * 4_000_001), PackError)


def test_lines_are_found_in_nested_values(tmp_path: Path) -> None:
    file = read_yaml(write(tmp_path, "a:\n  - x: 1\n    y: 2\n  - x: 3\n"), PackError)
    assert file.line(("a", 0, "y")) == 3
    assert file.line(("a", 1)) == 4
    assert file.line(("a", 1, "missing")) == 4
    assert file.line(("nowhere",)) == 1


def test_a_message_never_repeats_the_value(tmp_path: Path) -> None:
    file = read_yaml(write(tmp_path, "a: SECRET-VALUE\n"), PackError)
    with pytest.raises(PackError) as caught:
        validate(file, dict[str, int], PackError)
    assert "SECRET-VALUE" not in str(caught.value)
    assert caught.value.line == 1


def test_only_true_and_false_are_truth_values(tmp_path: Path) -> None:
    file = read_yaml(write(tmp_path, "a: [true, false, yes, NO, on, 2026-01-01, 1.5, 7]\n"), PackError)
    assert file.value == {"a": [True, False, "yes", "NO", "on", "2026-01-01", 1.5, 7]}


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    file = read_yaml(write(tmp_path, ""), PackError)
    assert file.value is None
    with pytest.raises(PackError):
        validate(file, dict[str, int], PackError)
