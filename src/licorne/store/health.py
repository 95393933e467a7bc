"""Whether the database answers."""

import asyncio

import asyncpg

from licorne.store.database import Database

_PATIENCE = 2.0  # seconds


async def answers(database: Database) -> bool:
    """Ask it for nothing; False when it can't be reached or takes too long."""
    try:
        async with asyncio.timeout(_PATIENCE), database.before_tenant() as connection:
            await connection.execute("SELECT")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True
