from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from assistant.frontends.web.sessions import Session, Sessions


@dataclass
class Ending:
    """Stands for the facade: only the end of a conversation is asked of it, in a thread."""

    ended: list[object] = field(default_factory=list)
    fails: bool = False

    def end(self, conversation: object) -> None:
        if self.fails:
            raise OSError("the vault is busy")
        self.ended.append(conversation)


@dataclass
class Kept:
    audit_id: str
    citations: tuple[Any, ...] = ()
    related: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Cited:
    start: int
    end: int


def sessions(facade: Ending, now: list[float], busy: set[str] | None = None, most: int = 2) -> Sessions:
    clients = busy or set()
    return Sessions(facade, most=most, idle=10.0, busy=lambda c: c in clients, clock=lambda: now[0])  # type: ignore[arg-type]


def test_a_client_gets_its_own_session_again() -> None:
    async def run() -> None:
        made = sessions(Ending(), [0.0])
        one = made.get("a")
        assert made.get("a") is one and made.get("b") is not one
        assert made.find("a") is one and made.find("c") is None

    asyncio.run(run())


def test_idle_sessions_and_the_oldest_beyond_the_bound_are_ended() -> None:
    async def run() -> None:
        facade, now = Ending(), [0.0]
        made = sessions(facade, now)
        first = made.get("a")
        now[0] = 5.0
        made.get("b"), made.get("c")
        await asyncio.sleep(0.05)
        assert facade.ended == [first.conversation] and len(made) == 2
        now[0] = 15.1
        made.sweep()
        await made.shut()
        assert len(made) == 0 and len(facade.ended) == 3

    asyncio.run(run())


def test_a_session_in_use_is_not_idle_and_one_with_a_question_on_its_way_stays() -> None:
    async def run() -> None:
        facade, now = Ending(), [0.0]
        made = sessions(facade, now, {"b"}, most=9)
        made.get("a"), made.get("b")
        now[0] = 9.0
        made.get("a")
        now[0] = 12.0
        made.sweep()
        assert made.find("a") is not None and made.find("b") is not None
        await made.shut()

    asyncio.run(run())


def test_an_end_that_fails_hurts_nobody() -> None:
    async def run() -> None:
        made = sessions(Ending(fails=True), [0.0])
        made.get("a")
        made.end("a")
        made.end("a")
        await made.shut()
        assert len(made) == 0

    asyncio.run(run())


def test_only_the_last_answers_are_kept() -> None:
    session = Session()
    for n in range(25):
        session.keep(Kept(str(n), (Cited(n, n + 1),)))  # type: ignore[arg-type]
    assert session.citation("4", 4, 5) is None, "forgotten"
    found = session.citation("24", 24, 25)
    assert found is not None and found[0].audit_id == "24"


def test_a_citation_is_found_by_its_place_in_its_own_answer_only() -> None:
    session = Session()
    session.keep(Kept("x", (Cited(1, 2),), (Cited(5, 9),)))  # type: ignore[arg-type]
    session.keep(Kept("y", (Cited(3, 4),)))  # type: ignore[arg-type]
    assert session.citation("x", 5, 9) is not None, "what was shown as near can be opened too"
    assert session.citation("x", 3, 4) is None
    assert session.citation("z", 1, 2) is None
