"""The closed vocabularies of what a check, an answer and an abstention may be, as they stand on the wire and in the audit."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where on the path a check runs."""

    INGEST = "ingest"
    QUERY = "query"
    CONTEXT = "context"
    ANSWER = "answer"
    TRAINING = "training"


class Action(StrEnum):
    """What a verdict does to its subject. `pass` is the only one that leaves it unchanged."""

    PASS = "pass"
    FLAG = "flag"
    REDACT = "redact"
    NEUTRALIZE = "neutralize"
    DROP = "drop"
    EXTRACT = "extract"
    ABSTAIN = "abstain"
    BLOCK = "block"


class Status(StrEnum):
    """How an answer came to be."""

    ANSWERED = "answered"
    EXTRACTED = "extracted"
    ABSTAINED = "abstained"
    BLOCKED = "blocked"


class Level(StrEnum):
    """What an abstention leaves the asker with; `""` for everything else.

    `closest`: passages that may bear on the question, for the asker to judge; no claim is made. `nothing`: none is near.
    `retry`: a part had no time or is missing, so nothing was decided.
    """

    NONE = ""
    CLOSEST = "closest"
    NOTHING = "nothing"
    RETRY = "retry"
