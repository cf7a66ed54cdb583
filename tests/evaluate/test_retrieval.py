"""The retrieval evaluation: a small BEIR folder through a real vault with the real embedder."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.evaluate.retrieval import evaluate, read_beir, score
from assistant.retrieval.embed import MiniLM

CORPUS = [
    ("d1", "Amoxicillin in children", "Children with an ear infection take amoxicillin three times a day."),
    ("d2", "Returning shoes", "Shoes may be returned within thirty days. The refund reaches the card in a week."),
    ("d3", "Heart attack", "A myocardial infarction needs aspirin and an ambulance at once."),
    ("d4", "Title only", ""),
    ("d5", "", "Visitors park behind the east wing; the first hour is free."),
]
QUERIES = [
    ("q1", "how often do kids take antibiotics for ear ache", {"d1": 1}),
    ("q2", "money back for boots", {"d2": 1}),
    ("q3", "parking fees", {"d5": 1, "d4": 0}),
    ("unjudged", "heart", {}),
]


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": i, "title": title, "text": text} for i, title, text in CORPUS]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(item) for item in corpus) + "\n")
    queries = [{"_id": i, "text": text} for i, text, _ in QUERIES]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(item) for item in queries) + "\n")
    rows = [f"{q}\t{d}\t{grade}" for q, _, judged in QUERIES for d, grade in judged.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n")
    return folder


@pytest.mark.weights
def test_scores_rankings_and_leaves_nothing(
    beir: Path, tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    out, seen = tmp_path / "raw.jsonl", []
    result = evaluate(
        beir,
        out=out,
        embedder=MiniLM(models / "all-MiniLM-L6-v2"),
        progress=lambda done, total, what: seen.append((done, total, what)),
    )
    assert result["n"] == 3
    assert result["data"] == str(beir)
    metrics = result["metrics"]
    assert metrics["ndcg@10"]["mean"] == metrics["mrr@10"]["mean"] == metrics["recall@100"]["mean"] == 1.0
    assert metrics["ndcg@10"]["low"] <= metrics["ndcg@10"]["mean"] <= metrics["ndcg@10"]["high"]
    assert metrics["search_ms"]["median"] > 0
    raw = [json.loads(line) for line in out.read_text().splitlines()]
    assert [item["query"] for item in raw] == ["q1", "q2", "q3"]
    assert [item["ranking"][0] for item in raw] == ["d1", "d2", "d5"]
    assert all(len(set(item["ranking"])) == len(item["ranking"]) <= 100 for item in raw)
    assert seen[-1] == (3, 3, "queries")
    assert list(scratch.iterdir()) == [], "the throw-away vault is gone"
    assert json.loads(json.dumps(result)) == result


@pytest.mark.weights
def test_limit_takes_the_first_queries(beir: Path, models: Path) -> None:
    assert evaluate(beir, limit=1, embedder=MiniLM(models / "all-MiniLM-L6-v2"))["n"] == 1


def test_score_is_the_mean_over_queries() -> None:
    metrics = score({"q1": ["a", "b"], "q2": ["x", "b"]}, {"q1": {"a": 1}, "q2": {"b": 1}})
    assert metrics["mrr@10"]["mean"] == 0.75
    assert metrics["recall@100"]["mean"] == 1.0


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("corpus.jsonl", '{"_id": "d1", "title": "t"}\n', 1),
        ("corpus.jsonl", '{"_id": "d1", "text": "t"}\nnot json\n', 2),
        ("queries.jsonl", "[]\n", 1),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", 2),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq9\td1\t1\n", None),
    ],
)
def test_a_malformed_folder_names_the_line(beir: Path, name: str, content: str, line: int | None) -> None:
    (beir / name).write_text(content)
    with pytest.raises(UsageError) as caught:
        read_beir(beir)
    assert caught.value.path == str(beir / name)
    assert caught.value.line == line


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_a_usage_error(beir: Path, name: str) -> None:
    (beir / name).unlink()
    with pytest.raises(UsageError, match="BEIR"):
        read_beir(beir)


def test_reads_the_public_collection(evaluation_data: Path) -> None:
    data = read_beir(evaluation_data / "scifact")
    assert (len(data.documents), len(data.queries)) == (5183, 300)
    assert sum(len(judged) for judged in data.judgements.values()) == 339
