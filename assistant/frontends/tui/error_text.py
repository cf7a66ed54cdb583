"""An error as people read it: what is wrong and what to do about it; never a traceback, never text of a document."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in words."""

    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.message}. Remedy: {self.remedy}" if self.remedy else self.message


def explained(error: BaseException) -> Trouble:
    """The error in words. Of a foreign exception only class and place are told: its message may quote a document."""
    if isinstance(error, AssistantError):
        where = error.path.encode("unicode_escape").decode("ascii") if error.path is not None else ""
        place = f" ({where})" if where else ""
        return Trouble(f"{error.message}{place}", error.remedy)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Trouble(f"unexpected {type(error).__name__}{place}", "nothing was released; run `assistant doctor`")
