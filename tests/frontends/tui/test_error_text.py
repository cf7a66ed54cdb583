from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from assistant.frontends.tui.error_text import Trouble, explained


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def test_an_error_of_ours_says_message_place_and_remedy() -> None:
    found = explained(UsageError("the file cannot be read", path=Path("/tmp/a.txt"), remedy="check its name"))
    assert str(found) == "the file cannot be read (/tmp/a.txt). Remedy: check its name"


def test_a_path_cannot_drive_the_terminal() -> None:
    found = explained(UsageError("no", path=Path("/tmp/a\x1b[2J.txt"), remedy="x"))
    assert "\x1b" not in str(found) and "\\x1b" in str(found)


def test_of_a_foreign_exception_only_class_and_place_are_told() -> None:
    found = explained(raised(ValueError("the note says that Grace Whitcombe")))
    assert "Whitcombe" not in str(found)
    assert found.message.startswith("unexpected ValueError in test_error_text.py:") and found.remedy


def test_an_exception_that_was_never_raised_has_no_place() -> None:
    assert explained(KeyError("x")).message == "unexpected KeyError"


def test_without_a_remedy_there_is_none_in_the_words() -> None:
    assert str(Trouble("it is so")) == "it is so"
