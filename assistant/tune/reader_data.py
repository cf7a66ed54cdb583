"""Training examples of the reader: the human-written question sets, brought to one form.

Folders and formats are those of the evaluation data (see its README); nothing of it is copied into the repository.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import UsageError
from assistant.language.sentences import sentences
from assistant.reading.focus import focus

# Windows of this many words keep the longest input near 200 tokens, which bounds the cost of a training step.
WINDOW_WORDS = 120


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one context.

    `start` and `end` are character offsets of the answer in `context`, or -1 where the answer has no known span: the
    question is unanswerable (`answerable` False) or is a yes/no question. `group` names the article, so that folds
    keep articles apart; `kind` names how the example came to be.
    """

    question: str
    context: str
    start: int
    end: int
    answerable: bool
    group: str
    kind: str


def rows(path: Path) -> Iterator[dict[str, object]]:
    """The decoded lines of a JSONL file; raises UsageError naming file and line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(
            "training data cannot be read", path=path, remedy="give --data the folder of the data"
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError("line is not JSON", path=path, line=number, remedy="restore the file") from error
        yield row


def squad(path: Path) -> list[Example]:
    """Questions in the answers format (`contexts`, `answers`, `answerable`), one example a question.

    An answer that stands several times is taken where most question words stand in the sentence around it.
    """
    found = []
    for row in rows(path):
        contexts = row["contexts"]
        assert isinstance(contexts, list)
        context, title = str(contexts[0]["text"]), str(contexts[0]["title"])
        question = str(row["question"]).strip()
        answers = row["answers"]
        assert isinstance(answers, list)
        start = end = -1
        if row["answerable"]:
            answer = min((str(a) for a in answers), key=len)
            start, end = locate(question, context, answer)
            if start < 0:
                continue
        found.append(Example(question, context, start, end, bool(row["answerable"]), title, "squad"))
    return found


def locate(question: str, context: str, answer: str) -> tuple[int, int]:
    """Offsets of the occurrence of `answer` whose surroundings (100 characters) share most words with the question."""
    words = set(re.findall(r"\w{3,}", question.lower()))
    best, best_score = -1, -1
    for match in re.finditer(re.escape(answer), context):
        around = context[max(0, match.start() - 100) : match.end() + 100].lower()
        score = len(words & set(re.findall(r"\w{3,}", around)))
        if score > best_score:
            best, best_score = match.start(), score
    return (best, best + len(answer)) if best >= 0 else (-1, -1)


def boolq(path: Path) -> list[Example]:
    """Yes/no questions with the passage that decides them; the passage's leading title is dropped."""
    found = []
    for row in rows(path):
        passage = str(row["passage"])
        title, _, body = passage.partition(" -- ")
        context = window(body or passage, 0)[0]
        question = str(row["question"]).strip().capitalize() + "?"
        found.append(Example(question, context, -1, -1, True, f"boolq {title}", "boolq"))
    return found


def quac(path: Path) -> list[Example]:
    """Questions of conversations; the question before is put in front, so that a follow-up is self-contained.

    A question marked CANNOTANSWER is unanswerable by the window whose words are nearest to it.
    """
    found = []
    for number, row in enumerate(rows(path)):
        passage = str(row["passage"])
        questions = re.findall(r"question\d+: (.*)", str(row["question"]))
        answers = re.findall(r"possible answers for question\d+:\n(.*)", str(row["answer"]))
        before = ""
        for question, answer in zip(questions, answers, strict=False):
            asked = f"{before} {question}".strip()
            before = question
            if answer.startswith("CANNOTANSWER"):
                start = nearest(question, passage)
                context, _ = window(passage, start)
                found.append(Example(asked, context, -1, -1, False, f"quac {number}", "quac"))
                continue
            start, length = longest_prefix(answer, passage)
            if start >= 0:
                context, shift = window(passage, start)
                end = min(start + length - shift, len(context))
                found.append(Example(asked, context, start - shift, end, True, f"quac {number}", "quac"))
    return found


def longest_prefix(answer: str, passage: str) -> tuple[int, int]:
    """Start and length of the longest run of words at the head of `answer` that stands in `passage`; (-1, 0) if none.

    Several annotators' answers stand joined in one field, the first one first.
    """
    ends = [match.start() for match in re.finditer(r" |$", answer)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if answer[: ends[middle - 1]] in passage:
            low = middle
        else:
            high = middle - 1
    if low < 1:
        return -1, 0
    text = answer[: ends[low - 1]]
    return passage.find(text), len(text)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text."""
    return [(sentence.start, sentence.end) for sentence in sentences(text)]


def focused(example: Example) -> Example | None:
    """The example on the sentences that the reader is given at run time; None where the answer is not among them."""
    chosen = focus(example.question, example.context)
    start = end = -1
    if example.start >= 0:
        place = chosen.find(example.start, example.end)
        if place is None:
            return None
        start, end = place
    return replace(example, context=chosen.text, start=start, end=end)


def nearest(question: str, passage: str) -> int:
    """Start of the sentence that shares most words of four letters or more with the question."""
    words = set(re.findall(r"\w{4,}", question.lower()))
    spans = sentence_spans(passage)
    return max(spans, key=lambda s: len(words & set(re.findall(r"\w{4,}", passage[s[0] : s[1]].lower()))))[0]


def window(passage: str, start: int, words: int = WINDOW_WORDS) -> tuple[str, int]:
    """Whole sentences around offset `start`, at most about `words` words; returns the text and its offset."""
    spans = sentence_spans(passage)
    if not spans:
        return passage, 0
    centre = max((i for i, span in enumerate(spans) if span[0] <= start), default=0)
    left = right = centre
    size = len(passage[spans[centre][0] : spans[centre][1]].split())
    grown = True
    while grown:
        grown = False
        for side in (-1, 1):
            index = left - 1 if side < 0 else right + 1
            if not 0 <= index < len(spans):
                continue
            extra = len(passage[spans[index][0] : spans[index][1]].split())
            if size + extra > words:
                continue
            size += extra
            left, right, grown = min(left, index), max(right, index), True
    return passage[spans[left][0] : spans[right][1]], spans[left][0]


def without_answer(example: Example) -> Example | None:
    """The same question with the sentence that holds its answer cut out: it looks near, yet nothing answers it."""
    spans = sentence_spans(example.context)
    if example.start < 0 or len(spans) < 3:
        return None
    kept = [span for span in spans if span[1] <= example.start or span[0] >= example.end]
    if len(kept) < 2:
        return None
    text = " ".join(example.context[a:b] for a, b in kept)
    if example.context[example.start : example.end].lower() in text.lower():
        return None
    return Example(example.question, text, -1, -1, False, example.group, f"{example.kind}-cut")


def elsewhere(examples: Sequence[Example], rng: random.Random, pool: int = 40) -> list[Example]:
    """Each question with the most similar (shared words) of `pool` other passages: unanswerable."""
    bags = [set(re.findall(r"\w{4,}", example.context.lower())) for example in examples]
    found = []
    for example in examples:
        words = set(re.findall(r"\w{4,}", example.question.lower()))
        picks = [rng.randrange(len(examples)) for _ in range(pool)]
        picks = [p for p in picks if examples[p].context != example.context and examples[p].group != example.group]
        if picks:
            best = max(picks, key=lambda p: len(words & bags[p]))
            other = examples[best].context
            found.append(Example(example.question, other, -1, -1, False, example.group, f"{example.kind}-other"))
    return found
