"""Many writers, one row each, durable before they go on: two ways to store the same rows.

Both run in this process on uvloop, against one server, into one table, as one role: what differs is
only that the batcher shares transactions over one connection and the pool commits each row by
itself.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

import asyncpg

from bench.load.closed_loop import Load, Throughput, percentile_ms
from licorne.store.batcher import Batcher

POOL_SIZE = 16
ROW_BYTES = 2048

_TABLE = "CREATE TABLE IF NOT EXISTS durable_write (id uuid PRIMARY KEY, sealed bytea NOT NULL)"
_ONE_ROW = "INSERT INTO durable_write (id, sealed) VALUES ($1, $2)"
_MANY_ROWS = """
INSERT INTO durable_write (id, sealed) SELECT * FROM unnest($1::uuid[], $2::bytea[])
"""
_SEALED = bytes(range(256)) * (ROW_BYTES // 256)


class Way(Enum):
    """How a row reaches the disk."""

    BATCHER = "Licorne's write batcher, one connection"
    POOL = f"asyncpg pool of {POOL_SIZE}"


@dataclass(frozen=True, slots=True)
class _Row:
    id: uuid.UUID
    sealed: bytes


async def make_table(url: str) -> None:
    """Make the table, empty."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP TABLE IF EXISTS durable_write")
        await connection.execute(_TABLE)
    finally:
        await connection.close()


async def measure_writes(url: str, way: Way, load: Load) -> Throughput:
    """Let ``load.sessions`` writers write, each its next row when the one before is durable.

    Raises:
        AssertionError: fewer rows are stored than were acknowledged.
    """
    opened = _batcher(url) if way is Way.BATCHER else _pool(url)
    async with opened as write:
        result = await _drive(write, load)
    connection = await asyncpg.connect(url)
    try:
        stored = await connection.fetchval("SELECT count(*) FROM durable_write")
        assert stored == result.acknowledged, f"{stored} stored, {result.acknowledged} acknowledged"
        await connection.execute("TRUNCATE durable_write")
    finally:
        await connection.close()
    return result


@asynccontextmanager
async def _batcher(url: str) -> AsyncIterator[Callable[[_Row], Awaitable[object]]]:
    connection = await asyncpg.connect(url)

    async def flush(rows: Sequence[_Row]) -> Sequence[None]:
        await connection.execute(_MANY_ROWS, [row.id for row in rows], [row.sealed for row in rows])
        return [None] * len(rows)

    try:
        yield Batcher[_Row, None](flush).submit
    finally:
        await connection.close()


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[Callable[[_Row], Awaitable[object]]]:
    async def leave_as_it_is(_: object) -> None:
        """Spare the pool the round trip by which it resets a connection's session by default."""

    async with asyncpg.create_pool(
        url, min_size=POOL_SIZE, max_size=POOL_SIZE, reset=leave_as_it_is
    ) as pool:

        async def write(row: _Row) -> None:
            await pool.execute(_ONE_ROW, row.id, row.sealed)

        yield write


async def _drive(write: Callable[[_Row], Awaitable[object]], load: Load) -> Throughput:
    clock = time.perf_counter
    opens_at = clock() + load.warm_up_s
    closes_at = opens_at + load.window_s
    latencies: list[float] = []
    acknowledged = 0

    async def writer() -> None:
        nonlocal acknowledged
        begun = clock()
        while begun < closes_at:
            await write(_Row(uuid.uuid4(), _SEALED))
            now = clock()
            acknowledged += 1
            if opens_at <= now < closes_at:
                latencies.append(now - begun)
            begun = now

    cpu_before = time.process_time()
    await asyncio.gather(*(writer() for _ in range(load.sessions)))
    latencies.sort()
    return Throughput(
        completed=len(latencies),
        acknowledged=acknowledged,
        seconds=load.window_s,
        p50_ms=percentile_ms(latencies, 0.50),
        p99_ms=percentile_ms(latencies, 0.99),
        generator_cpu_s=time.process_time() - cpu_before,
    )
