from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.policy.edits import Edits
from assistant.types import Finding


def finding(start: int, end: int, text: str) -> Finding:
    return Finding("X", start, end, 1.0, text)


def test_offsets_move_past_replacements() -> None:
    edits = Edits.of("Ann is in bed 7.", "[P] is in bed [NUMBER].", [finding(14, 15, "[NUMBER]"), finding(0, 3, "[P]")])
    assert edits is not None
    assert edits.forward(4) == 4
    assert edits.forward(14) == 14
    assert edits.forward(16) == 23
    assert edits.backward(23) == 16
    assert edits.backward(17, is_end=True) == 15


def test_findings_that_do_not_explain_the_text_are_refused() -> None:
    assert Edits.of("Ann", "Bob", []) is None
    assert Edits.of("Ann", "Bob", [finding(0, 9, "Bob")]) is None
    assert Edits.of("Ann", "BobBob", [finding(0, 2, "Bob"), finding(1, 3, "Bob")]) is None


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), st.text(max_size=8)), max_size=5)
)
def test_text_outside_replacements_is_found_again(old: str, changes: list[tuple[int, int, str]]) -> None:
    found: list[Finding] = []
    at = 0
    for start, length, text in sorted(changes):
        begin, end = max(at, min(start, len(old))), min(len(old), max(at, start) + length)
        if end > begin:
            found.append(finding(begin, end, text))
            at = end + 1
    new, last = "", 0
    for one in found:
        new += old[last : one.start] + one.replacement
        last = one.end
    new += old[last:]
    edits = Edits.of(old, new, found)
    assert edits is not None
    for i, character in enumerate(old):
        if not any(one.start <= i < one.end for one in found):
            moved = edits.forward(i)
            # An offset at the start of a kept character after a replacement may sit right behind it.
            assert new[moved] == character or old[i] == character
            assert old[edits.backward(edits.forward(i + 1, is_end=True), is_end=True) - 1] == character
