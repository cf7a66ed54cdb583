"""De-identification measured on texts with marked identifiers.

An identifier counts as hidden when at least 90% of its letters and digits are inside predicted spans, whatever the entity is
called: what a reader can still see is what matters. A prediction is right when it overlaps a marked identifier (HIPAA sets are
labelled sparsely: a repeated name may be unmarked, so precision is a lower bound). Clinical terms must stay readable.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import UsageError
from assistant.protocols import Progress, no_progress
from assistant.types import Span

if TYPE_CHECKING:
    from assistant.privacy.redact import PresidioRedactor

HIDDEN: Final = 0.9
CLINICAL: Final = frozenset({"MEDICATION_NAME", "HEALTH_CONDITION", "PROCEDURE_NAME"})
# Describes a person without pointing at one; reported, not counted (45 CFR 164.514(b)(2)(i) lists none of them).
DESCRIPTIVE: Final = frozenset(
    "AGE EDUCATION_LEVEL ETHNICITY GENDER HOUSEHOLD_SIZE JOB_TITLE MARITAL_STATUS NATIONALITY NRP POLITICAL_OPINION RELIGIOUS_BELIEF "
    "SALARY SEXUAL_ORIENTATION TITLE VEHICLE_MODEL".split()
)
# The public sets mark births and time stamps, not dates of visits. Those are looked for where a set marks dates at all.
_EVENT_DATES: Final = frozenset({"DATE"})
_MARKED_DATES: Final = frozenset({"DATE", "DATE_TIME", "ADMISSION_DATE", "DISCHARGE_DATE"})
_STRETCH: Final = 64


def evaluate(
    path: Path,
    limit: int | None = None,
    redactor_factory: Callable[[], PresidioRedactor] | None = None,
    out: Path | None = None,
    *,
    stock: bool = False,
    progress: Progress = no_progress,
) -> dict[str, object]:
    """Score a redactor on JSONL rows `{"text","spans":[{"entity","start","end"}]}`, with `id` and `kind` where there are some.

    `out` gets one line a row: `{"id","findings":[{"entity","start","end","score"}]}`. With `stock`, Presidio as it comes runs on
    the same texts in the same run. Raises UsageError for a row of another shape.
    """
    began = time.monotonic()
    rows = read_rows(path)[:limit]
    redactor = (redactor_factory or _plain_redactor)()
    marks_dates = any(s["entity"] in _MARKED_DATES for row in rows for s in row["spans"])
    wanted = None if marks_dates else redactor.entities - _EVENT_DATES
    texts = [row["text"] for row in rows]
    redactor.find_many(texts[:1], wanted)
    found: list[list[Span]] = []
    started = time.monotonic()
    for at in range(0, len(texts), _STRETCH):
        found += redactor.find_many(texts[at : at + _STRETCH], wanted)
        progress(len(found), len(texts), path.name)
    seconds = time.monotonic() - started
    metrics = score(rows, found)
    metrics["ms_per_text"] = 1000 * seconds / max(1, len(rows))
    metrics["event_dates_counted"] = float(marks_dates)
    if not marks_dates:
        everything = redactor.find_many(texts)
        metrics["precision_with_event_dates"] = score(rows, everything)["precision"]
    if stock:
        other, other_seconds = run_stock(texts, progress)
        metrics["stock"] = score(rows, other) | {"ms_per_text": 1000 * other_seconds / max(1, len(rows))}
        metrics["times_faster_than_stock"] = other_seconds / max(seconds, 1e-9)
    if out is not None:
        _write(out, rows, found)
    return {"metrics": metrics, "n": len(rows), "data": str(path), "seconds": time.monotonic() - began}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file, checked. Raises UsageError with the line."""
    rows: list[dict[str, object]] = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the data cannot be read", path=path, remedy="give a JSONL file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            good = isinstance(row["text"], str) and all(
                isinstance(s["entity"], str) and 0 <= s["start"] <= s["end"] <= len(row["text"]) for s in row["spans"]
            )
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            raise UsageError(
                "not a row of redaction data",
                path=path,
                line=number,
                remedy='write {"text", "spans": [{"entity", "start", "end"}]}',
            )
        rows.append(row)
    return rows


class _Counted:
    """How many identifiers of each name there were and how many were hidden."""

    def __init__(self) -> None:
        self.total, self.hidden = Counter[str](), Counter[str]()

    def add(self, name: str, hidden: bool) -> None:
        self.total[name] += 1
        self.hidden[name] += hidden

    def table(self) -> dict[str, dict[str, object]]:
        return {n: {"recall": _ratio(self.hidden[n], self.total[n]), "n": self.total[n]} for n in sorted(self.total)}

    def recall(self, names: Collection[str]) -> float:
        return _ratio(sum(self.hidden[n] for n in names), sum(self.total[n] for n in names))


def score(rows: Sequence[Mapping[str, Any]], found: Sequence[Sequence[Span]]) -> dict[str, object]:
    """Recall, precision and clinical terms hidden, over all rows, by entity and by kind of row."""
    by_entity, by_kind, clinical = _Counted(), _Counted(), _Counted()
    right = predicted = 0
    for row, spans in zip(rows, found, strict=True):
        covered = {i for s in spans for i in range(s.start, s.end)}
        for s in row["spans"]:
            share = _share(row["text"], s["start"], s["end"], covered)
            if s["entity"] in CLINICAL:
                clinical.add("", share >= 0.5)
                continue
            by_entity.add(s["entity"], share >= HIDDEN)
            if s["entity"] not in DESCRIPTIVE:
                by_kind.add(kind_of(row), share >= HIDDEN)
        predicted += len(spans)
        right += _right(spans, [s for s in row["spans"] if s["entity"] not in CLINICAL])
    direct = [e for e in by_entity.total if e not in DESCRIPTIVE]
    return {
        "recall": by_entity.recall(direct),
        "recall_with_descriptive": by_entity.recall(by_entity.total),
        "precision": _ratio(right, predicted),
        "clinical_terms_hidden": clinical.recall([""]) if clinical.total else 0.0,
        "identifiers": sum(by_entity.total[e] for e in direct),
        "predicted": predicted,
        "by_entity": by_entity.table(),
        "by_kind": by_kind.table(),
    }


def _right(spans: Sequence[Span], marked: Sequence[Mapping[str, Any]]) -> int:
    """How many of the spans touch a marked one."""
    return sum(any(p.start < s["end"] and s["start"] < p.end for s in marked) for p in spans)


_DISGUISES: Final = (
    ("bidirectional marks", re.compile("[\u202a-\u202e\u2066-\u2069]")),
    ("zero-width characters", re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")),
    ("look-alike letters", re.compile(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]")),
    ("other scripts", re.compile("[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")),
    ("percent encoding", re.compile(r"%[0-9A-Fa-f]{2}")),
    ("in a URL", re.compile(r"https?://")),
    ("base64", re.compile(r"\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9+/]{12,}={0,2}")),
    ("hidden in part", re.compile(r"\*{2,}")),
    (
        "misread characters",
        re.compile(r"[Ss]canned|\b(?=[\dOlISBZ-]*[OlISBZ])(?=[\dOlISBZ-]*\d)[\dOlISBZ]{3}-[\dOlISBZ]{2}-"),
    ),
    ("in code or data", re.compile(r"INSERT INTO|VALUES|[{}]|logger\.|<\w+[ >]")),
    ("accented names", re.compile("[\u00c0-\u024f]")),
)


def kind_of(row: Mapping[str, Any]) -> str:
    """The kind that the row states; where it states none, the disguise that its text shows, else "plain"."""
    if row.get("kind"):
        return str(row["kind"])
    return next((name for name, pattern in _DISGUISES if pattern.search(row["text"])), "plain")


def run_stock(texts: Sequence[str], progress: Progress = no_progress) -> tuple[list[list[Span]], float]:
    """Presidio's AnalyzerEngine as it comes, with the full spaCy pipeline: spans, and seconds without loading."""
    from assistant.privacy.stock import stock_analyzer

    engine = stock_analyzer()
    engine.analyze("Warm up.", language="en")
    found: list[list[Span]] = []
    began = time.monotonic()
    for text in texts:
        found.append([Span(r.entity_type, r.start, r.end, r.score) for r in engine.analyze(text, language="en")])
        progress(len(found), len(texts), "stock Presidio")
    return found, time.monotonic() - began


def _share(text: str, start: int, end: int, covered: set[int]) -> float:
    places = [i for i in range(start, end) if text[i].isalnum()]
    return sum(i in covered for i in places) / len(places) if places else 1.0


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _write(out: Path, rows: Sequence[Mapping[str, object]], found: Sequence[Sequence[Span]]) -> None:
    with out.open("w", encoding="utf-8") as file:
        for number, (row, spans) in enumerate(zip(rows, found, strict=True)):
            findings = [{"entity": s.entity, "start": s.start, "end": s.end, "score": round(s.score, 3)} for s in spans]
            file.write(json.dumps({"id": row.get("id", str(number)), "findings": findings}) + "\n")


def _plain_redactor() -> PresidioRedactor:
    from assistant.packs.pack import load_pack
    from assistant.privacy.redact import build_redactor

    return build_redactor(load_pack("healthcare"))
