"""A connection of its own for a user whose statements come one after another, such as a batcher.

Taking one from a pool and giving it back costs more than a small statement does.
"""

from collections.abc import Awaitable, Callable

import asyncpg

Connect = Callable[[], Awaitable[asyncpg.Connection]]


class LastingConnection:
    """Opened at the first use, and again where it was lost."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection | None = None

    async def __call__(self) -> asyncpg.Connection:
        """Give the connection. For one statement at a time."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
