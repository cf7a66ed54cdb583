"""Server-sent events as an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse


def event_stream(body: AsyncIterator[bytes], headers: Mapping[str, str] | None = None) -> StreamingResponse:
    """A stream that no proxy should hold back or change."""
    sent = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", **(headers or {})}
    return StreamingResponse(body, media_type="text/event-stream", headers=sent)
