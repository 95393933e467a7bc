"""A real PostgreSQL for tests: one cluster per session, one database per test.

In a conftest: `pytest_plugins = ["tests.support.postgres"]` brings the fixture `cluster`; a test's
own database comes from `database(cluster, migrate)` (dropped at the end) or `fresh_database`.

    @pytest.fixture
    async def owner_url(cluster):
        async with database(cluster, migrate) as url:
            yield url
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from licorne.adapters.embedded_postgres import (
    EmbeddedPostgres,
    start_embedded_postgres_and_wait,
)
from licorne.adapters.embedded_postgres.files import ClusterFiles
from licorne.adapters.embedded_postgres.socket_directory import remove_former_socket_directory

# The schema's owner is no superuser, as with an operator's server: what needs one fails here too.
OWNER = "licorne_owner"
OWNER_PASSWORD = "owner of the tests' schema"

Migration = Callable[[str], Awaitable[None]]  # given the owner's URL of an empty database

_PREFIX = "licorne-tests-"

# Nothing here has to outlive a power cut.
_FAST = {
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "shared_buffers": "64MB",
}


def quickest_place() -> Path:
    """Where to put what only has to last for a test: memory, if the machine has plenty."""
    memory = Path("/dev/shm")
    plenty = 2 * 1024**3  # bytes
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > plenty:
        return memory
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    _remove_what_killed_sessions_left()
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=quickest_place()) as home:
        running = start_embedded_postgres_and_wait(
            Path(home, "postgres"), fsync=False, extra_settings=_FAST
        )
        try:
            yield running
        finally:
            running.stop_and_wait()


def _remove_what_killed_sessions_left() -> None:
    for home in quickest_place().glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (home / "postgres" / "launcher.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it: nobody is there
            remove_former_socket_directory(ClusterFiles(home / "postgres"))
            shutil.rmtree(home)


@asynccontextmanager
async def database(
    cluster: EmbeddedPostgres, migrate: Migration | None = None
) -> AsyncIterator[str]:
    """The owner's URL of a new database, which is dropped afterwards, connections and all."""
    url = await fresh_database(cluster, migrate)
    try:
        yield url
    finally:
        await drop_database(cluster, url)


async def fresh_database(cluster: EmbeddedPostgres, migrate: Migration | None = None) -> str:
    """The owner's URL of a new database, migrated if a migration is given.

    The migration runs once per cluster, on a template; each database is a copy of its files
    (some 50 ms).
    """
    name = f"test_{uuid4().hex}"
    administration = await asyncpg.connect(cluster.socket_url())
    try:
        await _ensure_owner(administration)
        template = (
            "template0"
            if migrate is None
            else await _ensure_template(cluster, administration, migrate)
        )
        await administration.execute(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy"
        )
    finally:
        await administration.close()
    return _owner_url(cluster, name)


async def drop_database(cluster: EmbeddedPostgres, url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    administration = await asyncpg.connect(cluster.socket_url())
    try:
        await administration.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await administration.close()


def _owner_url(cluster: EmbeddedPostgres, name: str) -> str:
    return cluster.url(name, OWNER, OWNER_PASSWORD)


async def _ensure_owner(administration: asyncpg.Connection) -> None:
    if await administration.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", OWNER):
        return
    statement = await administration.fetchval(
        "SELECT format('CREATE ROLE %I LOGIN CREATEROLE PASSWORD %L', $1::text, $2::text)",
        OWNER,
        OWNER_PASSWORD,
    )
    await administration.execute(statement)


async def _ensure_template(
    cluster: EmbeddedPostgres, administration: asyncpg.Connection, migrate: Migration
) -> str:
    identity = f"{migrate.__module__}.{migrate.__qualname__}"
    name = f"template_{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    if await administration.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        return name
    # Under another name until it is whole: a migration that failed must fail for every test.
    draft = f"draft_{uuid4().hex}"
    await administration.execute(f"CREATE DATABASE {draft} OWNER {OWNER} TEMPLATE template0")
    try:
        await migrate(_owner_url(cluster, draft))
        # Closed, so that nobody's connection (autovacuum's neither) is in the way of copying it.
        await administration.execute(f"ALTER DATABASE {draft} ALLOW_CONNECTIONS false")
        await administration.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    except BaseException:
        await administration.execute(f"DROP DATABASE {draft} WITH (FORCE)")
        raise
    return name
