"""`policy test`: cases that say what a policy must do with a question, a document text or a label, and whether it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import PolicyError
from assistant.formats.yamlfile import read_yaml, validate
from assistant.policy.gate import Gate
from assistant.policy.model import Policy
from assistant.policy.tools import Tools
from assistant.types import Action, Document, Passage, Principal, Verdict

Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Case(BaseModel):
    """One expectation. Exactly one of `question`, `passage`, `document`, `sees` says what is tried.

    `expect`: admitted or blocked (question), kept or dropped (passage, document), yes or no (sees), or redacted where a
    check must have changed the text. `check` names the rule that must have decided.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    roles: frozenset[str] = frozenset()
    question: Text | None = None
    passage: Text | None = None
    document: Text | None = None
    sees: frozenset[str] | None = None
    labels: frozenset[str] = frozenset({"public"})
    expect: Literal["admitted", "blocked", "kept", "dropped", "redacted", "yes", "no"]
    check: str | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Case:
        if sum(value is not None for value in (self.question, self.passage, self.document, self.sees)) != 1:
            raise ValueError("give exactly one of question, passage, document, sees")
        return self


class Cases(BaseModel):
    """The shape of a case file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


class CaseResult(BaseModel):
    """What came of one case; `got` is what the policy did, `check` the rule that decided."""

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    expect: str
    got: str
    check: str
    reason: str


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file. Raises PolicyError with file and line."""
    return validate(read_yaml(path, PolicyError), Cases, PolicyError).cases


def run_cases(policy: Policy, cases: tuple[Case, ...], tools: Tools) -> list[CaseResult]:
    """Run the cases against the policy; nothing is recorded or stored."""
    gate = Gate(policy, tools)
    return [_run(gate, case) for case in cases]


def _run(gate: Gate, case: Case) -> CaseResult:
    principal = Principal("case", case.roles or gate.policy.local_roles)
    if case.sees is not None:
        seen = bool(gate.visible(principal, [case.sees]))
        return _result(case, "yes" if seen else "no", "access", "the access rules")
    if case.question is not None:
        query = gate.admit(case.question, principal)
        got = "blocked" if query.blocked else "redacted" if query.findings else "admitted"
        return _decided(case, got, query.verdicts)
    if case.document is not None:
        return _run_document(gate, case, case.document, principal)
    query = gate.admit("What does the document say?", principal)
    passage = Passage(1, "case", case.name, case.passage or "", 0, len(case.passage or ""), labels=case.labels)
    shown, verdicts = gate.veil(query, [passage])
    got = "dropped" if not shown else "redacted" if shown[0].text != passage.text else "kept"
    return _decided(case, got, verdicts)


def _run_document(gate: Gate, case: Case, text: str, principal: Principal) -> CaseResult:
    kept, verdicts = gate.ingest(Document(case.name, text, "case", labels=case.labels), principal)
    got = "dropped" if kept is None else "redacted" if kept.text != text else "kept"
    return _decided(case, got, verdicts)


def _decided(case: Case, got: str, verdicts: tuple[Verdict, ...]) -> CaseResult:
    said = list(verdicts)
    decisive = [v for v in said if v.action not in (Action.PASS, Action.FLAG)] or [
        v for v in said if v.action is Action.FLAG
    ]
    return _result(case, got, decisive[-1].check if decisive else "", decisive[-1].reason if decisive else "")


def _result(case: Case, got: str, check: str, reason: str) -> CaseResult:
    # A question that was redacted was admitted all the same.
    fits = got == case.expect or (case.expect in ("admitted", "kept") and got == "redacted")
    ok = fits and (case.check is None or case.check == check)
    return CaseResult(name=case.name, ok=ok, expect=case.expect, got=got, check=check, reason=reason)
