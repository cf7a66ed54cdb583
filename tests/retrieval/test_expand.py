"""Questions to full-text expressions: whatever is typed, FTS5 sees words only."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.expand import MAX_EXPANSIONS, MAX_TERMS, dense_text, expansions, match_expression, terms


class Lexicon:
    def __init__(self, *others: str) -> None:
        self.others = others

    def expand_query(self, text: str) -> tuple[str, ...]:
        return self.others if "MI" in text else ()


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("CREATE VIRTUAL TABLE t USING fts5(title, heading, text, tokenize='porter unicode61')")
    db.execute("INSERT INTO t VALUES ('Heart', 'Symptoms', 'myocardial infarction hurts; low-dose aspirin helps')")
    return db


def test_function_words_are_left_out() -> None:
    assert terms("What is the dose of amoxicillin for a child?") == ["dose", "amoxicillin", "child"]
    assert terms("Who are they?") == ["Who", "are", "they"]


def test_each_word_once_and_hyphens_by_parts() -> None:
    assert terms("low-dose aspirin, Aspirin and the patient's dose") == ["low", "dose", "aspirin", "patient"]


def test_other_names_are_phrases() -> None:
    others = expansions("treatment of MI", Lexicon("myocardial infarction", "heart attack"))
    assert match_expression("treatment of MI", others) == (
        '"treatment" OR "MI" OR "myocardial infarction" OR "heart attack"'
    )
    assert dense_text("treatment of MI", others) == "treatment of MI (myocardial infarction, heart attack)"
    assert dense_text("treatment", ()) == "treatment"
    assert expansions("treatment of MI", None) == ()


def test_bounds() -> None:
    long = " ".join(f"w{i}" for i in range(500))
    assert len(terms(long)) == MAX_TERMS
    assert len(expansions("MI", Lexicon(*(f"x{i}" for i in range(90))))) == MAX_EXPANSIONS


def test_nothing_to_look_for() -> None:
    assert match_expression("?! ...") == ""
    assert match_expression("") == ""


@pytest.mark.parametrize(
    "typed",
    [
        'a" OR text:*',
        "NEAR(a b)",
        "title: secret",
        "NOT a",
        "a AND (b",
        "{title text}: x",
        "^first",
        "a*",
        "x\x00y",
        '"""',
        "-- ; DROP TABLE t",
        "a + b",
    ],
)
def test_typed_syntax_is_only_words(table: sqlite3.Connection, typed: str) -> None:
    expression = match_expression(typed, [typed])
    assert set(expression) <= set('"') | set(" OR") | {c for c in typed if c.isalnum()}
    if expression:
        table.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall()


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=4))
def test_any_text_is_a_valid_expression(typed: str, others: list[str]) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='porter unicode61')")
    expression = match_expression(typed, others)
    if expression:
        db.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall()
    db.close()


def test_a_stemmed_phrase_finds_its_text(table: sqlite3.Connection) -> None:
    for typed in ("infarctions", "low dose", "Heart", "symptom"):
        assert table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match_expression(typed),)).fetchone()[0] == 1
