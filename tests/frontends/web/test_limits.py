"""How a caller stands with its rate, without a use being counted."""

from __future__ import annotations

import pytest

from assistant.frontends.web.limits import Limiter, Rate, Standing


def test_standing_falls_with_uses_and_rises_with_time() -> None:
    now = [0.0]
    limiter = Limiter(Rate(60, 3), lambda: now[0])
    assert limiter.standing("a") == Standing(3, 3, 0.0)
    limiter.take("a")
    limiter.take("a")
    assert limiter.standing("a") == limiter.standing("a") == Standing(3, 1, 2.0)
    assert limiter.standing("b").left == 3
    now[0] = 1.5
    standing = limiter.standing("a")
    assert (standing.left, standing.full_in) == (2, pytest.approx(0.5))


def test_a_bucket_empties_and_fills() -> None:
    now = [0.0]
    limiter = Limiter(Rate(60, 3), lambda: now[0])
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.take("a") == pytest.approx(1.0)
    assert limiter.peek("a") == pytest.approx(1.0)
    assert limiter.take("b") == 0
    now[0] = 1.0
    assert limiter.peek("a") == 0
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0


def test_a_rate_is_written_with_or_without_burst() -> None:
    assert Rate.parse("60") == Rate(60, 20)
    assert Rate.parse("60/5") == Rate(60, 5)
    for wrong in ("", "0", "x", "10/0", "-3"):
        with pytest.raises(ValueError):
            Rate.parse(wrong)
