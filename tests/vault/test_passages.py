from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault

from .conftest import put

PUBLIC, CLINICAL = frozenset({"public"}), frozenset({"clinical"})


def fill(vault: Vault, hidden: bool) -> None:
    for i in range(6):
        put(vault, f"Aspirin helps headache number {i}.", title=f"P{i}", labels=("public",), size=200)
    put(vault, "Insulin lowers glucose.", title="P-insulin", labels=("public",), size=200)
    put(vault, "Billing of insulin.", title="B", labels=("public", "billing"), size=200)
    if hidden:
        for i in range(20):
            put(vault, f"Insulin insulin secret note {i}.", title=f"C{i}", labels=("clinical",), size=200)


def test_passages_come_in_the_order_asked_and_absent_ones_are_left_out(vault: Vault) -> None:
    put(vault, "abcdefghij" * 20, size=40)
    assert [p.id for p in vault.passages([3, 1, 99, 2])] == [3, 1, 2]
    assert vault.passages([]) == []


def test_nothing_allowed_shows_nothing(vault: Vault) -> None:
    fill(vault, hidden=True)
    assert vault.visible_ids([]).tolist() == []
    assert vault.bm25('"insulin"', 10, []) == []
    assert vault.label_sets() == {PUBLIC: 7, PUBLIC | {"billing"}: 1, CLINICAL: 20}
    assert len(vault.visible_ids([CLINICAL])) == 20
    assert len(vault.visible_ids(None)) == 28
    assert vault.visible_ids([PUBLIC], ["nowhere"]).tolist() == []


@pytest.mark.parametrize("allowed", [[PUBLIC], [PUBLIC, PUBLIC | {"billing"}]])
def test_scores_are_the_same_whether_or_not_hidden_documents_exist(tmp_path, allowed) -> None:
    from .conftest import CHEAP, secret

    ranked = []
    for hidden in (False, True):
        with Vault.create(tmp_path / str(hidden), secret(), kdf=CHEAP) as vault:
            fill(vault, hidden)
            rows = vault.bm25('"insulin" OR "headache" OR "glucose"', 50, allowed)
            ranked.append([(vault.passages([i])[0].title, score) for i, score in rows])
    assert ranked[0] == ranked[1]
    assert len(ranked[0]) >= 7


def test_scores_over_several_label_sets_equal_those_of_one(vault: Vault, tmp_path) -> None:
    """The combined ranking is what one table of the same passages gives, up to the average length of each set."""
    from .conftest import CHEAP, secret

    texts = [f"Word{i % 7} fever word{i % 5} cough {'rash' if i % 9 == 0 else 'none'} x{i} y z." for i in range(60)]
    for i, text in enumerate(texts):
        put(vault, text, title=f"T{i}", labels=(("a",), ("b",), ("c",))[i % 3], size=500)
    with Vault.create(tmp_path / "one", secret(), kdf=CHEAP) as single:
        for i, text in enumerate(texts):
            put(single, text, title=f"T{i}", labels=("a",), size=500)
        query = '"rash" OR "word3" OR "cough" OR "x13"'
        one = {single.passages([i])[0].title: score for i, score in single.bm25(query, 100, None)}
        many = {vault.passages([i])[0].title: score for i, score in vault.bm25(query, 100, None)}
    assert one.keys() >= many.keys() and len(many) > 15
    for title, score in many.items():
        assert score == pytest.approx(one[title], rel=0.02, abs=1e-4)
    assert max(one, key=one.__getitem__) == max(many, key=many.__getitem__)


def test_words_are_stemmed_and_titles_weigh(vault: Vault) -> None:
    put(vault, "Nothing of note here.", title="Hypertension", size=200)
    put(vault, "A word on hypertension there.", title="Other", size=200)
    for i in range(8):
        put(vault, f"Filler {i}.", title=f"F{i}", size=200)
    best = vault.bm25('"hypertensions"', 2, None, weights=(5.0, 1.0, 1.0))
    assert [vault.passages([i])[0].title for i, _ in best] == ["Hypertension", "Other"]
    assert best[0][1] > best[1][1] > 0


@pytest.mark.parametrize("match", ['"a" AND', '"a', "AND", "nocolumn : a", '"a" NEAR', "", "(("])
@pytest.mark.parametrize("sets", [1, 2])
def test_a_malformed_expression_is_a_usage_error(vault: Vault, match: str, sets: int) -> None:
    for i in range(sets):
        put(vault, "a b c", title=str(i), labels=(str(i),))
    try:
        assert vault.bm25(match, 5, None) == []
    except UsageError as error:
        assert "malformed" in error.message


def test_what_is_written_is_asked_letter_for_letter_and_among_labels(vault: Vault) -> None:
    put(vault, "The robot hoover of Larkfield.", source="a.txt", labels=("public", "user:ann"))
    put(vault, "Call Winstanley.", source="b.txt", labels=("public", "internal"))
    public = frozenset({"public"})
    assert vault.is_written("hoover", public)
    assert vault.is_written("robot hoover", public)
    assert vault.is_written("Larkfield", public)
    for other in ("Hoover", "hoovers", "robot  hoover", "larkfield", "Winstanley", "", "?"):
        assert not vault.is_written(other, public), other
    assert vault.is_written("Winstanley", frozenset({"public", "internal"}))
    assert not vault.is_written("hoover", frozenset())
