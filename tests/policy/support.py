"""Small builders for the policy tests: policies from text, evidence, passages, and tools made of the real parts."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.language.sentences import sentences
from assistant.packs.lexicon import Lexicon, LexiconFile
from assistant.policy.checks.spec import CheckSpec, Grain, Says
from assistant.policy.model import Policy, load_policy
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.types import Evidence, Passage, Principal, Quote, Stage

READER = Principal("reader", frozenset({"reader"}))
NOBODY = Principal("nobody")

HEAD = """
schema: 1
id: test
version: "1"
local_roles: [reader]
access:
  - {effect: permit, roles: [reader], labels: [public, clinical]}
refusal: Refused.
abstention: Not known.
"""


def policy_file(folder: Path, body: str, name: str = "test.yaml") -> Path:
    """A policy file with the usual head."""
    path = folder / name
    path.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return path


def policy(folder: Path, checks: str = "", more: str = "") -> Policy:
    """A policy with these check lines."""
    listed = textwrap.indent(textwrap.dedent(checks).strip(), "  ")
    return load_policy(policy_file(folder, f"checks:\n{listed}\n{more}" if listed.strip() else f"checks: []\n{more}"))


def passage(text: str, number: int = 1, labels: frozenset[str] = frozenset({"public"}), start: int = 0) -> Passage:
    """A stored passage."""
    return Passage(number, f"doc{number}", f"Title {number}", text, start, start + len(text), labels=labels)


def evidence(text: str, number: int = 1, **more: Any) -> Evidence:
    """Evidence that quotes every sentence of a text."""
    stored = passage(text, number, **more)
    quotes = tuple(Quote(s.text, stored.start + s.start, stored.start + s.end, 0.5) for s in sentences(text))
    return Evidence(number, stored, quotes)


class Params(BaseModel):
    """Parameters of a check written for a test."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    word: str = ""


def spec(check: Any, *, mends: bool = True, support: bool = False, optional: bool = False) -> CheckSpec:
    """A check that may stand everywhere and looks at both grains."""
    both = frozenset({Grain.PART, Grain.WHOLE})
    says = Says("a word is looked for", "if it is there")
    return CheckSpec(Params, check, dict.fromkeys(Stage, both), says, mends=mends, support=support, optional=optional)


def finds(word: str, text: str | None = None) -> Any:
    """A check that fails where a word stands, and offers a text."""

    def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
        return Outcome(word not in subject.text, "the word is there" if word in subject.text else "fine", text=text)

    return check


def fine(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """A check that finds nothing."""
    return Outcome(True, "fine")


def lexicon(**keys: Any) -> Lexicon:
    """A lexicon with these keys of `lexicon.yaml`, the rest empty."""
    empty: Mapping[str, Any] = {
        "schema": 1,
        "abbreviations": {},
        "synonyms": [],
        "vocabulary": {},
        "attributes": {},
        "neutral": {},
    }
    return Lexicon.of(LexiconFile.model_validate({**empty, **keys}))


@dataclass
class Pack:
    """A pack that has only a lexicon."""

    lexicon: Lexicon = field(default_factory=lexicon)


@dataclass
class Parts:
    """The tools of a test: what is not given is missing, and touching it fails."""

    redactor: Any = None
    embedder: Any = None
    pack: Any = field(default_factory=Pack)
    vault: Any = None
