"""How well a bare writer answers from a source that is put before it: the model alone, without reader, checks or gate.

Each question of the pack comes with the sentences of its document around the gold answer. An answer counts when a gold answer
stands in its first sentence and the source supports that sentence: right or silent, and silence is no answer here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.evaluate.scoring import is_right, is_supported
from assistant.language.sentences import sentences
from assistant.protocols import Engine, Progress, Prompt, Sampling, no_progress

if TYPE_CHECKING:
    from assistant.packs.pack import Pack

EXAMPLES: Final = (
    (
        "Source: Parcels are sent on weekdays. A parcel takes three to five days.\nQuestion: How long does a parcel take?",
        "A parcel takes three to five days.",
    ),
    (
        "Source: The clinic is led by Dr Jane Poole.\nQuestion: Who leads the clinic?",
        "The clinic is led by Dr Jane Poole.",
    ),
)
_PLAIN: Final = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class SourcedQuestion:
    """A question, the source put before the model, and the gold answers."""

    question: str
    source: str
    answers: tuple[str, ...]


def around(text: str, answers: Sequence[str]) -> str:
    """The sentence that holds a gold answer, with the one before and after."""
    found = [sentence.text for sentence in sentences(text)]
    place = next((i for i, sentence in enumerate(found) if any(a in sentence for a in answers)), 0)
    return " ".join(found[max(0, place - 1) : place + 2])


def questions(pack: Pack, limit: int) -> list[SourcedQuestion]:
    """The pack's answerable questions whose document is plain text that holds the answer to the letter, evenly chosen."""
    texts = {d.path.name: d.path.read_text("utf-8") for d in pack.documents if d.path.suffix in _PLAIN}
    found = []
    for file in pack.evaluation:
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = texts.get(row.get("document", ""), "")
            answers = tuple(answer for answer in row.get("answers", ()) if answer in text)
            if row.get("answerable") and answers:
                found.append(SourcedQuestion(row["question"], around(text, answers), answers))
    step = max(1, len(found) // limit) if limit else 1
    return found[::step][: limit or None]


def measure(engine: Engine, asked: Sequence[SourcedQuestion], progress: Progress = no_progress) -> float:
    """The share of questions whose first sentence is right and supported; 0 where nothing is asked."""
    good = 0
    for number, item in enumerate(asked, 1):
        prompt = Prompt("Answer in one sentence.", f"Source: {item.source}\nQuestion: {item.question}", EXAMPLES)
        text = "".join(engine.stream(prompt, Sampling(max_tokens=40, stop=("\n",), timeout_s=600)))
        written = sentences(text)
        first = written[0].text if written else ""
        good += is_right(first, item.answers) and is_supported(first, [item.source])
        progress(number, len(asked), "answers")
    return good / len(asked) if asked else 0.0
