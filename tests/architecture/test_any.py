"""Lines that give up on a type: there may only be fewer of them.

`Any` stands where a library has no types (CONTRIBUTING). What one room hands to the next is a dataclass or a typed dictionary.
"""

from __future__ import annotations

import io
import tokenize

from tests.architecture.modules import MODULES

#: The count when this was last lowered; lower it with the code.
AT_MOST = 271


def lines_with_any(source: str) -> set[int]:
    """The numbers of the lines in which the name stands, imports among them; words in texts and comments are none."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.NAME and token.string == "Any"}


def test_the_name_is_counted_and_the_word_is_not() -> None:
    source = '"""Any text."""\nfrom typing import Any\n\ndef f(x: Any) -> "Any":  # Any way\n    return Many\n'
    assert lines_with_any(source) == {2, 4}


def test_there_are_no_more_lines_with_any_than_there_were() -> None:
    counts = {name: len(lines_with_any(path.read_text(encoding="utf-8"))) for name, path in MODULES.items()}
    most = sorted(counts.items(), key=lambda item: -item[1])[:5]
    assert sum(counts.values()) <= AT_MOST, f"give these types instead; most stand in {most}"
