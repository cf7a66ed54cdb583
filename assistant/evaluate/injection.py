"""`eval injection`: recall, precision and false alarms of the injection detector on labelled texts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from assistant.errors import UsageError
from assistant.policy.checks.injection import Params
from assistant.policy.injection.detector import judge_any
from assistant.policy.model import Policy
from assistant.types import Stage


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text: 1 where it holds an instruction to the assistant."""

    id: str
    text: str
    label: int


def load(path: Path, limit: int | None = None) -> list[Case]:
    """The cases of a JSONL file `{"text", "label"}`. Raises UsageError with the line of a malformed one."""
    found: list[Case] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if limit is not None and len(found) >= limit:
                    break
                if line.strip():
                    found.append(_case(line, number, path))
    except (OSError, UnicodeDecodeError):
        raise UsageError("cannot be read as UTF-8 text", path=path, remedy="give a JSONL file") from None
    return found


def _case(line: str, number: int, path: Path) -> Case:
    try:
        row = json.loads(line)
        text, label = row["text"], row["label"]
    except (ValueError, KeyError, TypeError):
        row, text, label = {}, None, None
    if not isinstance(text, str) or label not in (0, 1):
        raise UsageError(
            "a row needs a text and a label of 0 or 1", path=path, line=number, remedy='{"text": "...", "label": 0}'
        )
    return Case(str(row.get("id", number - 1)), text, int(label))


def threshold_of(policy: Policy) -> float:
    """The threshold of the policy's query check; that of the check's own parameters where the policy has none."""
    for rule in policy.checks:
        if rule.use == "injection" and rule.stage is Stage.QUERY and isinstance(rule.params, Params):
            return rule.params.threshold
    return Params().threshold


class Prediction(TypedDict):
    """What the detector says of one text: `flag` 1 for an attack."""

    id: str
    flag: int
    score: float


def predict(cases: Sequence[Case], threshold: float) -> Iterator[Prediction]:
    """One prediction for each case, in order: `{"id", "flag", "score"}`."""
    for case in cases:
        found = judge_any(case.text, threshold)
        yield {"id": case.id, "flag": int(found.score >= threshold), "score": round(found.score, 4)}


def metrics(cases: Sequence[Case], predictions: Sequence[Prediction]) -> dict[str, float]:
    """Recall, precision, false-positive rate, F1 and area under the ROC curve; 0 where a class is missing."""
    pairs = [(case.label, prediction["flag"]) for case, prediction in zip(cases, predictions, strict=True)]
    hit, missed = pairs.count((1, 1)), pairs.count((1, 0))
    alarm, quiet = pairs.count((0, 1)), pairs.count((0, 0))
    recall, precision = _ratio(hit, hit + missed), _ratio(hit, hit + alarm)
    return {
        "recall": recall,
        "precision": precision,
        "false_positive_rate": _ratio(alarm, alarm + quiet),
        "f1": _ratio(2 * precision * recall, precision + recall),
        "auc": _auc(cases, predictions),
        "positives": float(hit + missed),
        "negatives": float(alarm + quiet),
    }


def evaluate(path: Path, policy: Policy, *, limit: int | None = None, out: Path | None = None) -> dict[str, object]:
    """The result of `eval injection --json`; with `out` the raw predictions go there, one JSON object a line."""
    begun = time.perf_counter()
    cases = load(path, limit)
    predictions = list(predict(cases, threshold_of(policy)))
    if out is not None:
        out.write_text("".join(json.dumps(prediction) + "\n" for prediction in predictions), encoding="utf-8")
    return {
        "metrics": {name: round(value, 4) for name, value in metrics(cases, predictions).items()},
        "n": len(cases),
        "data": str(path),
        "seconds": round(time.perf_counter() - begun, 3),
    }


def _auc(cases: Sequence[Case], predictions: Sequence[Prediction]) -> float:
    """Mann–Whitney: how often an attack scores higher than a harmless text, ties counting half."""
    high = sorted(p["score"] for c, p in zip(cases, predictions, strict=True) if c.label == 1)
    low = [p["score"] for c, p in zip(cases, predictions, strict=True) if c.label == 0]
    if not high or not low:
        return 0.0
    from bisect import bisect_left, bisect_right

    wins = sum(len(high) - (bisect_left(high, s) + bisect_right(high, s)) / 2 for s in low)
    return wins / (len(high) * len(low))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
