from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.errors import VaultError
from assistant.frontends.tui.ingest_job import Batch, IngestJob, Progressed, outcome, stored_under
from assistant.intake.report import IngestReport
from assistant.protocols import FileProblem


class Takes:
    """An assistant that takes each file in and tells how far it is."""

    def __init__(self, broken: str = "") -> None:
        self.taken: list[tuple[str, frozenset[str] | None]] = []
        self.closed, self._broken = 0, broken

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        labels: frozenset[str] | None,
        collection: str,
        progress: Callable[[int, int, str], None],
    ) -> IngestReport:
        done: list[str] = []
        try:
            for n, path in enumerate(paths):
                if path.name == self._broken:
                    raise VaultError("the disk is full")
                progress(n, len(paths), path.name)
                done.append(path.name)
                self.taken.append((path.name, labels))
        except KeyboardInterrupt:
            return IngestReport(added=tuple(done), partial=True)
        return IngestReport(added=tuple(done), labels={"public": len(done)})

    def close(self) -> None:
        self.closed += 1


BATCHES = [Batch((Path("a.md"), Path("b.md")), frozenset({"public"})), Batch((Path("c.md"),))]


def job(assistant: Takes, told: list[Progressed] | None = None) -> IngestJob:
    seen: list[Progressed] = [] if told is None else told
    return IngestJob(assistant, BATCHES, "default", seen.append)  # type: ignore[arg-type]


def test_the_files_of_all_batches_are_counted_together() -> None:
    told: list[Progressed] = []
    assistant = Takes()
    made = job(assistant, told)
    reports = made.run()
    assert [(now.done, now.total, now.what) for now in told] == [(0, 3, "a.md"), (1, 3, "b.md"), (2, 3, "c.md")]
    assert assistant.taken == [("a.md", frozenset({"public"})), ("b.md", frozenset({"public"})), ("c.md", None)]
    assert outcome(reports) == "DONE: 3 added, 0 replaced, 0 unchanged, 0 not taken in; 0 passages"
    assert not made.running and assistant.closed == 0


def test_a_run_that_is_cancelled_keeps_what_is_in_and_begins_no_other_batch() -> None:
    assistant = Takes()
    made: IngestJob
    seen: list[Progressed] = []

    def told(now: Progressed) -> None:
        seen.append(now)
        made.cancel()

    made = IngestJob(assistant, BATCHES, "default", told)  # type: ignore[arg-type]
    assert outcome(made.run()).startswith("CANCELLED: 1 added")
    assert [name for name, _ in assistant.taken] == ["a.md"] and len(seen) == 1


def test_the_vault_is_closed_once_at_the_end_or_at_once_where_the_end_has_come() -> None:
    assistant = Takes()
    made = job(assistant)
    made.close_when_done(assistant)  # type: ignore[arg-type]
    assert assistant.closed == 0
    made.run()
    assert assistant.closed == 1
    late = Takes()
    done = job(late)
    done.run()
    done.close_when_done(late)  # type: ignore[arg-type]
    assert late.closed == 1


def test_a_failure_is_raised_and_still_closes_the_vault_that_nobody_watches() -> None:
    assistant = Takes(broken="b.md")
    made = job(assistant)
    made.close_when_done(assistant)  # type: ignore[arg-type]
    with pytest.raises(VaultError, match="disk is full"):
        made.run()
    assert not made.running and assistant.closed == 1


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Progressed(0, 9, "a", 5), ""),
        (Progressed(3, 9, "a", 0.1), ""),
        (Progressed(3, 9, "a", 1.5), "2.0 files/s, about 3 s left"),
    ],
)
def test_a_rate_is_told_where_it_can_be(now: Progressed, said: str) -> None:
    assert now.rate == said


def test_what_was_stored_under_which_labels_and_who_can_read_nothing() -> None:
    bad = FileProblem(Path("x.pdf"), "it is damaged", "make it anew")
    reports = [
        IngestReport(added=("a",), labels={"public": 1}, problems=(bad,)),
        IngestReport(replaced=("b",), labels={"public": 1, "clinical": 2}, roles={"nurse": 3, "guest": 0}),
    ]
    assert stored_under(reports) == ["STORED  2 under clinical", "STORED  2 under public", "CAN READ NOTHING  guest"]
    assert "1 added, 1 replaced, 0 unchanged, 1 not taken in" in outcome(reports)
    assert stored_under([]) == [] and stored_under([IngestReport(roles={"guest": 0})]) == []
