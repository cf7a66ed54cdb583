from __future__ import annotations

import pytest

from assistant.engines.grammar import check_grammar, cited_sentences_grammar
from assistant.errors import EngineError


def test_names_the_citations_once_and_in_order() -> None:
    assert 'number ::= "1" | "3" | "12"' in cited_sentences_grammar((3, 12, 1, 3))


def test_without_citations_only_the_refusal_is_left() -> None:
    assert cited_sentences_grammar(()) == 'root ::= "NOT IN SOURCES"\n'


@pytest.mark.parametrize("count", [1, 2, 5])
def test_ours_are_well_formed(count: int) -> None:
    check_grammar(cited_sentences_grammar((1, 2), count))


@pytest.mark.parametrize(("citations", "count"), [((1,), 0), ((-1,), 1)])
def test_impossible_wishes_are_refused(citations: tuple[int, ...], count: int) -> None:
    with pytest.raises(EngineError):
        cited_sentences_grammar(citations, count)


@pytest.mark.parametrize(
    "grammar",
    [
        'root ::= "yes" | "no"\n',
        '# words\nroot ::= (word " ")* word? # end\nword ::= [a-z]{1,9} | "\\"" | [^\\]x]+\n',
        "root ::= .{2,}\n",
    ],
)
def test_takes_what_llama_cpp_takes(grammar: str) -> None:
    check_grammar(grammar)


@pytest.mark.parametrize(
    "grammar",
    [
        "",
        "root",
        'word ::= "a"',
        "root ::= word",
        'root ::= "a',
        "root ::= [a",
        'root ::= ("a"',
        'root ::= "a")',
        'root ::= "a"\nroot ::= "b"',
        'root ::= ("a"\nword ::= "b")',
        '"a" root ::= "b"',
        "root ::= foo ::",
        "root ::= é",
    ],
)
def test_refuses_what_llama_cpp_would_print_to_stderr(grammar: str) -> None:
    with pytest.raises(EngineError, match="malformed"):
        check_grammar(grammar)
