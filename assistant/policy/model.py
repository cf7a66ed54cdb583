"""A policy: one YAML file that says who may see what, which checks run where, and what happens when one fails.

A policy is complete: no inheritance, no defaults from elsewhere that matter for safety. A misspelt key, an unknown check
or a parameter that a check does not know is an error with file and line, because a typo in a policy is a hole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, model_validator

from assistant.config import shipped
from assistant.errors import PolicyError
from assistant.formats.yamlfile import YamlFile, read_yaml
from assistant.policy.access import allowed_labels, may_see
from assistant.policy.checks import CHECKS
from assistant.policy.checks.spec import CheckSpec, Grain
from assistant.policy.learning import GapRules, TrialRules, VerifiedRules
from assistant.policy.sections import (
    AccessRule,
    AnswerLimits,
    CheckRule,
    History,
    Ingest,
    Limits,
    Name,
    Quantization,
    Records,
    Strict,
    Text,
    meant,
)
from assistant.types import PolicyRef, Principal, Stage


class Policy(Strict):
    """A whole policy. Build it with `load_policy`; `ref` names the exact file in every audit record."""

    schema_: Literal[1] = Field(alias="schema")
    id: Name
    version: Annotated[str, Field(min_length=1, max_length=40)]
    description: Annotated[str, Field(max_length=2000)] = ""
    mode: Literal["enforce", "monitor"] = "enforce"
    on_error: Literal["block"] = "block"
    local_roles: frozenset[Name] = frozenset()
    access: tuple[AccessRule, ...]
    checks: tuple[CheckRule, ...]
    answer: AnswerLimits = AnswerLimits()
    history: History = History()
    ingest: Ingest = Ingest()
    records: Records = Records()
    gaps: GapRules = GapRules()
    verified: VerifiedRules = VerifiedRules()
    trial: TrialRules = TrialRules()
    restore_roles: frozenset[Name] = frozenset()
    # Who may erase by id and by subject, and see that documents are there (no title, no text), whatever their labels.
    erase_roles: frozenset[Name] = frozenset()
    # Who is shown how an answer was made beside why: names of checks, scores, times. Everybody else gets words.
    debugging_roles: frozenset[Name] = frozenset()
    # 45 CFR 164.316(b)(2)(i): six years.
    audit_retention_days: Annotated[int, Field(ge=1, le=36_525)] = 2192
    # Automatic logoff, 45 CFR 164.312(a)(2)(iii), which names no figure; 15 minutes is that of NIST SP 800-63B at AAL3.
    idle_lock_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    limits: Limits = Limits()
    quantization: Quantization = Quantization()
    refusal: Text
    abstention: Text = "The documents do not answer this."
    closest: Text = (
        "I am not sure that the documents answer this. These passages come closest; please judge for yourself."
    )
    retry: Text = "There was no time to check the answer. Please ask again."

    _sha256: str = PrivateAttr(default="")
    _path: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _distinct(self) -> Policy:
        seen: set[str] = set()
        for rule in self.checks:
            if rule.id in seen:
                raise ValueError(f"check id '{rule.id}' stands twice")
            seen.add(rule.id)
            if rule.stage is Stage.INGEST and rule.use == "redaction" and rule.labels & self.ingest.impersonal_labels:
                raise ValueError(f"check '{rule.id}' would redact texts that ingest.impersonal_labels calls impersonal")
        if self.ingest.impersonal_labels & (self.record_labels | self.ingest.original_labels):
            raise ValueError("a label of records or of originals is not impersonal (ingest.impersonal_labels)")
        return self

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes; of the canonical JSON for a policy that came from no file."""
        if self._sha256:
            return self._sha256
        plain = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, default=sorted)
        return hashlib.sha256(plain.encode()).hexdigest()

    @property
    def ref(self) -> PolicyRef:
        """Id, version and hash."""
        return PolicyRef(self.id, self.version, self.sha256)

    @property
    def path(self) -> Path | None:
        """The file it was read from."""
        return self._path

    def shows_workings(self, principal: Principal) -> bool:
        """Whether the principal is shown names of checks, scores and times of an answer."""
        return bool(principal.roles & self.debugging_roles)

    def local_principal(self, name: str = "local") -> Principal:
        """The user of this machine's command line, with the roles that the policy gives him."""
        return Principal(name, self.local_roles)

    def may_see(self, principal: Principal, labels: frozenset[str]) -> bool:
        """Whether the access rules show a text with these labels to the principal."""
        return may_see(self.access, principal, labels)

    def allowed_labels(self, principal: Principal) -> frozenset[str]:
        """The labels that the principal may see."""
        return allowed_labels(self.access, principal)

    @property
    def labels(self) -> frozenset[str]:
        """Every access label that a rule names: one that no rule names would be seen by nobody."""
        return frozenset().union(*(rule.labels for rule in self.access))

    @property
    def roles(self) -> frozenset[str]:
        """Every role that the policy names."""
        named = (role for rule in self.access for role in (*rule.roles, *rule.unless_roles))
        more = self.gaps.roles | self.verified.authors | self.trial.roles | self.debugging_roles
        return frozenset(named) | self.local_roles | self.restore_roles | self.erase_roles | more

    @property
    def record_labels(self) -> frozenset[str]:
        """The labels of a person's record that is taken in without one; the ordinary ones where no rule knows records."""
        if self.ingest.record_labels is not None:
            return self.ingest.record_labels
        return self.records.labels if self.records.labels <= self.labels else self.ingest.default_labels

    def readers(self, labels: frozenset[str]) -> frozenset[str]:
        """The roles that may each see a text with these labels."""
        return frozenset(role for role in self.roles if self.may_see(Principal("", frozenset({role})), labels))

    def redacts(self, labels: frozenset[str]) -> frozenset[str]:
        """The redaction checks that a document under these labels passes before it is stored."""
        return frozenset(
            rule.id
            for rule in self.checks
            if rule.stage is Stage.INGEST and self.concerns(rule, labels) and rule.use == "redaction"
        )

    def concerns(self, rule: CheckRule, labels: frozenset[str]) -> bool:
        """Whether a rule looks at a document under these labels; redaction never at one that is impersonal throughout."""
        plain = {label for label in labels if ":" not in label}  # the others are an access list
        if rule.use == "redaction" and plain and plain <= self.ingest.impersonal_labels:
            return False
        return not rule.labels or bool(rule.labels & labels)

    def rules(self, stage: Stage, grain: Grain) -> list[CheckRule]:
        """The checks of a stage that look at subjects of this grain, in the order of the file."""
        return [rule for rule in self.checks if rule.stage is stage and _runs(CHECKS.get(rule.use), stage, grain)]


def load_policy(name_or_path: str | Path) -> Policy:
    """Load a policy: a shipped one by name, or any by its file.

    Raises PolicyError with file and line for an unknown key, check or parameter, a wrong value, or a broken file.
    """
    path = _find(name_or_path)
    file = read_yaml(path, PolicyError)
    digest = _digest(path)
    problems = list(problems_of(file))
    if problems:
        first, more = problems[0], len(problems) - 1
        if more:
            first.remedy = f"{first.remedy} ({more} more: run `assistant policy lint`)"
        raise first
    policy = Policy.model_validate(file.value)
    # Read again after the digest: what was hashed is then what was understood.
    if read_yaml(path, PolicyError).value != file.value:
        raise PolicyError("changed while it was read", path=path, remedy="try again")
    policy._sha256, policy._path = digest, path
    return policy


def list_policies() -> tuple[str, ...]:
    """Names of the shipped policies, sorted."""
    return tuple(sorted(found.stem for found in shipped("policies").glob("*.yaml")))


def problems_of(file: YamlFile) -> list[PolicyError]:
    """Everything that is wrong with a policy file, in line order; empty where it is right."""
    found: list[PolicyError] = []
    try:
        Policy.model_validate(file.value)
    except ValidationError as error:
        for entry in error.errors(include_url=False, include_context=False, include_input=False):
            location = tuple(step for step in entry["loc"] if step != "function-after")
            found.extend(_explained(file, location, entry["type"], entry["msg"]))
    # A misspelt key is also a missing one: the spelling is told first.
    return sorted(found, key=lambda problem: (problem.line or 0, "is missing" in problem.message))


def _explained(file: YamlFile, location: tuple[str | int, ...], kind: str, said: str) -> list[PolicyError]:
    rule = _at(file.value, location)
    if kind == "value_error" and isinstance(rule, dict) and rule.get("use") in CHECKS:
        inner = _parameter_problems(file, location, rule)
        if inner:
            return inner
    if kind == "value_error" and isinstance(rule, dict) and "use" in rule:
        key = "use" if rule["use"] not in CHECKS else "labels" if "labels" in said else "on_fail"
        key = "stage" if "cannot run at stage" in said else key
        return [_problem(file, (*location, key), kind, said, ())]
    return [_problem(file, location, kind, said, _known(location))]


def _parameter_problems(
    file: YamlFile, location: tuple[str | int, ...], rule: Mapping[str, object]
) -> list[PolicyError]:
    params = CHECKS[str(rule["use"])].params
    try:
        params.model_validate(rule.get("with", {}))
    except ValidationError as error:
        return [
            _problem(file, (*location, "with", *entry["loc"]), entry["type"], entry["msg"], _fields(params))
            for entry in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    return []


def _problem(
    file: YamlFile, location: tuple[str | int, ...], kind: str, said: str, known: tuple[str, ...]
) -> PolicyError:
    where = ".".join(str(step) for step in location) or "the file"
    line = file.line(location)
    if kind == "extra_forbidden":
        key = str(location[-1])
        remedy = f"known keys: {', '.join(known)}" if known else "remove the key"
        return PolicyError(f"unknown key '{where}'{meant(key, known)}", path=file.path, line=line, remedy=remedy)
    if kind == "missing":
        return PolicyError(f"key '{where}' is missing", path=file.path, line=line, remedy="add the key")
    message = f"'{where}': {said.removeprefix('Value error, ')}"
    remedy = f"known checks: {', '.join(sorted(CHECKS))}" if "there is no check" in said else "correct the value"
    return PolicyError(message, path=file.path, line=line, remedy=remedy)


def _known(location: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that may stand where an unknown one was found."""
    parents: dict[str, type[BaseModel]] = {
        "access": AccessRule,
        "checks": CheckRule,
        "answer": AnswerLimits,
        "history": History,
        "ingest": Ingest,
        "limits": Limits,
        "quantization": Quantization,
        "records": Records,
        "gaps": GapRules,
        "verified": VerifiedRules,
        "trial": TrialRules,
    }
    return _fields(parents.get(str(location[0]), Policy) if len(location) > 1 else Policy)


def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _at(value: object, location: tuple[str | int, ...]) -> object:
    for step in location:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _runs(spec: CheckSpec | None, stage: Stage, grain: Grain) -> bool:
    # A check that vanished from the registry after loading must fail where it would run, not be skipped.
    return spec is None or spec.runs(stage, grain)


def _find(name_or_path: str | Path) -> Path:
    given = Path(name_or_path)
    if isinstance(name_or_path, str) and not given.suffix and "/" not in name_or_path:
        candidate = shipped("policies") / f"{name_or_path}.yaml"
        if candidate.is_file():
            return candidate
    if not given.is_file():
        known = ", ".join(list_policies())
        raise PolicyError("there is no such policy", path=given, remedy=f"shipped policies: {known}; or give a file")
    return given


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as problem:
        raise PolicyError(f"cannot be read: {problem.strerror}", path=path, remedy="check the file") from None
