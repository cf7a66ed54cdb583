from __future__ import annotations

import threading

import pytest

from assistant.readers.settings import PLAIN, Reading, at_hand, reading


def test_how_a_file_is_read_holds_within_its_context_only() -> None:
    how = Reading(ocr=True)
    assert at_hand() is PLAIN
    with reading(how):
        assert at_hand() is how
        with reading(PLAIN):
            assert not at_hand().ocr
        assert at_hand().ocr
    assert at_hand() is PLAIN


def test_it_ends_with_an_error_too_and_other_threads_do_not_see_it() -> None:
    seen: list[bool] = []
    with pytest.raises(ZeroDivisionError), reading(Reading(ocr=True)):
        thread = threading.Thread(target=lambda: seen.append(at_hand().ocr))
        thread.start()
        thread.join()
        raise ZeroDivisionError
    assert seen == [False]
    assert at_hand() is PLAIN


def test_nobody_need_look_on() -> None:
    PLAIN.step(1, 2)
