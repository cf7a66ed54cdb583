"""Request bodies: bounded in size and in time, JSON objects only where JSON is wanted."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import ClientDisconnect, Request

from assistant.frontends.web.problems import Problem


async def read(request: Request, *, most: int, seconds: float) -> bytes:
    """The whole body. Raises Problem 413 where it is larger than `most` bytes, 408 where it takes longer."""
    too_large = Problem(413, "too_large", f"the request is larger than {most // 1024} KiB", remedy="send less")
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise Problem(408, "too_slow", "the request took too long to arrive", remedy="try again") from None
    except ClientDisconnect:
        raise Problem(499, "gone", "the client went away") from None
    return bytes(body)


async def read_json(request: Request, *, most: int, seconds: float) -> dict[str, object]:
    """The body as a JSON object. Raises Problem 415 for another media type, 400 for anything else."""
    # A form or a plain-text post needs no preflight, so a foreign page could send it: only JSON is taken.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "not_json", "the body must be JSON", remedy="send Content-Type: application/json")
    try:
        value = json.loads(await read(request, most=most, seconds=seconds))
    except (ValueError, RecursionError):
        raise Problem(400, "not_json", "the body is not valid JSON", remedy="send one JSON object") from None
    if not _is_text(value):
        raise Problem(
            400, "bad_text", "the body holds half a character (a lone surrogate)", remedy="send valid Unicode"
        )
    if not isinstance(value, dict):
        raise Problem(400, "not_json", "the body is not a JSON object", remedy="send one JSON object")
    return value


def _is_text(value: object) -> bool:
    """Whether every text in it can be written as UTF-8: JSON permits escapes that stand for half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def text_of(body: dict[str, object], name: str, *, most: int = 100_000, needed: bool = True) -> str:
    """A text field. Raises Problem 400 where it is missing, no text or too long."""
    value = body.get(name, None if needed else "")
    if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
        raise Problem(
            400, "bad_field", f"'{name}' must be a text of 1 to {most} characters", remedy="see /openapi.json"
        )
    return value


def number_of(body: dict[str, object], name: str) -> int:
    """A whole number of 0 or more. Raises Problem 400 otherwise."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Problem(400, "bad_field", f"'{name}' must be a whole number", remedy="see /openapi.json")
    return value
