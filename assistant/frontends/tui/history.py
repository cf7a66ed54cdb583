"""A kept answer, read back from its plain form, in the shape in which answers are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Citation, Near, PolicyRef, Vouched


class ShownVerdict(Protocol):
    """What is shown of a check's verdict: today's, or one that was kept."""

    @property
    def check(self) -> str: ...

    @property
    def stage(self) -> str: ...

    @property
    def action(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def ms(self) -> float: ...


class ShownAnswer(Protocol):
    """What is shown of an answer: an `Answer`, or one that was kept."""

    @property
    def question(self) -> str: ...

    @property
    def answer(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def level(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def citations(self) -> Sequence[Citation]: ...

    @property
    def related(self) -> Sequence[Citation]: ...

    @property
    def closest(self) -> Sequence[Near]: ...

    @property
    def intent(self) -> str: ...

    @property
    def spelling(self) -> Mapping[str, str]: ...

    @property
    def followed(self) -> bool: ...

    @property
    def verified(self) -> Vouched | None: ...

    @property
    def verdicts(self) -> Sequence[ShownVerdict]: ...

    @property
    def policy(self) -> PolicyRef: ...

    @property
    def model(self) -> str: ...

    @property
    def timings_ms(self) -> Mapping[str, float]: ...

    @property
    def audit_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """A verdict as it was kept: a later release may know other stages and actions."""

    check: str
    stage: str
    action: str
    reason: str
    ms: float


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What was released then. It is not an `Answer`: only the gate builds those."""

    question: str
    answer: str
    status: str
    reason: str
    citations: tuple[Citation, ...]
    closest: tuple[Near, ...]
    level: str
    intent: str
    spelling: Mapping[str, str]
    followed: bool
    verified: Vouched | None
    verdicts: tuple[PastVerdict, ...]
    policy: PolicyRef
    model: str
    timings_ms: Mapping[str, float]
    audit_id: str

    @property
    def related(self) -> tuple[Citation, ...]:
        """The quotes in the closest passages."""
        return tuple(near.citation for near in self.closest)


def past_answer(plain: Mapping[str, object]) -> PastAnswer:
    """The answer of its JSON; what an earlier release did not keep is empty."""
    policy, timings = _mapping(plain.get("policy")), _mapping(plain.get("timings_ms"))
    return PastAnswer(
        question=_text(plain, "question"),
        answer=_text(plain, "answer"),
        status=_text(plain, "status"),
        reason=_text(plain, "reason"),
        citations=tuple(_citation(item) for item in _items(plain, "citations")),
        closest=_closest(plain),
        level=_text(plain, "level"),
        intent=_text(plain, "intent"),
        spelling={name: str(meant) for name, meant in _mapping(plain.get("spelling")).items()},
        followed=plain.get("followed") is True,
        verified=_vouched(_mapping(plain.get("verified"))),
        verdicts=tuple(_verdict(item) for item in _items(plain, "verdicts")),
        policy=PolicyRef(_text(policy, "id"), _text(policy, "version"), _text(policy, "sha256")),
        model=_text(plain, "model"),
        timings_ms={name: _number(timings, name) for name in timings},
        audit_id=_text(plain, "audit_id"),
    )


def _closest(plain: Mapping[str, object]) -> tuple[Near, ...]:
    """The near passages; what an earlier release kept had quotes only."""
    related, texts = _items(plain, "related"), [_text(item, "text") for item in _items(plain, "closest")]
    texts += [_text(item, "quote") for item in related[len(texts) :]]
    return tuple(Near(_citation(item), text) for item, text in zip(related, texts, strict=False))


def _vouched(plain: Mapping[str, object]) -> Vouched | None:
    return Vouched(_text(plain, "id"), _text(plain, "author"), _text(plain, "until")) if plain else None


def _citation(item: Mapping[str, object]) -> Citation:
    return Citation(
        n=int(_number(item, "n")),
        document_id=_text(item, "document_id"),
        title=_text(item, "title"),
        locator=_text(item, "locator"),
        quote=_text(item, "quote"),
        start=int(_number(item, "start")),
        end=int(_number(item, "end")),
        score=_number(item, "score"),
        heading=_text(item, "heading"),
    )


def _verdict(item: Mapping[str, object]) -> PastVerdict:
    check, stage, action, reason = (_text(item, key) for key in ("check", "stage", "action", "reason"))
    return PastVerdict(check, stage, action, reason, _number(item, "ms"))


def _items(plain: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    given = plain.get(key)
    return [_mapping(item) for item in given] if isinstance(given, list | tuple) else []


def _mapping(given: object) -> Mapping[str, object]:
    return given if isinstance(given, Mapping) else {}


def _text(plain: Mapping[str, object], key: str) -> str:
    return str(plain.get(key, ""))


def _number(plain: Mapping[str, object], key: str) -> float:
    value = plain.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
