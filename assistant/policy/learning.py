"""What may be learnt from use: which questions are kept for those who mend the documents, who may vouch, who may try as another.

All are off where a policy is silent: nobody's question is kept, nobody's word stands before the documents, nobody tries.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assistant.policy.sections import Name, Strict


class GapRules(Strict):
    """Whether questions without an answer, or with one that the asker rejected, are kept, and who may see them.

    They are kept redacted and encrypted for `days`. `roles` see them, and may do away with them.
    """

    keep: bool = False
    days: Annotated[int, Field(ge=1, le=3650)] = 90
    roles: frozenset[Name] = frozenset()


class VerifiedRules(Strict):
    """Who may vouch for an answer (`authors`), and for how many days at most before somebody must look at it again."""

    authors: frozenset[Name] = frozenset()
    days: Annotated[int, Field(ge=1, le=3650)] = 365


class TrialRules(Strict):
    """Who may ask as if he had another role, to see what its people see. `wider`: also a role that sees more than his own."""

    roles: frozenset[Name] = frozenset()
    wider: bool = False
