"""One check on one subject: run within its limit, and turned into a verdict. Every failure of a check is a block."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.policy.checks import CHECKS
from assistant.policy.deadline import Deadline, Exhausted, Expired
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject
from assistant.types import Action, Stage, Verdict

if TYPE_CHECKING:
    from assistant.policy.checks.spec import CheckSpec
    from assistant.policy.model import Policy
    from assistant.policy.sections import CheckRule

# How a tool is made ready before a check's own limit counts: its models are loaded by one harmless call.
_WARM: Final[dict[str, Callable[[Tools], object]]] = {
    "redactor": lambda tools: tools.redactor.find("The clinic opens at nine."),
    "embedder": lambda tools: tools.embedder.query(["The clinic opens at nine."]),
    "pack": lambda tools: tools.pack,
    "vault": lambda tools: tools.vault,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, what is to be done now, and the changed text where there is one.

    `action` differs from `verdict.action` never in enforce mode; in monitor mode it is `pass` where the check worked.
    """

    rule: CheckRule
    verdict: Verdict
    action: Action
    outcome: Outcome | None = None
    text: str | None = None
    failed: bool = False

    @property
    def handed(self) -> object:
        """What the check handed on, a frozen dataclass of its own; None where it did not work or handed nothing on."""
        return self.outcome.handed if self.outcome is not None else None


class Runner:
    """Runs the checks of one policy; thread-safe. Results are remembered nowhere."""

    __slots__ = ("_lock", "_policy", "_pool", "_tools", "_warm")

    def __init__(self, policy: Policy, tools: Tools) -> None:
        self._policy = policy
        self._tools = tools
        self._pool = Deadline()
        self._warm: set[str] = set()
        self._lock = threading.Lock()

    def run(self, rule: CheckRule, subject: Subject) -> Ruling:
        """The ruling of one rule on one subject; never raises for what a check does."""
        started = time.perf_counter()

        def failure(reason: str, late: bool = False) -> Ruling:
            ms = (time.perf_counter() - started) * 1000
            # What a check had no time for is not shown, and not forbidden either: nothing was decided.
            late = late and subject.stage not in (Stage.INGEST, Stage.TRAINING)
            action = Action.ABSTAIN if late else Action.BLOCK
            verdict = Verdict(rule.id, subject.stage, action, f"check failed: {rule.use} {reason}", ms, late=late)
            return Ruling(rule, verdict, action, failed=True)

        spec = CHECKS.get(rule.use)
        if spec is None:
            return failure("is not a known check")
        limit = self._limit(rule, subject.stage)
        try:
            self._warm_up(spec)
            outcome = self._pool.call(lambda: spec.check(rule.params, subject, self._tools), limit / 1000)
        except Expired:
            return failure(f"took longer than {limit} ms", late=True)
        except Exhausted:
            return failure("cannot run, because earlier checks still hang", late=True)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a check raises blocks; only the class is told
            return failure(f"raised {type(error).__name__}")
        if not isinstance(outcome, Outcome) or not isinstance(outcome.ok, bool) or not isinstance(outcome.reason, str):
            return failure("gave no outcome")
        return self._judged(rule, subject, outcome, (time.perf_counter() - started) * 1000)

    def _judged(self, rule: CheckRule, subject: Subject, outcome: Outcome, ms: float) -> Ruling:
        mended = outcome.text if outcome.text != subject.text else None
        # A check that says "fine" and changed the text found something all the same.
        if outcome.ok and mended is None:
            verdict = Verdict(rule.id, subject.stage, Action.PASS, outcome.reason, ms, outcome.score)
            return Ruling(rule, verdict, Action.PASS, outcome)
        action, reason = rule.on_fail, outcome.reason
        if action is Action.REDACT and mended is None:
            action, reason = Action.BLOCK, f"check failed: {rule.use} found something and could not mend it"
        if action is Action.NEUTRALIZE and mended is None:
            # No neutral wording is known: the words are not shown, which at the answer means the sources are quoted.
            action = Action.EXTRACT if subject.stage is Stage.ANSWER else Action.BLOCK
        text = mended if action in (Action.REDACT, Action.NEUTRALIZE) else None
        if self._policy.mode == "monitor":
            said = f"monitor only, would {action}: {reason}"
            verdict = Verdict(rule.id, subject.stage, Action.FLAG, said, ms, outcome.score)
            return Ruling(rule, verdict, Action.PASS, outcome)
        verdict = Verdict(rule.id, subject.stage, action, reason, ms, outcome.score)
        return Ruling(rule, verdict, action, outcome, text)

    def _limit(self, rule: CheckRule, stage: Stage) -> int:
        if rule.timeout_ms is not None:
            return rule.timeout_ms
        limits = self._policy.limits
        return limits.document_check_ms if stage in (Stage.INGEST, Stage.TRAINING) else limits.check_ms

    def warm(self) -> None:
        """Load now what the policy's checks need, so that the first question does not wait. Raises what loading raises."""
        for rule in self._policy.checks:
            if (spec := CHECKS.get(rule.use)) is not None:
                self._warm_up(spec)

    def _warm_up(self, spec: CheckSpec) -> None:
        for need in spec.needs:
            if need not in self._warm:
                self._pool.call(lambda tool=need: _WARM[tool](self._tools), self._policy.limits.warm_ms / 1000)  # type: ignore[misc]
                with self._lock:
                    self._warm.add(need)
        ready = spec.ready
        if ready is not None and (made := f"{ready.__module__}.{ready.__qualname__}") not in self._warm:
            self._pool.call(lambda: ready(self._tools), self._policy.limits.warm_ms / 1000)
            with self._lock:
                self._warm.add(made)
