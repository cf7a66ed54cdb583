from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ExitCode, UsageError
from assistant.frontends import console


def test_results_go_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("result")
    console.talk("talk [not markup]")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("result\n", "talk [not markup]\n")


def test_json_is_one_document_in_its_own_letters(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_json({"answer": "Größe \x1b[2J"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"answer": "Größe \x1b[2J"} and "Größe" in out and "\x1b" not in out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\rb", "a\\x0db"),
        ("tab\tend\n", "tab\tend\n"),
        ("漢 é", "漢 é"),
        ("\x07", "\\x07"),
    ],
)
def test_a_document_cannot_drive_the_terminal(text: str, shown: str) -> None:
    assert console.printable(text) == shown


def test_what_is_said_inside_a_block_goes_to_its_sink_and_nowhere_else(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[tuple[str, str]] = []
    with console.redirected(lambda where, text: heard.append((where, text))):
        console.say("a")
        console.talk("b")
        console.say_json(1)
    console.say("c")
    assert heard == [("out", "a\n"), ("err", "b\n"), ("out", "1\n")]
    assert capsys.readouterr().out == "c\n"


def test_an_error_is_told_in_words_and_with_json_as_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    error = UsageError("no such file", path=Path("a.txt"), line=3, remedy="check its name")
    console.say_error(error, as_json=True)
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == {
        "kind": "UsageError", "message": "no such file", "path": "a.txt", "line": 3, "remedy": "check its name", "exit_code": 2,
    }  # fmt: skip
    assert "check its name" in said.err
    console.say_error(error, as_json=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("result", ["text\n", b"\x89PNG"])
def test_a_result_is_written_whole_or_the_place_is_refused(result: str | bytes, tmp_path: Path) -> None:
    console.put(result, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == (result.encode() if isinstance(result, str) else result)
    with pytest.raises(UsageError, match="cannot be written"):
        console.put(result, tmp_path / "none" / "f")


def test_without_a_file_a_result_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    console.put("a\nb\n\n", None)
    assert capsys.readouterr().out == "a\nb\n"


def test_a_foreign_exception_is_exit_code_1() -> None:
    assert (
        console.exit_code(ValueError()) is ExitCode.FAILED
        and console.exit_code(UsageError("x", remedy="y")) is ExitCode.USAGE
    )


def test_a_bar_is_silent_where_nobody_watches_and_takes_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress_bar("Reading") as progress:
        progress(0, 0, "")
        progress(1, 2, "a\x1b[2J\nlong" * 20)
    assert capsys.readouterr().err == ""
