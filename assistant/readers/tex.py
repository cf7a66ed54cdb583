"""TeX formulas within Markdown kept letter by letter: to the parser a backslash before a comma is an escape and an underscore emphasis.

They are not put into words: what a formula means is shown as it is written, and told as not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

FORMULA: Final = "formula"
# Dollars are prices too: a formula holds a command of TeX, or braces behind a power or an index, and no blank inside its marks.
_FORMULA: Final = re.compile(
    r"(\$\$?)(?![\s$])(?=[^$]{0,2000}(?:\\[a-zA-Z,;!]|[\^_]\{))[^$]{1,2000}(?<!\s)\1(?!\d)"
    r"|\\\((?=[^$]{0,2000}\\\))[^\n]{1,2000}?\\\)"
)


def keep_formulas(parser: MarkdownIt) -> MarkdownIt:
    """A parser that leaves formulas as they are, as tokens of the type FORMULA."""
    parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push(FORMULA, "", 0).content = match.group()
    state.pos = match.end()
    return True
