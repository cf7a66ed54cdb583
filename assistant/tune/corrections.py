"""What a site corrects of its redaction: texts with the identifiers that stand in them, one a line.

    {"text": "Ring Wanjiru on 0712 345 678", "identifiers": [{"kind": "PERSON", "words": "Wanjiru"}]}

A text without identifiers says that what was hidden in it is none. Such a file holds identifiers as they are: it is read, and nothing
of it is written anywhere but into the weights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from assistant.errors import ConfigError
from assistant.privacy.tagger import LABELS
from assistant.tune.reader_data import bucket
from assistant.tune.redactor_texts import Marked
from assistant.tune.rows import Split

_HELD_OUT: Final = 0.2
_REMEDY: Final = "correct or remove the line; docs/tuning.md shows its keys"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identifier(_Strict):
    """One identifier of a text, wherever it stands in it."""

    kind: str
    words: str = Field(min_length=1)

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in LABELS:
            raise ValueError(f"the tagger knows {', '.join(LABELS)}")
        return kind


class Correction(_Strict):
    """A text and every identifier in it; none where `identifiers` is empty."""

    text: str = Field(min_length=1)
    identifiers: tuple[Identifier, ...] = ()

    @property
    def split(self) -> Split:
        """A fifth of the texts, chosen by hash, measures what was learned."""
        return Split.HELD if bucket(self.text) < _HELD_OUT else Split.TRAIN

    def marked(self) -> Marked:
        """The text with its stretches: each whole occurrence of the words. ValueError where some stand nowhere in it or overlap."""
        spans: list[tuple[str, int, int]] = []
        for one in self.identifiers:
            found = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(one.words)}(?!\w)", self.text)]
            if not found:
                raise ValueError("an identifier does not stand in the text in these words")
            spans += [(one.kind, *at) for at in found]
        spans.sort(key=lambda span: span[1:])
        if any(left[2] > right[1] for left, right in pairwise(spans)):
            raise ValueError("two identifiers overlap")
        return Marked(self.text, spans)


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a file, each text once. Raises ConfigError with the line of the first that is none; it quotes no text."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not UTF-8 text"
        raise ConfigError(f"cannot be read: {reason}", path=path, remedy="name a file of corrections") from None
    found: dict[str, Correction] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = Correction.model_validate_json(line)
            one.marked()
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(step) for step in first["loc"]) or "the line"
            what = f"{where}: {first['msg'].removeprefix('Value error, ')}"
            raise ConfigError(f"not a correction: {what}", path=path, line=number, remedy=_REMEDY) from None
        except ValueError as problem:
            raise ConfigError(f"not a correction: {problem}", path=path, line=number, remedy=_REMEDY) from None
        found[one.text] = one
    return list(found.values())


def marked_of(corrections: Sequence[Correction], split: Split) -> list[Marked]:
    """The texts of a split with their identifiers."""
    return [one.marked() for one in corrections if one.split is split]
