from __future__ import annotations

import threading
import time

from assistant.engines.slots import Slots


def soon() -> float:
    return time.monotonic() + 5


def never() -> bool:
    return False


def test_prefers_the_slot_that_holds_the_prefix() -> None:
    slots = Slots(3)
    for prefix in ("a", "b", "c"):
        held = slots.take(prefix, soon(), never)
        assert held is not None
        assert held[1] is False
        slots.give_back(held[0], prefix)
    assert slots.take("b", soon(), never) == (1, True)


def test_else_takes_the_one_unused_for_longest() -> None:
    slots = Slots(2)
    for slot in (0, 1):
        assert slots.take("x", soon(), never) == (slot, False)
    slots.give_back(1, "x")
    slots.give_back(0, "x")
    assert slots.take("y", soon(), never) == (1, False)


def test_an_empty_prefix_is_never_held() -> None:
    slots = Slots(1)
    assert slots.take("", soon(), never) == (0, False)
    slots.give_back(0, "")
    assert slots.take("", soon(), never) == (0, False)


def test_waits_until_one_is_free_and_gives_up_in_time() -> None:
    slots = Slots(1)
    assert slots.take("a", soon(), never) is not None
    began = time.monotonic()
    assert slots.take("a", time.monotonic() + 0.2, never) is None
    assert time.monotonic() - began >= 0.2
    assert not slots.wait_idle(time.monotonic() + 0.05)
    threading.Timer(0.1, slots.give_back, (0, "a")).start()
    assert slots.take("a", soon(), never) == (0, True)
    slots.give_back(0, "a")
    assert slots.wait_idle(soon())


def test_gives_up_when_stopped() -> None:
    slots = Slots(1)
    assert slots.take("a", soon(), never) is not None
    assert slots.take("a", soon(), lambda: True) is None
