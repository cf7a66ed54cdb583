"""A policy in sentences, for the people who answer for it; and what a careful reader would object to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from assistant.errors import PolicyError
from assistant.formats.yamlfile import read_yaml
from assistant.policy.checks import CHECKS
from assistant.policy.model import Policy, load_policy, problems_of
from assistant.policy.sections import CheckRule
from assistant.types import Action, Stage

_STAGES: Final = {
    Stage.QUERY: "When a question is asked",
    Stage.CONTEXT: "Before the model sees a passage",
    Stage.ANSWER: "Before a sentence is shown",
    Stage.INGEST: "When a document is taken in",
    Stage.TRAINING: "Before a model is tuned on a text",
}
_DOES: Final = {
    Action.FLAG: "this is only written down",
    Action.REDACT: "it is taken out or replaced",
    Action.NEUTRALIZE: "neutral words take their place, and where there are none the sources are quoted instead",
    Action.DROP: "it is left out",
    Action.EXTRACT: "the sentence is not shown and the sources are quoted instead",
    Action.ABSTAIN: "the assistant says that it does not know",
    Action.BLOCK: "the answer is refused",
}
_STORE: Final = {
    "redacted": "Only the redacted text of a document is stored.",
    "both": "The redacted text is stored, and the original beside it for readers of the labels {labels}.",
    "as_is": "Documents are stored as they come, with the identifiers they hold.",
}


class Remark(NamedTuple):
    """A finding of `lint`: `level` is "error" (the policy cannot be used) or "warning"; `line` where it is known."""

    level: str
    line: int | None
    message: str


def explain(policy: Policy) -> list[str]:
    """The policy in sentences, in the order in which a privacy officer would ask."""
    told = [f"Policy {policy.id}, version {policy.version}, file hash {policy.sha256[:12]}."]
    if policy.description:
        told.append(policy.description)
    told.append(
        "What a check says is done."
        if policy.mode == "enforce"
        else "The checks only write down what they would do; nothing is held back except by the access rules."
    )
    told.append("A check that fails to work, or takes too long, blocks the answer.")
    told += _access(policy)
    for stage, words in _STAGES.items():
        rules = [rule for rule in policy.checks if rule.stage is stage]
        if not rules:
            told.append(f"{words}, nothing is checked.")
        told += [_rule(words, rule) for rule in rules]
    told += list(_rest(policy))
    return told


def _access(policy: Policy) -> Iterator[str]:
    yield "Nobody sees anything that the following does not permit; where a text has several labels, all must be permitted."
    for rule in policy.access:
        who = _list(rule.roles) if rule.roles else "everybody"
        labels = _list(rule.labels)
        unless = f", except {_list(rule.unless_roles)}" if rule.unless_roles else ""
        if rule.effect == "permit":
            yield f"{who[0].upper()}{who[1:]} may read documents labelled {labels}{unless}."
        else:
            whom = f"None of {who}" if rule.roles else "Nobody"
            yield f"{whom} may ever read documents labelled {labels}{unless}."
    yield f"The user of this machine's command line acts as {_list(policy.local_roles) or 'nobody, and so sees nothing'}."


def _rule(words: str, rule: CheckRule) -> str:
    looks, fails = CHECKS[rule.use].says
    only = f" in texts labelled {_list(rule.labels)}" if rule.labels else ""
    details = ", ".join(f"{key} {_plain(value)}" for key, value in rule.with_.items())
    return f"{words}, {looks}{only}{f' ({details})' if details else ''}; {fails}, {_DOES[rule.on_fail]}. [{rule.id}]"


def _rest(policy: Policy) -> Iterator[str]:
    answer, history, ingest = policy.answer, policy.history, policy.ingest
    yield f"An answer has at most {answer.max_sentences} sentences and {answer.max_words} words."
    yield _STORE[ingest.store].format(labels=_list(ingest.original_labels))
    yield f"A document that brings no label gets {_list(ingest.default_labels)}."
    if ingest.impersonal_labels:
        yield f"What has no other label than {_list(ingest.impersonal_labels)} is about nobody and is stored word for word."
    yield f"A person's record (FHIR, HL7, C-CDA, what the pack marks as records) without a label gets {_list(policy.record_labels)}."
    if not history.keep:
        yield "Conversations are not stored."
    else:
        end = "and erased when the session ends" if history.ends_with_session else "and stay until they are deleted"
        yield f"Conversations are stored encrypted {end}."
    yield _records(policy)
    yield from _learning(policy)
    yield _workings(policy)
    restorers = _list(policy.restore_roles)
    yield f"Pseudonyms may be turned back into names by {restorers or 'nobody'}; each time is recorded."
    erasers = _list(policy.erase_roles) or "nobody"
    yield f"{erasers[0].upper()}{erasers[1:]} may erase by id or by subject without being able to read; each time is recorded."
    yield f"Audit records are kept for {policy.audit_retention_days} days. They hold hashes, never text."
    yield f"A session that nobody uses locks itself after {policy.idle_lock_minutes} minutes."


def _learning(policy: Policy) -> Iterator[str]:
    gaps, verified = policy.gaps, policy.verified
    if gaps.keep:
        who = _list(gaps.roles) or "nobody"
        yield (
            f"Questions without an answer and rejected answers are kept for {gaps.days} days, redacted and encrypted, for {who}."
        )
    else:
        yield "Questions without an answer are not kept."
    if verified.authors:
        yield (
            f"Answers that {_list(verified.authors)} vouched for come before what is found in the documents, "
            f"for {verified.days} days at most."
        )
    if policy.trial.roles:
        wider = "" if policy.trial.wider else ", where it sees no more than they do"
        yield f"{_list(policy.trial.roles).capitalize()} may ask as if they had another role{wider}; each time is recorded."


def _workings(policy: Policy) -> str:
    who = _list(policy.debugging_roles) or "nobody"
    return f"Names of checks, scores and times of an answer are shown to {who}."


def _records(policy: Policy) -> str:
    records = policy.records
    shown = {"show": "show names and numbers", "mask": "mask names and numbers"}[records.identifiers]
    dates = {"show": "and whole dates", "year": "and give of dates the year", "hide": "and no dates"}[records.dates]
    words = {"template": "fixed sentences", "model": "sentences of the model that pass the gate"}[records.narrative]
    return f"Summaries of records are for readers of {_list(records.labels)}; they {shown} {dates}, in {words}."


def lint(name_or_path: str | Path) -> list[Remark]:
    """Everything wrong with a policy file, or, where it can be used, what a careful reader would object to."""
    try:
        policy = load_policy(name_or_path)
    except PolicyError as error:
        if error.path is None or not Path(error.path).is_file():
            raise
        try:
            found = problems_of(read_yaml(Path(error.path), PolicyError))
        except PolicyError:
            found = []
        return [Remark("error", e.line, f"{e.message}. Remedy: {e.remedy}") for e in found or [error]]
    return [Remark("warning", None, message) for message in objections(policy)]


def objections(policy: Policy) -> Iterator[str]:
    """What a valid policy leaves open."""
    if policy.mode == "monitor":
        yield "mode is monitor: nothing but the access rules and broken checks holds an answer back"
    yield from _unchecked(policy)
    yield from _unread(policy)
    if policy.gaps.keep and not policy.gaps.roles:
        yield "questions without an answer are kept for nobody (gaps.roles is empty)"
    unused = sorted({name for name, spec in CHECKS.items() if not spec.optional} - {rule.use for rule in policy.checks})
    if unused:
        yield f"checks that are not used: {', '.join(unused)}"


def _unchecked(policy: Policy) -> Iterator[str]:
    """Stages at which a check that most policies have is missing or only flags."""
    for stage, use, why in (
        (Stage.QUERY, "redaction", "identifiers in questions reach the model and the conversation"),
        (Stage.QUERY, "injection", "instructions in questions are not looked for"),
        (Stage.CONTEXT, "injection", "instructions planted in documents can be quoted"),
        (Stage.CONTEXT, "answerable", "questions that the documents do not answer reach the model"),
        (Stage.ANSWER, "grounding", "sentences of the model are shown unsupported"),
        (Stage.ANSWER, "numbers", "quantities of the model are shown unchecked"),
        (Stage.ANSWER, "redaction", "identifiers can stand in answers"),
        (Stage.ANSWER, "fairness", "answers are not checked for attributes that nobody brought up"),
        (Stage.TRAINING, "redaction", "a tuned model can learn identifiers"),
        (Stage.TRAINING, "secrets", "a tuned model can learn passwords, codes and keys"),
    ):
        rules = [rule for rule in policy.checks if rule.stage is stage and rule.use == use]
        if not rules:
            yield f"no {use} check at stage {stage}: {why}"
        elif all(rule.on_fail is Action.FLAG for rule in rules):
            yield f"the {use} check at stage {stage} only flags: {why}"


def _unread(policy: Policy) -> Iterator[str]:
    """Labels and roles whose documents nobody, or everybody, may read."""
    permitted = frozenset().union(*(rule.labels for rule in policy.access if rule.effect == "permit"))
    if not policy.local_roles:
        yield "local_roles is empty: `assistant ask` on this machine may read nothing"
    if not policy.ingest.default_labels <= permitted:
        yield "a document without labels is stored under a label that nobody may read"
    yield from _about_records(policy, permitted)
    for rule in policy.access:
        if rule.effect == "permit" and not rule.roles:
            yield f"everybody with any role may read {_list(rule.labels)}"
    if policy.ingest.store == "both" and not policy.ingest.original_labels:
        yield "originals are stored under the same labels as the redacted texts"


def _about_records(policy: Policy, permitted: frozenset[str]) -> Iterator[str]:
    if not policy.record_labels <= permitted:
        yield "a person's record without labels is stored under a label that nobody may read (ingest.record_labels)"
    redacting = any(rule.stage is Stage.INGEST and rule.use == "redaction" for rule in policy.checks)
    if redacting and policy.ingest.store != "as_is" and not policy.redacts(policy.record_labels):
        yield "a person's record without labels is stored as it is (no redaction check at ingest names ingest.record_labels)"


def _list(names: Iterable[str]) -> str:
    ordered = sorted(names)
    return " and ".join([", ".join(ordered[:-1]), ordered[-1]] if len(ordered) > 1 else ordered)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return _list(map(str, value))
    return str(value)
