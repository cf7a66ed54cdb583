"""The queue: turns, positions, bounds."""

from __future__ import annotations

import asyncio

import pytest

from assistant.frontends.web.access import Site
from assistant.frontends.web.fair_queue import FairQueue, Overloaded, Place

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


def test_clients_take_turns_and_hear_their_positions() -> None:
    async def run() -> None:
        queue = FairQueue(1, 10)
        heard: dict[str, list[int]] = {}
        places: dict[str, Place] = {}
        for name in ("a1", "a2", "a3", "b1", "c1"):
            places[name] = queue.join(name[0], lambda n, name=name: heard.setdefault(name, []).append(n), most=3)
        # a1 runs; of the rest each client comes once before a comes again.
        assert {name: positions[-1] for name, positions in heard.items()} == {
            "a1": 0,
            "a2": 1,
            "b1": 2,
            "c1": 3,
            "a3": 4,
        }
        order = ["a1"]
        while queue.running:
            queue.leave(places[order[-1]], 1.0)
            order += [name for name, place in places.items() if place.position == 0 and name not in order]
        assert order == ["a1", "a2", "b1", "c1", "a3"]
        # Nobody is moved back by those who come later, but for a client's own later questions.
        assert heard["b1"] == [2, 1, 0]
        assert heard["c1"] == [3, 2, 1, 0]

    asyncio.run(run())


def test_the_queue_is_bounded_for_all_and_for_each() -> None:
    async def run() -> None:
        queue = FairQueue(1, 3)
        first = queue.join("a", lambda n: None, most=2)
        for _ in range(2):
            queue.join("a", lambda n: None, most=2)
        with pytest.raises(Overloaded):
            queue.join("a", lambda n: None, most=2)
        waiting = queue.join("b", lambda n: None, most=2)
        with pytest.raises(Overloaded) as full:
            queue.join("c", lambda n: None, most=2)
        assert full.value.retry_after >= 1
        # Who gives up makes room; leaving twice changes nothing.
        queue.leave(waiting)
        queue.leave(waiting)
        assert (queue.waiting, queue.running) == (2, 1)
        queue.join("c", lambda n: None, most=2)
        queue.leave(first, 0.5)
        assert (queue.waiting, queue.running) == (2, 1)

    asyncio.run(run())


def test_turns_of_one_conversation_never_run_at_once() -> None:
    async def run() -> None:
        queue = FairQueue(3, 10)
        one = queue.join("a", lambda n: None, most=5)
        two = queue.join("a", lambda n: None, most=5)
        other = queue.join("b", lambda n: None, most=5)
        assert (one.position, two.position, other.position) == (0, 1, 0)
        many = [queue.join("key", lambda n: None, most=5, alone=False) for _ in range(2)]
        assert [place.position for place in many] == [0, 2]
        queue.leave(one)
        assert two.position == 0

    asyncio.run(run())
