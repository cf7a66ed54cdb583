"""GBNF grammars that hold a model's output to a form, and a check of a grammar before native code sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from assistant.errors import EngineError

NOT_IN_SOURCES: Final = "NOT IN SOURCES"
# Longer than the longest useful sentence of a guideline (three lines); bounds a model that does not find its full stop.
_MAX_SENTENCE: Final = 320

_TOKEN: Final = re.compile(
    r"""\s+ | \#[^\n]* | (?P<string>"(?:[^"\\\n]|\\.)*") | (?P<set>\[(?:[^\]\\\n]|\\.)*\])
    | (?P<define>[A-Za-z0-9-]+\s*::=) | (?P<name>[A-Za-z0-9-]+) | \{\s*\d+\s*(?:,\s*\d*\s*)?\} | (?P<open>\() | (?P<close>\))
    | [|*+?.]""",
    re.VERBOSE,
)


def cited_sentences_grammar(citations: Sequence[int], max_sentences: int = 3) -> str:
    """A grammar for one to `max_sentences` sentences, each ending in " [n]." or ". [n]" with an n of `citations`, or for
    NOT IN SOURCES.

    A sentence starts with a capital letter or a digit and holds no bracket and no line break. A full stop inside it is followed
    by something else than a space ("0.5 mg"), so that no sentence gets by without its citation. Without citations only
    NOT IN SOURCES is left. Raises EngineError for no sentence at all or a negative number.
    """
    if max_sentences < 1 or any(n < 0 for n in citations):
        raise EngineError("a grammar needs at least one sentence and citation numbers from 0 upwards")
    if not citations:
        return f'root ::= "{NOT_IN_SOURCES}"\n'
    numbers = " | ".join(f'"{n}"' for n in sorted(set(citations)))
    more = f' (" " sentence){{0,{max_sentences - 1}}}' if max_sentences > 1 else ""
    return (
        f'root ::= "{NOT_IN_SOURCES}" | sentence{more}\n'
        f"sentence ::= [A-Z0-9] part{{2,{_MAX_SENTENCE}}} end\n"
        'part ::= [^.\\[\\]\\n\\r<>] | "." [^. \\[\\]\\n\\r<>]\n'
        'end ::= " [" number "]." | ". [" number "]"\n'
        f"number ::= {numbers}\n"
    )


def check_grammar(grammar: str) -> None:
    """Refuse a grammar that llama.cpp could not parse (it would print it to stderr): raises EngineError.

    Every rule must be defined once and every name used must be a rule; brackets and quotes must close; `root` must be there.
    """
    defined: set[str] = set()
    used: set[str] = set()
    depth = 0
    for match in _tokens(grammar):
        if define := match["define"]:
            name = define.split("::=")[0].strip()
            if name in defined or depth:
                raise _malformed("a rule is defined twice or inside brackets")
            defined.add(name)
        elif not defined and _says(match):
            raise _malformed("it does not start with a rule")
        elif match["name"]:
            used.add(match["name"])
        depth += 1 if match["open"] else -1 if match["close"] else 0
        if depth < 0:
            raise _malformed("a bracket closes that was not opened")
    if depth or "root" not in defined or used - defined:
        raise _malformed("a bracket stays open, `root` is missing or a rule is used that is not defined")


def _tokens(grammar: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(grammar):
        match = _TOKEN.match(grammar, position)
        if match is None:
            raise _malformed(f"something unreadable in line {grammar.count(chr(10), 0, position) + 1}")
        position = match.end()
        yield match


def _says(match: re.Match[str]) -> bool:
    """Whether a token is more than white space or a comment."""
    return bool(match.group().strip()) and not match.group().startswith("#")


def _malformed(why: str) -> EngineError:
    return EngineError(f"the grammar is malformed: {why}", remedy="see the GBNF notes of llama.cpp")
