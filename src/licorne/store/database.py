"""Connections: a small pool per runtime role, and a transaction that belongs to one tenant.

Every query of ``licorne_app`` and ``licorne_worker`` sees one organization's rows: the one that
``tenant`` set for the transaction. Outside ``tenant`` row-level security shows them nothing, and
only the short list of SECURITY DEFINER functions answers (``before_tenant``).
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.translatable import translatable
from licorne.store.after_commit import AfterCommit
from licorne.store.lasting_connection import Connect, LastingConnection
from licorne.store.roles import RuntimeRole

Connection = asyncpg.Connection | PoolConnectionProxy

_SETTINGS = {"search_path": "licorne", "application_name": "licorne", "timezone": "UTC"}


def url_for_role(owner_url: str, role: RuntimeRole, password: str) -> str:
    """Give the same server and database with another log-in."""
    parts = urlsplit(owner_url)
    location = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role.value}:{password}@{location}"))


class DatabaseFull(Exception):
    """The database's disk has no room; passes when there is room again."""

    sentence = translatable(
        "The server has no room for new messages at the moment. Please try again later."
    )


async def _nothing_to_reset(_connection: object) -> None:
    """Stand in for the clearing of a session that has nothing to clear."""


@dataclass(frozen=True, slots=True)
class Database:
    """One runtime role's pool."""

    pool: asyncpg.Pool
    _connect: Connect
    after_commit: AfterCommit = field(init=False)
    _lasting: list[LastingConnection] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "after_commit", AfterCommit(self.pool))

    @asynccontextmanager
    async def tenant(self, organization: OrganizationId) -> AsyncIterator[Connection]:
        """Open a transaction that sees and writes only this organization's rows."""
        async with self.pool.acquire() as connection:
            with self.after_commit.collecting(connection):
                # In one round trip. An id is spelt as every UUID: nothing in it needs quoting.
                begin = f"BEGIN; SET LOCAL licorne.organization = '{organization}'"
                await connection.execute(begin)
                try:
                    yield connection
                except asyncpg.DiskFullError as problem:
                    await connection.execute("ROLLBACK")
                    raise DatabaseFull from problem
                except BaseException:
                    await connection.execute("ROLLBACK")
                    raise
                await connection.execute("COMMIT")

    @asynccontextmanager
    async def before_tenant(self) -> AsyncIterator[Connection]:
        """Lend a connection on which only the functions for unknown tenants answer."""
        async with self.pool.acquire() as connection:
            yield connection

    def lasting(self) -> LastingConnection:
        """Give a batcher a connection of its own, for statements as with ``before_tenant``."""
        lasting = LastingConnection(self._connect)
        self._lasting.append(lasting)
        return lasting

    async def close(self) -> None:
        for lasting in self._lasting:
            await lasting.close()
        await self.after_commit.close()
        await self.pool.close()


async def open_database(
    url: str,
    *,
    size: int = 8,
    settings: Mapping[str, str] | None = None,
    keeps_no_state: bool = False,
) -> Database:
    """Open a pool for the role that ``url`` logs in as.

    ``settings`` are PostgreSQL settings of the session, over the usual ones. A pool whose users
    leave nothing behind in a session (``keeps_no_state``) saves the round trip that clears it.
    """
    options: dict[str, Any] = {
        "command_timeout": 30,
        "server_settings": {**_SETTINGS, **(settings or {})},
    }
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        reset=_nothing_to_reset if keeps_no_state else None,
        **options,
    )
    return Database(pool, partial(asyncpg.connect, url, **options))
