"""Results of work as answers."""

from __future__ import annotations

import asyncio

import pytest

from assistant.errors import AccessDenied, UsageError
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.responding import responded


def test_a_result_is_json_and_nothing_is_no_content() -> None:
    answer = asyncio.run(responded(lambda one, two: {"sum": one + two}, 2, two=3))
    assert (answer.status_code, bytes(answer.body)) == (200, b'{"sum":5}')
    assert asyncio.run(responded(lambda: None)).status_code == 204


@pytest.mark.parametrize(("error", "status"), [(UsageError("wrong"), 400), (AccessDenied("no"), 403)])
def test_an_error_of_the_product_is_an_answer(error: Exception, status: int) -> None:
    def fails() -> None:
        raise error

    with pytest.raises(Problem) as found:
        asyncio.run(responded(fails))
    assert found.value.status == status


def test_another_error_goes_on() -> None:
    def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(responded(fails))
