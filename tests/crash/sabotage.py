"""A wiring that acknowledges before it commits, so that the harness can show it would notice.

It exists here and nowhere else: no setting leads to it.
"""

import asyncio
from typing import Any

from licorne.application.sending.accept import AcceptMessage
from licorne.wiring import core

_WINDOW = 0.05  # seconds between the acknowledgement and the write: wider than by accident


class _AcknowledgesFirst(AcceptMessage):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._writes: set[asyncio.Task[None]] = set()

    async def __call__(self, message: Any) -> None:
        write = asyncio.create_task(self._write_later(message))
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)

    async def _write_later(self, message: Any) -> None:
        await asyncio.sleep(_WINDOW)
        await super().__call__(message)


def acknowledge_before_commit() -> None:
    core.AcceptMessage = _AcknowledgesFirst  # type: ignore[misc]
