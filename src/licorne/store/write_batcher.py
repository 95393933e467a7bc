"""The write batcher: concurrent durable writes share a transaction, and so an fsync.

Under load a batch grows while the one before it is being committed; alone, a write leaves at once,
so batching costs no latency. A batch that fails is retried one write at a time, so that a bad row
fails alone and its neighbours don't learn of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Write = TypeVar("Write")

DEFAULT_BATCH = 128
DEFAULT_QUEUE = 4096


class QueueFullError(Exception):
    """More writes wait than the queue may hold: answer "try again" (SMTP 451, HTTP 503)."""


class WriteBatcher(Generic[Write]):
    """Hands waiting writes to ``flush`` in batches; ``write`` returns once its batch is durable.

    ``flush`` must be all or nothing for the list it gets, and idempotent for one write whose
    commit was ambiguous (ids are the caller's: a unique violation then means "already stored").
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Write]], Awaitable[None]],
        *,
        batch: int = DEFAULT_BATCH,
        queue: int = DEFAULT_QUEUE,
    ) -> None:
        self._flush = flush
        self._batch = batch
        self._limit = queue
        self._waiting: list[tuple[Write, asyncio.Future[None]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def write(self, item: Write) -> None:
        """Wait until ``item`` is durable; raise what storing it raised."""
        if len(self._waiting) >= self._limit:
            raise QueueFullError
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            try:
                await self._flush([item for item, _ in batch])
            except Exception as problem:  # noqa: BLE001 - each writer gets its own below
                await self._one_by_one(batch, problem)
            else:
                for _, done in batch:
                    _succeed(done)

    async def _one_by_one(
        self, batch: list[tuple[Write, asyncio.Future[None]]], problem: Exception
    ) -> None:
        if len(batch) == 1:
            _fail(batch[0][1], problem)
            return
        for item, done in batch:
            try:
                await self._flush([item])
            except Exception as own:  # noqa: BLE001 - handed to the one who waits
                _fail(done, own)
            else:
                _succeed(done)


def _succeed(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _fail(done: asyncio.Future[None], problem: Exception) -> None:
    if not done.done():
        done.set_exception(problem)
