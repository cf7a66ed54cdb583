from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from assistant.errors import SealError
from assistant.policy.checks import CHECKS
from assistant.policy.gate import Gate
from assistant.policy.sentence import Approved, Course, Release, SentenceResult, marked
from assistant.protocols import Outcome, Subject
from assistant.reading.judgement import Found, Place
from assistant.types import Action, Answer, DraftSentence, Finding, PolicyRef, Principal, Query, Stage, Status, Verdict
from tests.policy.support import NOBODY, READER, Parts, evidence, finds, fine, passage, policy, spec

SOURCE = "Take 500 mg twice a day. Do not take it with milk."


class Vault:
    """Keyed hashes, as the vault makes them, with a key of the test."""

    @staticmethod
    def content_hmac(data: bytes) -> str:
        import hmac

        return hmac.new(b"key of the test", data, "sha256").hexdigest()

    @staticmethod
    def receipt_salt(nonce: str) -> bytes:
        return nonce.encode()

    @staticmethod
    @contextmanager
    def transaction() -> Iterator[None]:
        yield


@pytest.fixture
def make(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def build(checks: str = "", more: str = "", audit: Any = None, **registered: Any) -> Gate:
        for name, found in registered.items():
            monkeypatch.setitem(CHECKS, name, found)
        return Gate(policy(tmp_path, checks, more), Parts(vault=Vault()), audit)

    return build


def quoted(gate: Gate, query: Query, item: Any) -> list[SentenceResult]:
    return [gate.quote(query, item, quote) for quote in item.quotes]


class TestLists:
    """Items with colons look like the rows of a table and are none."""

    def test_items_stay_lines_and_rows_are_spoken(self, make: Any) -> None:
        gate = make()
        query = gate.admit("How can it be returned?", READER)
        items = "- In a shop: free of charge.\n- By post: with a label."
        rows = "return_way: in a shop\nlabel_price: none"
        for text, said in ((items, items), (rows, "return way: in a shop; label price: none")):
            item = evidence(text)
            whole = dataclasses.replace(item.quotes[0], text=text, end=item.quotes[0].start + len(text))
            result = gate.quote(query, dataclasses.replace(item, quotes=(whole,)), whole)
            assert (result.text, result.citations[0].quote) == (said, text)

    def test_a_list_after_a_sentence_begins_a_line(self, make: Any) -> None:
        gate = make()
        query = gate.admit("How can it be returned?", READER)
        lead, item = evidence("There are two ways:", 1), evidence("- In a shop.", 2)
        shown = [gate.quote(query, one, one.quotes[0]) for one in (lead, item)]
        assert marked(shown) == "There are two ways: [1]\n- In a shop. [2]"


class TestUnsure:
    """What a reader could not vouch for is shown as near, never released."""

    def test_it_is_neither_quoted_nor_judged_nor_written_from(self, make: Any) -> None:
        gate = make()
        query = gate.admit("How much?", READER)
        item = evidence(SOURCE)
        unsure = dataclasses.replace(item, passage=dataclasses.replace(item.passage, sure=False))
        assert quoted(gate, query, item)[0].released
        assert not quoted(gate, query, unsure)[0].released
        assert not gate.judge(query, [unsure]).proceed
        assert gate.judge(query, [unsure, item]).proceed
        draft = DraftSentence("Take 500 mg twice a day.", (1,))
        assert gate.sentence(query, draft, [item]).released
        assert not gate.sentence(query, draft, [unsure]).released

    def test_an_abstention_shows_it_as_near(self, make: Any) -> None:
        gate = make()
        query = gate.admit("How much?", READER)
        item = evidence(SOURCE)
        unsure = dataclasses.replace(item, passage=dataclasses.replace(item.passage, sure=False))
        judged = gate.judge(query, [unsure])
        answer = gate.abstain(query, judged.reason, [unsure], Course())
        assert answer.status is Status.ABSTAINED
        assert answer.related


class TestAdmit:
    def test_a_plain_question_passes(self, make: Any) -> None:
        query = make().admit("  How much?  ", READER)
        assert (query.text, query.blocked, query.labels) == ("How much?", False, frozenset({"public", "clinical"}))

    @pytest.mark.parametrize(
        ("question", "principal"),
        [
            ("", READER),
            (" \n", READER),
            ("x" * 4001, READER),
            ("How much?", NOBODY),
            ("Q?", Principal("x", frozenset({"y"}))),
        ],
    )
    def test_unfit_questions_are_blocked(self, make: Any, question: str, principal: Principal) -> None:
        gate = make()
        query = gate.admit(question, principal)
        assert query.blocked
        assert query.text == ""
        answer = gate.refuse(query)
        assert (answer.status, answer.answer) == (Status.BLOCKED, "Refused.")
        assert answer.reason

    def test_a_failing_check_blocks_and_the_reason_is_told(self, make: Any) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: block}", word=spec(finds("bad")))
        assert not gate.admit("good?", READER).blocked
        query = gate.admit("bad?", READER)
        assert query.blocked
        assert gate.refuse(query).reason == "the word is there"

    def test_later_checks_see_the_redacted_text_and_so_does_the_answer(self, make: Any) -> None:
        seen: list[str] = []

        def look(params: Any, subject: Subject, tools: Any) -> Outcome:
            seen.append(subject.text)
            return Outcome(True, "fine")

        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            where = subject.text.find("Ann")
            found = (Finding("PERSON", where, where + 3, 1.0, "[P]"),)
            return Outcome(False, "one name", text=subject.text.replace("Ann", "[P]"), findings=found)

        gate = make(
            "- {id: a, stage: query, use: hide, on_fail: redact}\n- {id: b, stage: query, use: look, on_fail: block}",
            hide=spec(hide),
            look=spec(look),
        )
        query = gate.admit("How is Ann?", READER)
        assert seen == ["How is [P]?"]
        assert (query.question, query.text, query.findings[0].entity) == ("How is Ann?", "How is [P]?", "PERSON")
        assert gate.abstain(query).question == "How is [P]?"

    def test_monitor_writes_down_and_lets_pass(self, make: Any) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: block}", "mode: monitor", word=spec(finds("bad")))
        query = gate.admit("bad?", READER)
        assert not query.blocked
        assert query.verdicts[0].action is Action.FLAG
        assert "would block" in query.verdicts[0].reason

    def test_monitor_opens_no_label(self, make: Any) -> None:
        gate = make("", "mode: monitor")
        assert gate.visible(READER, [frozenset({"secret"}), frozenset({"public"})]) == [frozenset({"public"})]
        assert gate.admit("How?", NOBODY).blocked


class TestVeil:
    def test_a_passage_of_a_forbidden_label_is_dropped_whatever_the_search_gave(self, make: Any) -> None:
        gate = make()
        kept, verdicts = gate.veil(gate.admit("q?", READER), [passage("a"), passage("b", 2, frozenset({"secret"}))])
        assert [p.id for p in kept] == [1]
        assert verdicts[0].action is Action.DROP

    def test_drop_leaves_the_others(self, make: Any) -> None:
        gate = make("- {id: a, stage: context, use: word, on_fail: drop}", word=spec(finds("bad")))
        kept, verdicts = gate.veil(
            gate.admit("q?", READER), [passage("good"), passage("bad", 2), passage("bad bad", 3)]
        )
        assert [p.id for p in kept] == [1]
        assert any("(2 passages)" in v.reason for v in verdicts)

    def test_block_leaves_none_and_refuses(self, make: Any) -> None:
        gate = make("- {id: a, stage: context, use: word, on_fail: block}", word=spec(finds("bad")))
        query = gate.admit("q?", READER)
        kept, verdicts = gate.veil(query, [passage("good"), passage("bad", 2)])
        assert kept == []
        assert gate.abstain(query, course=Course(verdicts)).status is Status.BLOCKED

    def test_a_rewritten_passage_is_cited_at_its_place_in_the_document(self, make: Any) -> None:
        text = "Ann Miller fell. She takes 5 mg of warfarin. Call Bob."

        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            new, found = subject.text, []
            for name, other in (("Ann Miller", "[P1]"), ("Bob", "[PERSON 2]")):
                at = subject.text.find(name)
                if at >= 0:
                    found.append(Finding("PERSON", at, at + len(name), 1.0, other))
                    new = new.replace(name, other)
            return Outcome(not found, "names", text=new, findings=tuple(found))

        gate = make("- {id: a, stage: context, use: hide, on_fail: redact}", hide=spec(hide))
        query = gate.admit("q?", READER)
        (kept,), _ = gate.veil(query, [passage(text, start=100)])
        assert kept.text == "[P1] fell. She takes 5 mg of warfarin. Call [PERSON 2]."
        item = dataclasses.replace(evidence(kept.text, start=100), passage=kept)
        answer = gate.release(query, Release(quoted(gate, query, item)[1:2], [item]))
        citation = answer.citations[0]
        assert answer.status is Status.EXTRACTED
        assert text[citation.start - 100 : citation.end - 100] == citation.quote == "She takes 5 mg of warfarin."

    def test_two_rewritings_lead_back_too(self, make: Any) -> None:
        def hide(word: str, other: str) -> Any:
            def check(params: Any, subject: Subject, tools: Any) -> Outcome:
                at = subject.text.find(word)
                if at < 0:
                    return Outcome(True, "fine")
                found = (Finding("X", at, at + len(word), 1.0, other),)
                return Outcome(False, "found", text=subject.text.replace(word, other), findings=found)

            return check

        gate = make(
            "- {id: a, stage: context, use: one, on_fail: redact}\n- {id: b, stage: context, use: two, on_fail: redact}",
            one=spec(hide("alpha", "A")),
            two=spec(hide("beta", "BBBBBBBB")),
        )
        text = "alpha beta. The dose is right."
        query = gate.admit("q?", READER)
        (kept,), _ = gate.veil(query, [passage(text)])
        item = dataclasses.replace(evidence(kept.text), passage=kept)
        result = gate.quote(query, item, item.quotes[1])
        assert text[result.citations[0].start : result.citations[0].end] == "The dose is right."

    def test_a_text_changed_at_an_unknown_place_blocks(self, make: Any) -> None:
        gate = make("- {id: a, stage: context, use: word, on_fail: redact}", word=spec(finds("bad", "other")))
        kept, verdicts = gate.veil(gate.admit("q?", READER), [passage("bad")])
        assert kept == []
        assert verdicts[-1].action is Action.BLOCK


class TestRelease:
    def test_quotes_make_an_extracted_answer(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE, 3)
        query = gate.admit("How much?", READER)
        answer = gate.release(
            query, Release(quoted(gate, query, item), [item], Course(model="m", timings={"total": 1}))
        )
        assert answer.status is Status.EXTRACTED
        assert answer.answer == "Take 500 mg twice a day. [3] Do not take it with milk. [3]"
        assert all(SOURCE[c.start : c.end] == c.quote for c in answer.citations)
        assert answer.as_json()["status"] == "extracted"

    def test_a_written_sentence_is_cited_by_the_quote_that_holds_it(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE)
        query = gate.admit("How much?", READER)
        result = gate.sentence(query, DraftSentence("Milk must not be taken with it.", (1,)), [item])
        answer = gate.release(query, Release([result], [item]))
        assert answer.status is Status.ANSWERED
        assert [c.quote for c in answer.citations] == ["Do not take it with milk."]

    def test_no_sentence_is_an_abstention_with_near_passages(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE)
        answer = gate.release(gate.admit("q?", READER), Release([], [item], reason="not there"))
        assert (answer.status, answer.level, answer.reason) == (Status.ABSTAINED, "closest", "not there")
        assert "judge" in answer.answer
        assert answer.citations == ()
        assert [near.text for near in answer.closest] == [SOURCE]
        assert answer.related == tuple(near.citation for near in answer.closest)

    def test_where_nothing_is_near_it_says_so(self, make: Any) -> None:
        answer = make().abstain(make().admit("q?", READER), "not there")
        assert (answer.answer, answer.level, answer.closest) == ("Not known.", "nothing", ())

    def test_a_check_without_time_says_try_again_and_shows_nothing(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE)
        late = Verdict("a", Stage.CONTEXT, Action.ABSTAIN, "no time", 9.0, late=True)
        answer = gate.abstain(gate.admit("q?", READER), "not sure", [item], Course((late,)))
        assert (answer.status, answer.level, answer.closest) == (Status.ABSTAINED, "retry", ())
        assert "again" in answer.answer
        blocked = Verdict("b", Stage.CONTEXT, Action.BLOCK, "forbidden", 9.0)
        refused = gate.abstain(gate.admit("q?", READER), "not sure", [item], Course((late, blocked)))
        assert (refused.status, refused.level) == (Status.BLOCKED, "")

    def test_a_near_passage_is_redacted_whole(self, make: Any) -> None:
        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            return Outcome("Ann" not in subject.text, "a name", text=subject.text.replace("Ann", "[P]"))

        gate = make("- {id: a, stage: answer, use: hide, on_fail: redact}", hide=spec(hide))
        item = evidence("The ward is on level 2. Ann has the key.")
        item = dataclasses.replace(item, quotes=item.quotes[:1])
        (near,) = gate.abstain(gate.admit("q?", READER), related=[item]).closest
        assert near.text == "The ward is on level 2. [P] has the key."
        assert near.citation.quote == "The ward is on level 2."

    def test_near_passages_of_a_forbidden_label_are_not_shown(self, make: Any) -> None:
        gate = make()
        answer = gate.abstain(gate.admit("q?", READER), related=[evidence("x y.", labels=frozenset({"secret"}))])
        assert answer.related == ()

    def test_a_quote_that_does_not_stand_in_the_evidence_is_not_released(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE)
        query = gate.admit("q?", READER)
        result = quoted(gate, query, item)[0]
        other = dataclasses.replace(item, passage=dataclasses.replace(item.passage, text=SOURCE.replace("500", "900")))
        assert gate.release(query, Release([result], [other])).status is Status.ABSTAINED
        forged = dataclasses.replace(item.quotes[0], text="Take 900 mg twice a day.")
        assert not gate.quote(query, item, forged).released

    def test_a_sentence_of_another_question_is_not_released(self, make: Any) -> None:
        gate, item = make(), evidence(SOURCE)
        result = quoted(gate, gate.admit("one?", READER), item)[0]
        assert gate.release(gate.admit("two?", READER), Release([result], [item])).status is Status.ABSTAINED

    def test_length_is_limited_by_the_policy(self, make: Any) -> None:
        gate = make("", "answer: {max_sentences: 1}")
        item = evidence(SOURCE)
        query = gate.admit("q?", READER)
        answer = gate.release(query, Release(quoted(gate, query, item), [item]))
        assert answer.answer == "Take 500 mg twice a day. [1]"

    @pytest.mark.parametrize(
        ("on_fail", "released", "status"),
        [
            ("flag", True, Status.ANSWERED),
            ("drop", False, Status.ABSTAINED),
            ("extract", False, Status.ABSTAINED),
            ("abstain", False, Status.ABSTAINED),
            ("block", False, Status.BLOCKED),
        ],
    )
    def test_what_a_failing_sentence_does(self, make: Any, on_fail: str, released: bool, status: Status) -> None:
        gate = make(f"- {{id: a, stage: answer, use: word, on_fail: {on_fail}}}", word=spec(finds("milk")))
        item = evidence("Take it with food.")
        query = gate.admit("q?", READER)
        result = gate.sentence(query, DraftSentence("Take it with food and milk.", (1,)), [item])
        assert result.released is released
        assert gate.release(query, Release([result], [item])).status is status

    def test_support_checks_do_not_judge_quotes(self, make: Any) -> None:
        gate = make(
            "- {id: a, stage: answer, use: word, on_fail: block}", word=spec(finds("500"), support=True, mends=False)
        )
        item = evidence(SOURCE)
        query = gate.admit("q?", READER)
        assert quoted(gate, query, item)[0].released
        # The spec of this test looks at both grains; the registered support checks look at sentences only.
        assert not gate.sentence(query, DraftSentence("Take 500 mg.", (1,)), [item]).released

    def test_the_whole_falls_back_to_the_quotes(self, make: Any) -> None:
        def whole(params: Any, subject: Subject, tools: Any) -> Outcome:
            return Outcome(not (subject.whole and "Drink" in subject.text), "differs by group")

        gate = make("- {id: a, stage: answer, use: word, on_fail: extract}", word=spec(whole))
        item = evidence(SOURCE)
        query = gate.admit("q?", READER)
        written = gate.sentence(query, DraftSentence("Drink no milk with it.", (1,)), [item])
        quotes = quoted(gate, query, item)
        answer = gate.release(query, Release([written], [item], fallback=quotes))
        assert answer.status is Status.EXTRACTED
        assert gate.release(query, Release([written], [item])).status is Status.ABSTAINED

    def test_citations_and_titles_are_redacted_like_the_answer(self, make: Any) -> None:
        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            return Outcome("Ann" not in subject.text, "a name", text=subject.text.replace("Ann", "[P]"))

        gate = make("- {id: a, stage: answer, use: hide, on_fail: redact}", hide=spec(hide))
        item = evidence("Ann takes 5 mg. It helps.")
        item = dataclasses.replace(item, passage=dataclasses.replace(item.passage, title="Ann's note", locator="Ann 1"))
        query = gate.admit("q?", READER)
        answer = gate.release(query, Release(quoted(gate, query, item)[:1], [item]))
        assert "Ann" not in str(answer.as_json())
        assert answer.citations[0].title == "[P]'s note"
        assert "Ann" not in str(gate.abstain(query, related=[item]).as_json())

    def test_neutralize_without_words_quotes_instead(self, make: Any) -> None:
        gate = make("- {id: a, stage: answer, use: word, on_fail: neutralize}", word=spec(finds("milk")))
        result = gate.sentence(
            gate.admit("q?", READER), DraftSentence("No milk.", (1,)), [evidence("Take it with food.")]
        )
        assert (result.released, result.action) == (False, Action.EXTRACT)


class TestAudit:
    def test_the_record_holds_hashes_and_never_text(self, make: Any) -> None:
        written: list[tuple[str, Mapping[str, Any]]] = []

        def audit(event: str, fields: Mapping[str, Any]) -> str:
            written.append((event, fields))
            return f"a{len(written)}"

        gate, item = make(audit=audit), evidence(SOURCE)
        query = gate.admit("How much of the zanzibar syrup?", READER)
        answer = gate.release(query, Release(quoted(gate, query, item), [item], Course(model="m")))
        assert answer.audit_id == "a1"
        event, fields = written[0]
        assert event == "answer"
        assert fields["status"] == "extracted"
        assert fields["policy"]["sha256"] == gate.policy.sha256
        assert fields["documents"] == ["doc1"]
        text = str(fields)
        assert not any(word in text for word in ("zanzibar", "500 mg", "milk", "Title"))

    def test_without_a_record_no_answer_leaves(self, make: Any) -> None:
        def audit(event: str, fields: Mapping[str, Any]) -> str:
            raise OSError("disk full")

        gate, item = make(audit=audit), evidence(SOURCE)
        query = gate.admit("q?", READER)
        answer = gate.release(query, Release(quoted(gate, query, item), [item]))
        assert (answer.status, answer.answer, answer.citations) == (Status.BLOCKED, "Refused.", ())
        assert "500" not in str(answer.as_json())


class TestSeals:
    def test_nobody_else_builds_them(self, make: Any) -> None:
        with pytest.raises(SealError):
            Query("q", "q", READER, ())
        with pytest.raises(SealError):
            Answer("q", "a", Status.ANSWERED, (), (), PolicyRef("a", "1", ""), "", {}, "")
        query = make().admit("q?", READER)
        with pytest.raises(SealError):
            SentenceResult(True, "text", (), (), Action.PASS, True, query)


class TestJudge:
    def test_a_failing_whole_check_abstains(self, make: Any) -> None:
        def whole(params: Any, subject: Subject, tools: Any) -> Outcome:
            assert subject.whole
            return Outcome("500" in subject.text, "no dose there", handed=Found("500 mg", 1, Place(5, 11), 0.9))

        gate = make("- {id: a, stage: context, use: word, on_fail: abstain}", word=spec(whole))
        query = gate.admit("q?", READER)
        assert gate.judge(query, [evidence(SOURCE)]).judgement == Found("500 mg", 1, Place(5, 11), 0.9)
        judged = gate.judge(query, [evidence("Nothing here.")])
        assert (judged.proceed, judged.action, judged.reason) == (False, Action.ABSTAIN, "no dose there")


class TestIngest:
    def test_labels_limit_a_check_and_defaults_are_given(self, make: Any) -> None:
        from assistant.types import Document

        gate = make(
            "- {id: a, stage: ingest, use: word, on_fail: drop, labels: [clinical]}",
            "ingest: {default_labels: [public]}",
            word=spec(finds("bad")),
        )
        plain, _ = gate.ingest(Document("t", "bad", "s"), READER)
        assert plain is not None
        assert plain.labels == {"public"}
        assert gate.ingest(Document("t", "bad", "s", labels=frozenset({"clinical"})), READER)[0] is None

    def test_redaction_keeps_sections_and_cleans_titles(self, make: Any) -> None:
        from assistant.types import Document, Section

        text = "Ann fell.\n\nShe is with Bob Ross now.\n\nPlan: rest."
        first, second = text.index("She"), text.index("Plan")
        document = Document(
            "Note of Ann",
            text,
            "s",
            sections=(
                Section(0, first, "Ann", "page 1"),
                Section(first, second, "Visit", "page 2"),
                Section(second, len(text), "Plan", "page 3"),
            ),
            metadata={"author": "Bob Ross"},
            fields={"PERSON": ("Ann",)},
        )

        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            new, found = subject.text, []
            for name, other in (("Ann", "[PERSON 1]"), ("Bob Ross", "[P2]")):
                at = subject.text.find(name)
                if at >= 0:
                    found.append(Finding("PERSON", at, at + len(name), 1.0, other))
                    new = new.replace(name, other)
            return Outcome(not found, "names", text=new, findings=tuple(found))

        gate = make("- {id: a, stage: ingest, use: hide, on_fail: redact}", hide=spec(hide))
        stored, verdicts = gate.ingest(document, READER)
        assert stored is not None
        assert "Ann" not in repr(stored)
        assert "Bob" not in repr(stored)
        assert [stored.text[s.start : s.end].strip() for s in stored.sections] == [
            "[PERSON 1] fell.",
            "She is with [P2] now.",
            "Plan: rest.",
        ]
        assert (stored.title, stored.sections[0].locator, stored.metadata) == (
            "Note of [PERSON 1]",
            "page 1",
            {"author": "[P2]"},
        )
        assert verdicts[0].action is Action.REDACT
        assert gate.original(document) is None

    def test_store_as_is_and_both(self, make: Any) -> None:
        from assistant.types import Document

        rule = "- {id: a, stage: ingest, use: word, on_fail: redact}"
        document = Document("t", "bad", "s")
        gate = make(rule, "ingest: {store: as_is}", word=spec(finds("bad", "good")))
        stored, verdicts = gate.ingest(document, READER)
        assert stored is not None
        assert stored.text == "bad"
        assert verdicts[0].action is Action.FLAG
        gate = make(rule, "ingest: {store: both, original_labels: [identified]}")
        original = gate.original(document)
        assert original is not None
        assert original.labels == {"internal", "identified"}

    def test_training_text_passes_the_gate_too(self, make: Any) -> None:
        gate = make("- {id: a, stage: training, use: word, on_fail: drop}", word=spec(finds("bad")))
        assert gate.train("good", READER)[0] == "good"
        assert gate.train("bad", READER)[0] is None


class TestFailure:
    def test_a_check_that_left_the_registry_blocks(self, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: flag}", word=spec(fine))
        monkeypatch.delitem(CHECKS, "word")
        query = gate.admit("q?", READER)
        assert query.blocked
        assert query.verdicts[0].reason == "check failed: word is not a known check"

    @pytest.mark.parametrize("result", [None, True, "fine", Outcome("yes", "x"), Outcome(True, None)])  # type: ignore[arg-type]
    def test_something_else_than_an_outcome_blocks(self, make: Any, result: Any) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: flag}", word=spec(lambda *_: result))
        assert gate.admit("q?", READER).blocked

    def test_asked_to_redact_without_a_text_blocks(self, make: Any) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: redact}", word=spec(finds("bad")))
        assert gate.admit("bad?", READER).blocked

    def test_a_check_that_says_fine_and_changes_the_text_is_believed_about_the_text(self, make: Any) -> None:
        changed = spec(lambda p, s, t: Outcome(True, "fine", text="other"))
        gate = make("- {id: a, stage: query, use: word, on_fail: redact}", word=changed)
        assert gate.admit("one?", READER).text == "other"

    def test_the_reason_names_the_class_and_never_the_message(self, make: Any) -> None:
        def broken(params: Any, subject: Subject, tools: Any) -> Outcome:
            raise ValueError(f"cannot judge {subject.text}")

        gate = make("- {id: a, stage: query, use: word, on_fail: flag}", word=spec(broken))
        query = gate.admit("zanzibar?", READER)
        assert query.blocked
        assert query.verdicts[0].reason == "check failed: word raised ValueError"

    def test_monitor_does_not_excuse_a_broken_check(self, make: Any) -> None:
        broken = spec(lambda p, s, t: 1 / 0)
        gate = make("- {id: a, stage: query, use: word, on_fail: flag}", "mode: monitor", word=broken)
        assert gate.admit("q?", READER).blocked

    def test_a_late_result_is_thrown_away(self, make: Any) -> None:
        def slow(params: Any, subject: Subject, tools: Any) -> Outcome:
            time.sleep(3)
            return Outcome(True, "fine")

        gate = make("- {id: a, stage: query, use: word, on_fail: flag, timeout_ms: 50}", word=spec(slow))
        begun = time.perf_counter()
        query = gate.admit("q?", READER)
        assert time.perf_counter() - begun < 2
        assert query.blocked
        assert gate.refuse(query).level == "retry"
        assert query.verdicts[0].reason == "check failed: word took longer than 50 ms"


class TestReply:
    def test_an_approved_text_needs_no_source_and_passes_no_check_of_the_question(self, make: Any) -> None:
        gate = make("- {id: a, stage: query, use: word, on_fail: block}", word=spec(finds("thank")))
        assert gate.admit("thank you", READER).blocked
        answer = gate.reply("thank you", READER, Approved("thanks", "You are welcome."))
        assert (answer.status, answer.answer, answer.intent) == (Status.ANSWERED, "You are welcome.", "thanks")
        assert (answer.citations, answer.closest, answer.level, answer.model) == ((), (), "", "none")

    def test_identifiers_are_taken_out_of_the_question_all_the_same(self, make: Any) -> None:
        def hide(params: Any, subject: Subject, tools: Any) -> Outcome:
            at = subject.text.find("Ann")
            found = (Finding("PERSON", at, at + 3, 1.0, "[P]"),)
            return Outcome(at < 0, "a name", text=subject.text.replace("Ann", "[P]"), findings=found)

        gate = make("- {id: a, stage: query, use: hide, on_fail: redact}", hide=spec(hide))
        answer = gate.reply("A person please, this is Ann", READER, Approved("person", "I hand you over.", "handover"))
        assert "Ann" not in str(answer.as_json())
        assert answer.as_json()["action"] == "handover"

    def test_who_may_ask_nothing_gets_no_reply_either(self, make: Any) -> None:
        assert make().reply("hello", NOBODY, Approved("greeting", "Hello.")).status is Status.BLOCKED

    def test_it_is_recorded_like_an_answer(self, make: Any) -> None:
        written: list[str] = []
        gate = make(audit=lambda event, fields: written.append(fields["status"]) or "a1")
        assert gate.reply("hello", READER, Approved("greeting", "Hello.")).audit_id == "a1"
        assert written == ["answered"]
