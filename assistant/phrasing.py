"""The short prompt: the reader found the answer, the model only says it in a sentence.

A 135M-parameter model given source and question writes something right in half of the cases; given question and short
answer it does in most, in a third of the time, because the prompt is a tenth as long (bench/prompts.py has the figures).
Whether the sentence is true to the source is still grounding's to say.
"""

from __future__ import annotations

from typing import Final

from assistant.protocols import Prompt

_SYSTEM: Final = "You write one full sentence."
_TEMPLATE: Final = "Question: {question}\nShort answer: {answer}\nFull sentence:"
_EXAMPLES: Final = (
    ("How long does a parcel take?", "three to five days", "A parcel takes three to five days."),
    ("Who leads the eye clinic?", "Dr Jane Poole", "Dr Jane Poole leads the eye clinic."),
    ("When was the old bridge closed?", "in March 2011", "The old bridge was closed in March 2011."),
    (
        "What should staff do after a fall?",
        "check for head injury",
        "After a fall, staff should check for head injury.",
    ),
    (
        "Why is the lamp sold without a plug?",
        "local rules differ",
        "The lamp is sold without a plug because local rules differ.",
    ),
    ("How much ibuprofen may an adult take a day?", "1,200 mg", "An adult may take 1,200 mg of ibuprofen a day."),
)
# Longer spans are sentences already: they are quoted, not phrased.
MAX_WORDS: Final = 12


def phrasing(question: str, answer: str) -> Prompt | None:
    """The prompt that turns a question and its short answer into a sentence; None where the answer is no short one."""
    flat = " ".join(answer.split())
    if not flat or len(flat.split()) > MAX_WORDS:
        return None
    examples = tuple((_TEMPLATE.format(question=q, answer=a), sentence) for q, a, sentence in _EXAMPLES)
    # Plain replacement, once each: braces in a question are never read as places.
    user = _TEMPLATE.replace("{question}", " ".join(question.split()), 1).replace("{answer}", flat, 1)
    return Prompt(_SYSTEM, user, examples)
