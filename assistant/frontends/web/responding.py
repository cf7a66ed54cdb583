"""Work of the core on behalf of a request: in a thread, its result as JSON, its errors as answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec

from starlette.responses import JSONResponse, Response

from assistant.errors import AssistantError
from assistant.frontends.web import problems

P = ParamSpec("P")


async def responded(work: Callable[P, object], *args: P.args, **more: P.kwargs) -> Response:
    """What the work gives, as JSON; no content where it gives nothing. Raises Problem for an error of the product."""
    try:
        value = await asyncio.to_thread(work, *args, **more)
    except AssistantError as error:
        raise problems.of(error) from None
    return Response(status_code=204) if value is None else JSONResponse(value)
