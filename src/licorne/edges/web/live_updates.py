"""Live updates: a stream that says *that* something changed, never what (server-sent events)."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from litestar.response import Stream

HEARTBEAT_SECONDS = 20.0
RETRY_MILLISECONDS = 3000
KIND = re.compile(r"[a-z][a-z-]{0,40}\Z")


@dataclass(frozen=True, slots=True)
class Changed:
    """Something of this kind and id changed; the page asks for what it may see of it."""

    kind: str
    id: uuid.UUID

    def __post_init__(self) -> None:
        if not KIND.match(self.kind):
            raise ValueError("a kind is a lower-case word")

    def encode(self) -> bytes:
        return f"event: {self.kind}\ndata: {self.id}\n\n".encode()


def event_stream(
    changes: AsyncIterator[Changed], *, heartbeat: float = HEARTBEAT_SECONDS
) -> Stream:
    """Send each change as an event until the iterator ends or the browser leaves.

    The caller ends the iterator when the session ends; a stream never keeps a session alive.
    Comments in between keep proxies from closing an idle stream and find dead peers.
    """
    return Stream(
        _encoded(changes, heartbeat),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _encoded(changes: AsyncIterator[Changed], heartbeat: float) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    pending: asyncio.Task[Changed | None] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(changes))
            done, _ = await asyncio.wait({pending}, timeout=heartbeat)
            if not done:
                yield b": still here\n\n"
                continue
            change, pending = pending.result(), None
            if change is None:
                return
            yield change.encode()
    finally:
        if pending is not None:
            pending.cancel()
            with suppress(asyncio.CancelledError):
                await pending


async def _next(changes: AsyncIterator[Changed]) -> Changed | None:
    return await anext(changes, None)
