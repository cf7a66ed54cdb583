"""Passwords, codes and keys in a text that a model would learn: weights memorise, and a secret has no shape that redaction knows.

It stands at the training stage alone. There a sentence too many costs nothing that the sources do not still say when they are asked.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from assistant.policy.tools import Tools
from assistant.privacy.prose_secrets import secrets_in
from assistant.protocols import Outcome, Subject
from assistant.types import Finding


class Params(BaseModel):
    """The check has no parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:  # noqa: ARG001 - one signature for all checks
    """Fails where a sentence gives a secret away, and offers the text without such sentences."""
    found = secrets_in(subject.text)
    if not found:
        return Outcome(True, "no secrets")
    kept, at = "", 0
    for secret in found:
        kept += subject.text[at : secret.start]
        at = secret.end
    findings = tuple(Finding("SECRET", secret.start, secret.end, 1.0, "") for secret in found)
    return Outcome(
        False, f"{len(found)} sentences give a secret away", text=kept + subject.text[at:], findings=findings
    )
