"""Starting and stopping the bare application, in a process of its own, and filling its tables."""

import hashlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg

from bench.yardsticks.bare_app import COOKIE, SCHEMA
from bench.yardsticks.database import YardstickDatabase

SESSION_TOKEN = "a-token-of-the-yardstick-that-opens-nothing-else"


@dataclass(frozen=True, slots=True)
class BareServer:
    """A bare application that answers on loopback."""

    port: int
    pid: int


@contextmanager
def running_bare_server(database: YardstickDatabase) -> Iterator[BareServer]:
    """Serve until the block ends."""
    environment = {
        **os.environ,
        "BARE_APP_DATABASE_URL": database.url,
        "BARE_APP_SCHEMA": database.schema,
    }
    command = [sys.executable, "-m", "bench.yardsticks.bare_app"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            # The socket listens already: connections wait there until the pool is open.
            port = int(process.stdout.readline()) if process.stdout else 0
            yield BareServer(port, process.pid)
        finally:
            process.terminate()


async def fill_bare_tables(database: YardstickDatabase, text: str, count: int) -> tuple[str, ...]:
    """Make the tables anew with one session and ``count`` messages that it may see; return their
    paths.
    """
    connection = await asyncpg.connect(
        database.url, server_settings={"search_path": database.schema}
    )
    try:
        await connection.execute("DROP TABLE IF EXISTS bare_message, bare_session")
        await connection.execute(SCHEMA)
        token_hash = hashlib.sha256(SESSION_TOKEN.encode()).digest()
        await connection.execute(
            "INSERT INTO bare_session VALUES ($1, 'contact', now() + interval '1 day')", token_hash
        )
        ids = [uuid.uuid4() for _ in range(count)]
        await connection.executemany(
            "INSERT INTO bare_message (id, recipient, body) VALUES ($1, 'contact', $2)",
            [(each, text) for each in ids],
        )
    finally:
        await connection.close()
    return tuple(f"/messages/{each}" for each in ids)


def session_cookie() -> str:
    """Return the Cookie field that opens the messages of :func:`fill_bare_tables`."""
    return f"{COOKIE}={SESSION_TOKEN}"


async def count_bare_messages(database: YardstickDatabase) -> int:
    """Count the rows that the create endpoint has stored."""
    connection = await asyncpg.connect(
        database.url, server_settings={"search_path": database.schema}
    )
    try:
        return int(await connection.fetchval("SELECT count(*) FROM bare_message"))
    finally:
        await connection.close()
