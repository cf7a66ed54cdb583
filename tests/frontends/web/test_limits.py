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
