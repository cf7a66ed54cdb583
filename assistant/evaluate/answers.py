"""`eval answers`: ask every question of a data set through the whole path and score what is released.

*Given*: each question brings its contexts. *Open*: a folder is ingested first and every question must find its passages.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from assistant.errors import PolicyError, ReaderError, UsageError
from assistant.evaluate.calibration import CONFIDENCE, Dial, Outcome, dial
from assistant.evaluate.scored import SHOWN, Item, Scored, metrics
from assistant.evaluate.scoring import is_right
from assistant.facade import Assistant
from assistant.policy.model import load_policy
from assistant.protocols import Progress, no_progress
from assistant.retrieval.chunk import chunk
from assistant.types import Answer, Document, Passage

if TYPE_CHECKING:
    from assistant.privacy.pseudonyms import Pseudonyms

# The base policy has no scope: a data set is about what it is about.
DEFAULT_POLICY = "base"
_LABELS = frozenset({"public"})
# What holds an answer back for want of sureness; calibrating needs to see what lies below.
_LINES = ("min_released", "min_answerable", "min_overview", "min_decided")


def read_items(path: Path, limit: int | None = None) -> list[Item]:
    """The items of a JSONL file. Raises ReaderError with the line of the first bad one."""
    items: list[Item] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007 - the except clause names the line
                if limit is not None and len(items) >= limit:
                    break
                if line.strip():
                    items.append(_item(json.loads(line)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReaderError(
            "not a line of an answers data set", path=path, line=number, remedy="see `assistant eval answers --help`"
        ) from None
    except OSError as error:
        raise ReaderError(f"cannot be read ({error.strerror})", path=path) from None
    return items


class RawContext(TypedDict):
    """A passage that comes with a question; `title` may be missing."""

    title: NotRequired[str]
    text: str


class RawItem(TypedDict):
    """A line of a data set of questions."""

    id: str
    question: str
    answerable: bool
    contexts: NotRequired[list[RawContext]]
    answers: NotRequired[list[str]]
    document: NotRequired[str]


def _item(raw: RawItem) -> Item:
    contexts = tuple((str(context.get("title", "")), str(context["text"])) for context in raw.get("contexts", ()))
    answers = tuple(str(answer) for answer in raw.get("answers", ()))
    return Item(
        str(raw["id"]), str(raw["question"]), contexts, answers, bool(raw["answerable"]), str(raw.get("document", ""))
    )


def evaluate(
    data: Path,
    *,
    limit: int | None = None,
    out: Path | None = None,
    documents: Path | None = None,
    domain: str | None = None,
    policy: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    report: Path | None = None,
    progress: Progress = no_progress,
) -> dict[str, object]:
    """Ask all and score.

    `out` gets the raw predictions, one JSON object a line in input order; `report` is a folder that gets the report in
    Markdown with its plots. Neither holds more of a document than what was released.
    """
    items = read_items(data, limit)
    started = time.perf_counter()
    scored: list[Scored] = []
    with throwaway(policy=policy or DEFAULT_POLICY, domain=domain, engine=engine, model=model) as assistant:
        if documents is not None:
            assistant.ingest([documents], labels=_LABELS, progress=progress)
        sink = out.open("w", encoding="utf-8") if out is not None else None
        try:
            for number, item in enumerate(items):
                result = _ask(assistant, item, given=documents is None)
                scored.append(result)
                progress(number + 1, len(items), item.id)
                if sink is not None:
                    sink.write(json.dumps(_prediction(result), ensure_ascii=False) + "\n")
        finally:
            if sink is not None:
                sink.close()
    totals = {
        "metrics": metrics(scored),
        "n": len(items),
        "data": str(data),
        "seconds": round(time.perf_counter() - started, 2),
    }
    if report is not None:
        from assistant.evaluate.report import write_report

        write_report(report, totals, scored)
    return totals


def outcomes(scored: Sequence[Scored]) -> list[Outcome]:
    """What a calibration reads of answers that were given with all lines at nothing; those that gave none are sure of nothing."""
    return [Outcome(one.sure if one.released else 0.0, one.right, one.item.document or one.item.id) for one in scored]


def without_lines(policy: str | Path, folder: Path) -> Path:
    """A copy of a policy in `folder` that releases whatever is found, however unsure: only for measuring.

    Raises PolicyError for a policy that cannot be read or has no rule that uses `answerable`.
    """
    import yaml

    loaded = load_policy(policy)
    raw = yaml.safe_load(loaded.path.read_text("utf-8")) if loaded.path is not None else {}
    rules = [rule for rule in raw.get("checks", ()) if rule.get("use") == "answerable"]
    if not rules:
        raise PolicyError("no rule uses `answerable`, so there is no line to set", path=loaded.path)
    for rule in rules:
        rule["with"] = {**rule.get("with", {}), **dict.fromkeys(_LINES, 0.0)}
        rule["with"].pop("min_precision", None)
    copy = folder / "policy.yaml"
    copy.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return copy


def calibrate(
    data: Path,
    wanted: float,
    *,
    documents: Path | None = None,
    domain: str | None = None,
    policy: str | None = None,
    limit: int | None = None,
    confidence: float = CONFIDENCE,
    progress: Progress = no_progress,
) -> Dial:
    """Ask reviewed questions without lines and read off the one for the wanted precision.

    Raises what `evaluate` raises, and UsageError for a data set without a question or a precision that is none.
    """
    items = read_items(data, limit)
    if not items or not 0 < wanted < 1:
        raise UsageError("a question and a precision between 0 and 1 are needed", path=data)
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as folder:
        relaxed = without_lines(policy or DEFAULT_POLICY, Path(folder))
        with throwaway(policy=str(relaxed), domain=domain, engine="extractive") as assistant:
            if documents is not None:
                assistant.ingest([documents], labels=_LABELS, progress=progress)
            scored = []
            for number, item in enumerate(items, 1):
                scored.append(_ask(assistant, item, given=documents is None))
                progress(number, len(items), item.id)
    return dial(outcomes(scored), wanted, confidence)


@contextmanager
def throwaway(
    *,
    policy: str | None,
    domain: str | None,
    engine: str | None,
    model: str | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Iterator[Assistant]:
    """An assistant over a vault that nobody can open again and that is gone afterwards.

    `pseudonyms` gives the stand-ins, where they shall be the same in each run; None: the vault, whose key is random.
    """
    from assistant.vault.keys import Secret
    from assistant.wiring import Parts, assemble, create_vault

    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as folder:
        vault = create_vault(
            Path(folder) / "vault", Secret.passphrase(secrets.token_hex(16)), policy=policy, domain=domain
        )
        assistant = assemble(vault, engine=engine, model=model)
        if pseudonyms is not None and isinstance(assistant.parts, Parts):
            assistant.parts.stand_in_by(pseudonyms)
        try:
            yield assistant
        finally:
            assistant.close()


def passages_of(contexts: Sequence[tuple[str, str]]) -> list[Passage]:
    """Contexts that came with a question, cut into passages as ingest would."""
    found: list[Passage] = []
    for number, (title, text) in enumerate(contexts, 1):
        document = Document(title, text, title, labels=_LABELS, id=f"context-{number}")
        for piece in chunk(document):
            found.append(
                Passage(
                    len(found) + 1,
                    document.id,
                    title,
                    piece.text,
                    piece.start,
                    piece.end,
                    piece.heading,
                    piece.locator,
                    _LABELS,
                )
            )
    return found


def _ask(assistant: Assistant, item: Item, *, given: bool) -> Scored:
    begun = time.perf_counter()
    answer = assistant.ask(item.question, given=passages_of(item.contexts) if given else None)
    ms = (time.perf_counter() - begun) * 1000
    shown = answer.status in SHOWN
    found = bool(item.document) and any(Path(item.document).stem in source for source in _sources(assistant, answer))
    return Scored(item, answer, ms, shown and is_right(answer.answer, item.answers), found)


def _sources(assistant: Assistant, answer: Answer) -> list[str]:
    ids = {citation.document_id for citation in answer.citations}
    return [assistant.vault.document_info(i).source for i in ids if not i.startswith("context-")]


def _prediction(result: Scored) -> dict[str, object]:
    return {
        "id": result.item.id,
        "status": str(result.answer.status),
        "level": str(result.answer.level),
        "answer": result.answer.answer if result.released else "",
        "citations": [{"title": c.title, "quote": c.quote} for c in result.answer.citations],
        "closest": [{"title": near.citation.title, "text": near.text} for near in result.answer.closest],
        "right": result.right,
        "right_document": result.found,
        "supported": result.supported,
        "sure": round(result.sure, 4),
        "ms": round(result.ms, 1),
        "timings_ms": {stage: round(ms, 1) for stage, ms in result.answer.timings_ms.items()},
    }
