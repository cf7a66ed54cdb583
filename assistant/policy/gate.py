"""The gate: the only way in and the only way out. Nobody else can build a Query, a SentenceResult or an Answer.

    question -> admit -> Query -> (search) -> veil -> (compact) -> judge -> (engine) -> sentence* -> release -> Answer

Whatever a check raises, and any check that does not return in time, blocks. What is shown was released here before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from assistant.errors import SealError
from assistant.language.lists import is_lines
from assistant.policy.actions import STOPPING, late, worst
from assistant.policy.answering import AnswerChecks, Checked
from assistant.policy.checks.spec import Grain
from assistant.policy.citing import cite, cited_evidence, merged, stands
from assistant.policy.intake import Intake
from assistant.policy.joining import joined
from assistant.policy.model import Policy
from assistant.policy.parity import Parity, Unnamed, parity_of
from assistant.policy.query import AdmittedQuery, typed, unfit
from assistant.policy.record import Audit, AuditTrail, DeferredAudit, record, record_search
from assistant.policy.ruling import Runner
from assistant.policy.sections import MENDING, CheckRule
from assistant.policy.sentence import START, Approved, Course, Judged, Release, SentenceResult, fitting, marked
from assistant.policy.tools import Tools, store
from assistant.policy.veiling import Veil, labels_of
from assistant.protocols import Engine, Subject
from assistant.reading.snippets import spoken_row
from assistant.types import (
    GATE_SEAL,
    Action,
    Answer,
    Citation,
    Document,
    DraftSentence,
    Evidence,
    Finding,
    Level,
    Passage,
    Principal,
    Query,
    Quote,
    Stage,
    Status,
    Turn,
    Verdict,
    Vouched,
)

_GATE: Final = "gate"


class Gate:
    """One policy in force. Thread-safe.

    `audit` writes one record (event, fields) and returns its id; where it raises, no answer leaves. Without it nothing
    is recorded, which is for evaluation in a throw-away vault only.
    """

    __slots__ = ("_audit", "_checks", "_intake", "_policy", "_runner", "_tools", "_veil")

    def __init__(self, policy: Policy, tools: Tools, audit: Audit | None = None) -> None:
        self._policy = policy
        self._tools = tools
        self._audit: Audit | DeferredAudit | None = audit
        self._runner = Runner(policy, tools)
        self._veil = Veil(policy, self._runner)
        self._checks = AnswerChecks(policy, self._runner)
        self._intake = Intake(policy, self._runner)

    @classmethod
    def _of(cls, other: Gate, audit: Audit | DeferredAudit | None) -> Gate:
        """The same rules, checks and tools with another place for the records."""
        gate = cls.__new__(cls)
        for name in cls.__slots__:
            setattr(gate, name, getattr(other, name))
        gate._audit = audit
        return gate

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def warm(self) -> None:
        """Load the models of the checks now. Raises what their loading raises."""
        self._runner.warm()

    def visible(self, principal: Principal, label_sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
        """Those of the label sets whose texts the principal may see; also in monitor mode."""
        return [labels for labels in label_sets if self._policy.may_see(principal, labels)]

    # ------------------------------------------------------------ the way in

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]:
        """The document as it may be stored, or None; see `Intake.ingest`."""
        return self._intake.ingest(document, principal, scope)

    def original(self, document: Document) -> Document | None:
        """The unredacted twin that is stored beside the redacted one where the policy says `both`, else None."""
        return self._intake.original(document)

    def train(self, text: str, principal: Principal, *, scope: str = "") -> tuple[str | None, tuple[Verdict, ...]]:
        """A training text as a model may learn it, or None: weights memorise."""
        return self._intake.train(text, principal, scope)

    def admit(
        self, question: str, principal: Principal, *, history: Sequence[Turn] = (), scope: str = ""
    ) -> AdmittedQuery:
        """The question after the query checks. `blocked` is set where one refused it; such a query goes to `refuse`."""
        return self._admitted(question, principal, self._policy.rules(Stage.QUERY, Grain.PART), history, scope)

    def reply(self, question: str, principal: Principal, approved: Approved) -> Answer:
        """An approved text of the pack to small talk or a request. It makes no claim about the documents and needs no source.

        The question is not judged, since it is answered from nothing; identifiers are taken out of it all the same.
        """
        query = self.half("", question, principal)
        if query.blocked:
            return self.refuse(query)
        verdict = Verdict(_GATE, Stage.ANSWER, Action.PASS, "an approved text of the pack", 0.0)
        sealed = self._sealed(query, approved.text, Status.ANSWERED, Course((verdict,), "none"))
        answer = replace(sealed, intent=approved.intent, action=approved.action)
        return self._recorded(query, answer, frozenset())

    def half(self, before: str, question: str, principal: Principal, *, scope: str = "") -> AdmittedQuery:
        """A part of an admitted question, behind the part `before`: it passed the checks with the whole, and is mended as the whole was."""
        mending = [rule for rule in self._policy.rules(Stage.QUERY, Grain.PART) if rule.on_fail in MENDING]
        return replace(self._admitted(question, principal, mending, (), scope), half_before=before)

    def _admitted(
        self, question: str, principal: Principal, rules: Sequence[CheckRule], history: Sequence[Turn], scope: str
    ) -> AdmittedQuery:
        text = typed(question)
        verdicts: list[Verdict] = []
        findings: list[Finding] = []
        labels = self._policy.allowed_labels(principal)
        refused = unfit(text, labels, self._policy.limits.question_chars)
        if refused:
            verdicts.append(refused)
        else:
            subject = Subject(Stage.QUERY, text, principal, text, history=tuple(history), labels=labels, scope=scope)
            subject = replace(subject, impersonal=self._policy.ingest.impersonal_labels)
            for rule in rules:
                ruling = self._runner.run(rule, subject)
                verdicts.append(ruling.verdict)
                if ruling.text is not None:
                    # Later checks see the mended question; `question` stays as asked, for checks that look behind it.
                    subject = replace(subject, text=ruling.text)
                    findings += ruling.outcome.findings if ruling.outcome else ()
                if ruling.action in (Action.BLOCK, Action.ABSTAIN):
                    refused = ruling.verdict
                    break
            text = subject.text
        return AdmittedQuery(
            question,
            text if refused is None else "",
            principal,
            tuple(verdicts),
            tuple(findings),
            labels,
            refused is not None,
            GATE_SEAL,
            scope,
            tuple(history),
        )

    # ------------------------------------------------------------ on the way

    def parity(self, query: Query) -> Parity | Unnamed:
        """How the protected attributes that a question names are to be treated; see `policy.parity`."""
        return parity_of(self._policy, self._tools, query)

    def holding(self) -> Gate:
        """A gate of the same rules whose one answer is not recorded yet: it must go through `settle` to leave."""
        return Gate._of(self, DeferredAudit() if self._audit is not None else None)

    def settle(self, query: Query, answer: Answer, held: Gate, verdicts: Sequence[Verdict]) -> Answer:
        """The answer of a holding gate with further verdicts, recorded. Where one of them blocks, it is a refusal.

        Raises SealError for an answer that no gate gave.
        """
        if answer.seal is not GATE_SEAL:
            raise SealError("only a gate's answer can be settled", remedy="ask through the gate")
        course = Course(tuple(verdicts), answer.model, answer.timings_ms)
        if course.blocks:
            return self.refuse(query, course)
        answer = replace(answer, verdicts=(*answer.verdicts, *verdicts))
        labels = held._audit.labels if isinstance(held._audit, DeferredAudit) else frozenset()
        return self._recorded(query, answer, labels)

    def join(self, query: Query, answers: Sequence[Answer], held: Gate) -> Answer:
        """One answer of those that a holding gate gave to the halves of a double question, recorded.

        Where one is blocked all is, and where one had no time the asker is told to try again. Raises SealError for an answer
        that no gate gave.
        """
        if any(answer.seal is not GATE_SEAL for answer in answers):
            raise SealError("only a gate's answers can be joined", remedy="ask through the gate")
        said = tuple(verdict for answer in answers for verdict in answer.verdicts)
        course = Course(said, answers[-1].model, answers[-1].timings_ms)
        if course.blocks or late(said) or any(answer.status is Status.BLOCKED for answer in answers):
            return self.refuse(query, course)
        whole = joined(answers, self._policy)
        labels = held._audit.labels if isinstance(held._audit, DeferredAudit) else frozenset()
        sealed = replace(self._sealed(query, whole.text, whole.status, course), level=whole.level, reason=whole.reason)
        spelling = {word: right for answer in answers for word, right in answer.spelling.items()}
        whole_answer = replace(sealed, citations=whole.citations, closest=whole.closest, spelling=spelling)
        return self._recorded(query, whole_answer, labels)

    def veil(self, query: Query, passages: Sequence[Passage]) -> tuple[list[Passage], tuple[Verdict, ...]]:
        """The passages that may be used, and what the checks said; see `Veil.veil`."""
        return self._veil.veil(query, passages)

    def judge(self, query: Query, evidence: Sequence[Evidence], rarity: Mapping[str, float] | None = None) -> Judged:
        """Whether the evidence may answer the question at all, before a model runs; see `Veil.judge`."""
        return self._veil.judge(query, evidence, rarity or {})

    def sentence(
        self, query: Query, draft: DraftSentence, evidence: Sequence[Evidence], engine: Engine | None = None
    ) -> SentenceResult:
        """The model's sentence after the answer checks; citation numbers that do not exist count as none given."""
        evidence = tuple(item for item in evidence if item.passage.sure)
        claimed = tuple(item for item in evidence if item.n in draft.citations)
        against = claimed or evidence
        checked = self._checks.part(query, draft.text.strip(), against, quoted=False, engine=engine)
        citations = checked.backing(claimed, against) if not checked.stopped else ()
        released = not checked.stopped and bool(citations) and bool(checked.text)
        action = checked.action if released else worst(checked.action, Action.EXTRACT)
        return self._result(query, checked, citations, released, action, extracted=False)

    def quote(self, query: Query, evidence: Evidence, quote: Quote, *, lead: str = "") -> SentenceResult:
        """A verbatim sentence of the sources after the answer checks, but for those that compare words with sources.

        `lead` is the decision of a context check on a yes/no question, set before the sentence that decides.
        """
        citation = cite(evidence, quote)
        # A row of a table reads as one line with its column names in words; the citation quotes it letter by letter.
        # Items of a list and lines that are sentences have colons too ("By post: 4.95.") and stay lines.
        said = quote.text if is_lines(quote.text) else spoken_row(quote.text)
        checked = self._checks.part(query, said, (evidence,), quoted=True)
        if lead in ("Yes", "No") and checked.text and not checked.stopped:
            checked = replace(checked, text=f"{lead}: {checked.text}")
        vouched = evidence.passage.sure and stands(citation, (evidence,))
        released = not checked.stopped and bool(checked.text) and vouched
        action = checked.action if released else worst(checked.action, Action.DROP)
        return self._result(query, checked, (citation,), released, action, extracted=True)

    @staticmethod
    def _result(
        query: Query,
        checked: Checked,
        citations: tuple[Citation, ...],
        released: bool,
        action: Action,
        *,
        extracted: bool,
    ) -> SentenceResult:
        text, shown = (checked.text, citations) if released else ("", ())
        return SentenceResult(released, text, shown, checked.verdicts, action, extracted, query, GATE_SEAL)

    # ------------------------------------------------------------ the way out

    def release(self, query: Query, made: Release) -> Answer:
        """The answer made of the released sentences, after the checks on the whole of it, recorded and sealed.

        Without a released sentence it is an abstention; a block of one blocks all, and where the check of one had no time
        nothing is shown.
        """
        course = made.course.adding(verdict for result in made.sentences for verdict in result.verdicts)
        chosen = fitting(query, made, self._policy.answer)
        if not chosen or query.blocked or course.blocks or late(course.verdicts):
            why = made.reason or next((v.reason for v in course.verdicts if v.action in STOPPING), "")
            return self.abstain(query, why, made.evidence, course)
        return self._whole(query, made, chosen, course)

    def _whole(self, query: Query, made: Release, chosen: Sequence[SentenceResult], course: Course) -> Answer:
        """The checks on the whole answer: released, quoted instead, or given up."""
        extracted = all(result.extracted for result in chosen)
        cited = merged(c for result in chosen for c in result.citations)
        used = cited_evidence(cited, made.evidence)
        whole = self._checks.whole(query, marked(chosen), used, course.engine)
        course = course.adding(whole.verdicts)
        if whole.action is Action.EXTRACT and made.fallback and not extracted:
            return self.release(query, made.quoted(course))
        citations, stopper = self._checks.shown(query, cited, made.evidence)
        course = course.adding([stopper] if stopper is not None else [])
        if whole.stopped or citations is None:
            return self.abstain(query, whole.reason or (stopper.reason if stopper else ""), made.evidence, course)
        if course.blocks:
            return self.refuse(query, course)
        sealed = self._sealed(query, whole.text, Status.EXTRACTED if extracted else Status.ANSWERED, course)
        return self._recorded(query, replace(sealed, citations=citations, reason=made.reason), labels_of(used))

    def vouch(self, query: Query, text: str, evidence: Evidence, by: Vouched) -> Answer | None:
        """The answer that somebody vouches for; None where it may not be given (see `AnswerChecks.vouched`). A block blocks."""
        told, citations = self._checks.vouched(query, text, evidence)
        course = Course(told.verdicts, "verified")
        if query.blocked or course.blocks:
            return self.refuse(query, course)
        if told.stopped or not citations or not told.text or late(course.verdicts):
            return None
        sealed = self._sealed(query, told.text, Status.ANSWERED, course)
        return self._recorded(query, replace(sealed, citations=citations, verified=by), labels_of((evidence,)))

    def refuse(self, query: Query, course: Course = START) -> Answer:
        """The policy's refusal, with the reason of the check that blocked; where one only had no time, an abstention."""
        said = [*query.verdicts, *course.verdicts]
        if tardy := late(said):
            return self._retry(query, tardy.reason, course)
        decisive = [v for v in said if v.action is Action.BLOCK] or [v for v in said if v.action is Action.ABSTAIN]
        reason = decisive[0].reason if decisive else ""
        sealed = self._sealed(query, self._policy.refusal, Status.BLOCKED, course)
        return self._recorded(query, replace(sealed, reason=reason), frozenset())

    def abstain(
        self, query: Query, reason: str = "", related: Sequence[Evidence] = (), course: Course = START
    ) -> Answer:
        """The policy's abstention with a reason; `related` passages are offered as near, never as the answer.

        Where a check blocked, or blocks one of the near passages, it is a refusal; where one had no time, nothing is shown and
        the asker is told to try again.
        """
        if query.blocked or course.blocks:
            return self.refuse(query, course)
        if tardy := late(course.verdicts):
            return self._retry(query, tardy.reason, course)
        found, stopper = self._checks.near(query, related, self._policy.answer.related)
        if stopper is not None:
            return self.refuse(query, course.adding([stopper]))
        level, text = (Level.CLOSEST, self._policy.closest) if found else (Level.NOTHING, self._policy.abstention)
        sealed = self._sealed(query, text, Status.ABSTAINED, course)
        answer = replace(sealed, reason=reason, level=level, closest=found)
        labels = labels_of(item for item in related if item.n in {near.citation.n for near in found})
        return self._recorded(query, answer, labels)

    def _retry(self, query: Query, reason: str, course: Course) -> Answer:
        sealed = self._sealed(query, self._policy.retry, Status.ABSTAINED, course)
        return self._recorded(query, replace(sealed, reason=reason, level=Level.RETRY), frozenset())

    def _sealed(self, query: Query, text: str, status: Status, course: Course) -> Answer:
        """An answer before it is recorded, without what only some answers have."""
        return Answer(
            question=query.text,
            answer=text,
            status=status,
            citations=(),
            verdicts=(*query.verdicts, *course.verdicts),
            policy=self._policy.ref,
            model=course.model,
            timings_ms=dict(course.timings),
            audit_id="",
            spelling=query.spelling if isinstance(query, AdmittedQuery) else {},
            seal=GATE_SEAL,
        )

    def _recorded(self, query: Query, answer: Answer, labels: frozenset[str]) -> Answer:
        """The answer with its record, written in one transaction with what the query says is to be kept of it."""
        if self._audit is None:
            return answer
        if isinstance(self._audit, DeferredAudit):
            self._audit.labels |= labels
            return answer
        try:
            with store(self._tools).transaction():
                recorded = replace(answer, audit_id=record(self._audit, self._tools, query, answer, labels))
                if isinstance(query, AdmittedQuery) and query.keep is not None:
                    query.keep(recorded)
            return recorded
        except Exception as error:  # noqa: BLE001 - no record, no answer
            course = Course(answer.verdicts[len(query.verdicts) :], answer.model, answer.timings_ms)
            return self.unrecorded(query, error, course)

    def unrecorded(self, query: Query, error: Exception, course: Course = START) -> Answer:
        """The refusal where a record could not be written: the only answer that stands in none."""
        why = f"the audit record could not be written ({type(error).__name__})"
        failed = Verdict("audit", Stage.ANSWER, Action.BLOCK, why, 0.0)
        sealed = self._sealed(query, self._policy.refusal, Status.BLOCKED, course.adding([failed]))
        return replace(sealed, reason=why)

    def trail(self, query: Query) -> AuditTrail | None:
        """What records the sentences of an answer while it is shown; None where nothing is recorded."""
        if self._audit is None or isinstance(self._audit, DeferredAudit):
            return None
        return AuditTrail(self._audit, self._tools, query)

    def searched(self, query: Query, passages: Sequence[Passage]) -> list[Passage]:
        """The passages of a search, once it is recorded that they are handed out. Raises what writing the record raises."""
        if self._audit is not None and not isinstance(self._audit, DeferredAudit):
            record_search(self._audit, self._tools, query, passages, self._policy.ref)
        return list(passages)
