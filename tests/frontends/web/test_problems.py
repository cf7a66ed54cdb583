"""Errors of the product as answers: their status, and that nothing but our own words is in them."""

from __future__ import annotations

import pytest

from assistant.errors import (
    AccessDenied,
    AssistantError,
    BlockedError,
    LockedError,
    ReaderError,
    UsageError,
    VaultError,
)
from assistant.frontends.web.problems import Problem, of, overloaded


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LockedError("locked"), 401),
        (BlockedError("no"), 403),
        (AccessDenied("no"), 403),
        (UsageError("wrong"), 400),
        (ReaderError("unreadable"), 422),
        (VaultError("full"), 500),
    ],
)
def test_errors_have_their_status(error: AssistantError, status: int) -> None:
    problem = of(error)
    assert (problem.status, problem.message) == (status, error.message)


def test_a_wait_is_a_whole_number_of_seconds_and_at_least_one() -> None:
    assert overloaded(0.2).headers == {"Retry-After": "1"}
    assert overloaded(2.1).headers == {"Retry-After": "3"}
    assert Problem(400, "bad", "bad").headers == {}


def test_the_field_is_named_where_there_is_one() -> None:
    error = Problem(400, "bad_field", "wrong", param="n").as_json()["error"]
    assert error == {
        "code": "bad_field", "message": "wrong", "remedy": "", "type": "invalid_request_error", "param": "n",
    }  # fmt: skip
