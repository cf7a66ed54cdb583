"""The training mixture of the reader: rule-made questions, conversations, yes/no and health questions, hard twins of all.

No SQuAD article is in it, so that all SQuAD questions at hand can calibrate and judge what it makes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from assistant.tune.reader_data import Example, boolq, elsewhere, focused, quac, rows, window, without_answer
from assistant.tune.reader_make import make
from assistant.tune.reader_swap import corruptions


def medquad(folder: Path, rng: random.Random) -> list[Example]:
    """Consumer health questions on the section that answers them, on another section and on another disease's.

    Half of the documents (by number) are left out, so that the other half can be evaluated on.
    """
    found = []
    kept = []
    for row in rows(folder / "questions.dev.jsonl"):
        answers = row["answers"]
        assert isinstance(answers, list)
        if row["answerable"] and in_training(str(row["document"])):
            kept.append((str(row["question"]), str(row["document"]), " ".join(str(answers[0]).split()[:110])))
    for question, document, answer in kept:
        title = f"{re.sub(r'^.*(?: of | for | causes | is | prevent | are | diagnose )', '', question.rstrip('?'))}. "
        head = title if rng.random() < 0.4 else ""
        first = re.split(r"(?<=[a-z)]\.) ", answer, maxsplit=1)[0]
        context = head + answer
        found.append(Example(question, context, len(head), len(head) + len(first), True, document, "medquad"))
        same = [other for _, name, other in kept if name == document and other != answer]
        if same:
            found.append(Example(question, head + rng.choice(same), -1, -1, False, document, "medquad-section"))
        kind = question.split()[:3]
        alike = [other for asked, name, other in kept if name != document and asked.split()[:3] == kind]
        if alike:
            found.append(Example(question, rng.choice(alike), -1, -1, False, document, "medquad-disease"))
    return found


def in_training(document: str) -> bool:
    """True for the half of the MedQuAD documents that the reader may train on."""
    return sum(document.encode()) % 2 == 0


def passages(data: Path, rng: random.Random, count: int) -> list[tuple[str, str]]:
    """(group, text) windows for rule-made questions: half BoolQ, a third QuAC, the rest MedQuAD documents."""
    yes_no = [(e.group, e.context) for e in boolq(data / "train" / "boolq.jsonl")]
    talks = []
    for number, row in enumerate(rows(data / "train" / "quac.jsonl")):
        text = str(row["passage"])
        for part in range(3):
            talks.append((f"quac {number}", window(text, len(text) * part // 3)[0]))
    health = []
    for path in sorted((data / "medquad" / "documents").glob("*.md")):
        if in_training(path.name):
            for block in path.read_text("utf-8").split("\n\n"):
                if len(block.split()) > 60 and not block.startswith(("#", "Key Points", "Source")):
                    health.append((path.name, " ".join(block.split()[:110])))
    found = []
    for pool, share in ((yes_no, 0.5), (talks, 0.3), (health, 0.2)):
        found.extend(rng.sample(pool, min(len(pool), int(count * share))))
    return found


def general(data: Path, parser: Path, seed: int, count: int = 1200) -> list[Example]:
    """Rule-made questions on `count` passages, QuAC, BoolQ and MedQuAD, each with its hard twins; shuffled."""
    rng = random.Random(seed)  # noqa: S311 (reproducible choice, no secret)
    made = make(passages(data, rng, count), parser, seed)
    made = _cap(made, rng, {"made-no-time": 0.4, "made-reversed": 0.6})
    talks = quac(data / "train" / "quac.jsonl")
    yes_no = rng.sample(boolq(data / "train" / "boolq.jsonl"), 2200)
    health = medquad(data / "medquad", rng)
    found = [*made, *corruptions(made, rng, 0.8), *talks, *corruptions(talks, rng, 0.3), *yes_no, *health]
    found += corruptions(yes_no, rng, 0.5)
    for examples, share in ((talks, 0.35), (made, 0.1)):
        found += [twin for e in examples if rng.random() < share and (twin := without_answer(e)) is not None]
    found += elsewhere(rng.sample(yes_no, 700), rng) + elsewhere(rng.sample(talks, 300), rng)
    found = [example for e in found if (example := focused(e)) is not None]
    rng.shuffle(found)
    return found


def _cap(examples: Sequence[Example], rng: random.Random, shares: dict[str, float]) -> list[Example]:
    """Keep only a share of the named kinds."""
    return [e for e in examples if rng.random() < shares.get(e.kind, 1.0)]
