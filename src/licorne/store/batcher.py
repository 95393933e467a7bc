"""The batcher: concurrent requests' statements become one, and durable writes share an fsync.

Under load a batch grows while the one before it is under way; alone, a request leaves at once, so
batching costs no latency. A batch that fails is retried one by one, so that a bad row fails alone
and its neighbours don't learn of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Key = TypeVar("Key", bound=Hashable)

DEFAULT_BATCH = 128
DEFAULT_QUEUE = 4096


class QueueFullError(Exception):
    """More items wait than the queue may hold: answer "try again" (SMTP 451, HTTP 503)."""


class Batcher(Generic[Item, Result]):
    """Hands waiting items to ``flush`` in batches; ``submit`` gives an item's own result.

    ``flush`` gives a result per item, in order. It must be all or nothing for the list it gets,
    and idempotent for one write whose commit was ambiguous (ids are the caller's: a unique
    violation then means "already stored").
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        batch: int = DEFAULT_BATCH,
        queue: int = DEFAULT_QUEUE,
    ) -> None:
        self._flush = flush
        self._batch = batch
        self._limit = queue
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Wait until ``item``'s batch is through; raise what its own flush raised."""
        if len(self._waiting) >= self._limit:
            raise QueueFullError
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # whoever is ready at this moment comes along
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            try:
                results = await self._flush([item for item, _ in batch])
            except Exception as problem:  # noqa: BLE001 - each writer gets its own below
                await self._one_by_one(batch, problem)
            else:
                for (_, done), result in zip(batch, results, strict=True):
                    _succeed(done, result)

    async def _one_by_one(
        self, batch: list[tuple[Item, asyncio.Future[Result]]], problem: Exception
    ) -> None:
        if len(batch) == 1:
            _fail(batch[0][1], problem)
            return
        for item, done in batch:
            try:
                (result,) = await self._flush([item])
            except Exception as own:  # noqa: BLE001 - handed to the one who waits
                _fail(done, own)
            else:
                _succeed(done, result)


class Batchers(Generic[Key, Item, Result]):
    """A batcher for each key, such as a tenant whose transactions are its own; none while idle."""

    def __init__(
        self,
        flush: Callable[[Key, Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        batch: int = DEFAULT_BATCH,
    ) -> None:
        self._flush = flush
        self._batch = batch
        self._at_work: dict[Key, tuple[Batcher[Item, Result], int]] = {}

    async def submit(self, key: Key, item: Item) -> Result:
        """Wait until ``item``'s batch among those of ``key`` is through."""
        batcher, users = self._at_work.get(key) or (
            Batcher(partial(self._flush, key), batch=self._batch),
            0,
        )
        self._at_work[key] = (batcher, users + 1)
        try:
            return await batcher.submit(item)
        finally:
            _, users = self._at_work.pop(key)
            if users > 1:
                self._at_work[key] = (batcher, users - 1)


def _succeed(done: asyncio.Future[Result], result: Result) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Result], problem: Exception) -> None:
    if not done.done():
        done.set_exception(problem)
