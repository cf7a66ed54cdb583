"""The replies' constant fields, which clients of OpenAI's interface tell the objects apart by."""

from __future__ import annotations

from assistant.frontends.web.problems import Problem, stopping, too_many
from assistant.frontends.web.replies import Error, Models, Said


def test_constant_fields_are_sent() -> None:
    assert Models(data=()).model_dump(mode="json") == {"object": "list", "data": []}
    assert Said(content="x").model_dump(mode="json") == {"role": "assistant", "content": "x", "refusal": None}


def test_every_problem_is_an_error_of_this_shape() -> None:
    problems = [too_many(3), stopping(), *(Problem(code, "c", "m") for code in (400, 401, 403, 404, 413, 500))]
    kinds = [Error.model_validate(problem.as_json()).error.type for problem in problems]
    assert kinds[:2] == ["rate_limit_error", "server_error"]
    assert kinds[2:] == [
        "invalid_request_error", "authentication_error", "permission_error", "invalid_request_error",
        "invalid_request_error", "server_error",
    ]  # fmt: skip
