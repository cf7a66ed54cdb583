"""What goes wrong at the door of the server, with status, code and remedy; never with text of a user or document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse

from assistant.errors import AssistantError

_KINDS: Final[Mapping[int, str]] = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


class Problem(Exception):
    """An answer other than the one asked for. `retry_after` in seconds becomes the header of that name, `param` names the field
    of the request that is wrong."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        remedy: str = "",
        param: str | None = None,
        retry_after: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.remedy, self.param = status, code, message, remedy, param
        self.headers = dict(headers or {})
        if retry_after > 0:
            self.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))

    def as_json(self) -> dict[str, object]:
        """The body of the answer (`replies.Error`); the shape is that of OpenAI's interface, with a remedy."""
        kind = _KINDS.get(self.status, "server_error" if self.status >= 500 else "invalid_request_error")
        error = {"code": self.code, "message": self.message, "remedy": self.remedy, "type": kind, "param": self.param}
        return {"error": error}

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.as_json(), self.status, self.headers)


def too_many(seconds: float) -> Problem:
    """The rate is exceeded."""
    return Problem(429, "rate_limited", "too many requests", remedy="wait, then try again", retry_after=seconds)


def overloaded(seconds: float) -> Problem:
    """The queue is full."""
    return Problem(429, "overloaded", "too many questions are waiting", remedy="try again later", retry_after=seconds)


def stopping() -> Problem:
    """The server is about to end."""
    return Problem(503, "stopping", "the server is being restarted", remedy="try again in a minute", retry_after=30)


def not_found() -> Problem:
    """There is nothing, or nothing for this caller: the words do not tell which."""
    return Problem(404, "not_found", "there is nothing here for you")


def of(error: AssistantError) -> Problem:
    """An error of the product as an answer; its message never holds text."""
    status = {"LockedError": 401, "BlockedError": 403, "AccessDenied": 403, "UsageError": 400, "ReaderError": 422}
    found = next((status[c.__name__] for c in type(error).__mro__ if c.__name__ in status), 500)
    return Problem(found, type(error).__name__, error.message, remedy=error.remedy)
