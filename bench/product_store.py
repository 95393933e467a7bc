"""Waiting for, and counting, what the product has stored: plain queries as the schema's owner."""

import asyncio
import time

import asyncpg

_DRAIN_DEADLINE_S = 600.0
_MESSAGES = "SELECT count(*) FROM licorne.message"
_JOBS = "SELECT count(*) FROM jobs.pgqueuer"


def count_messages(database_url: str) -> int:
    """Count the messages that the product keeps, all organizations together."""
    return asyncio.run(_count(database_url, _MESSAGES))


def wait_for_the_jobs(database_url: str) -> None:
    """Let the notices go out, so that they don't burden the next run.

    Raises:
        TimeoutError: after ten minutes jobs are still waiting.
    """
    deadline = time.monotonic() + _DRAIN_DEADLINE_S
    while asyncio.run(_count(database_url, _JOBS)):
        if time.monotonic() > deadline:
            raise TimeoutError("jobs are still waiting ten minutes after the run")
        time.sleep(0.2)


async def _count(database_url: str, query: str) -> int:
    connection = await asyncpg.connect(database_url)
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()
