"""Dumps: the database out into a stream, and back into an empty one, by PostgreSQL's own programs.

The password goes to them by the environment, which other users can't read, and not by the command
line, which they can. What they say about a failure can quote a row, so it isn't passed on.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from licorne.store.roles import RuntimeRole

_STEP_BYTES = 256 * 1024
_PATIENCE = 30  # seconds for a lock: a dump must not hang behind a migration


class DumpFailed(Exception):
    """A dump can't be made or restored; ``sentence`` is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    pg_dump: Path
    pg_restore: Path


async def dump(programs: PostgresPrograms, owner_url: str) -> AsyncIterator[bytes]:
    """Stream a dump in the custom format: one moment of the database, compressed."""
    await _insist_on_version(programs.pg_dump, owner_url)
    arguments = ("--format=custom", f"--lock-wait-timeout={_PATIENCE}s", "--no-password")
    async with _running(programs.pg_dump, owner_url, arguments) as process:
        assert process.stdout is not None
        while chunk := await process.stdout.read(_STEP_BYTES):
            yield chunk
        if await process.wait() != 0:
            raise DumpFailed(
                "pg_dump failed. Run it by hand to see why: pg_dump --format=custom, as the"
                " schema's owner."
            )


async def restore(programs: PostgresPrograms, owner_url: str, dumped: Path) -> None:
    """Restore a dump into an empty database, all or nothing, with the runtime roles' rights."""
    await _insist_on_version(programs.pg_restore, owner_url)
    await _make_roles(owner_url)
    # Defaults name the role that set them, which may have another name here: set anew below.
    contents = await _output(programs.pg_restore, ("--list", str(dumped)))
    wanted = "\n".join(line for line in contents.splitlines() if " DEFAULT ACL " not in line)
    listed = dumped.with_suffix(".list")
    await asyncio.to_thread(listed.write_text, wanted + "\n", encoding="utf-8")
    arguments = (
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        "--no-password",
        f"--use-list={listed}",
        str(dumped),
    )
    async with _running(programs.pg_restore, owner_url, arguments) as process:
        assert process.stdout is not None
        await process.stdout.read()
        if await process.wait() != 0:
            raise DumpFailed(
                "pg_restore failed; the database was left as it was. It must be empty, and its"
                " user must own it and may create roles."
            )
    await _close_database(owner_url)


async def is_empty(owner_url: str) -> bool:
    """Say whether nothing of Licorne's is in the database."""
    connection = await asyncpg.connect(owner_url)
    try:
        found = await connection.fetchval(
            "SELECT count(*) FROM pg_namespace WHERE nspname IN ('licorne', 'jobs')"
        )
    finally:
        await connection.close()
    return bool(found == 0)


async def _make_roles(owner_url: str) -> None:
    """Make the roles that the dump's rights name; a dump of a database holds none."""
    connection = await asyncpg.connect(owner_url)
    try:
        for role in RuntimeRole:
            if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f"CREATE ROLE {role.value} NOLOGIN NOINHERIT NOBYPASSRLS")
    finally:
        await connection.close()


async def _close_database(owner_url: str) -> None:
    """Set what belongs to the database and to its owner, and so isn't in a dump of its schemas."""
    connection = await asyncpg.connect(owner_url)
    try:
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
        await connection.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA licorne REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _insist_on_version(program: Path, owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        server = connection.get_server_version().major
    finally:
        await connection.close()
    told = re.search(r" (\d+)", await _output(program, ("--version",)))
    if told is None or int(told[1]) < server:
        raise DumpFailed(
            f"{program} is older than the server. Install the client programs of PostgreSQL"
            f" {server} (on Debian: postgresql-client-{server})."
        )


async def _output(program: Path, arguments: Sequence[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise DumpFailed(f"{program} doesn't run, or can't read the dump.")
    return output.decode()


@asynccontextmanager
async def _running(
    program: Path, url: str, arguments: Sequence[str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program on a database; it is ended with the block, however that ends."""
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    host = parts.netloc.rpartition("@")[2]
    without = urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
    environment = dict(os.environ)
    if password:
        environment["PGPASSWORD"] = unquote(password)
    process = await asyncio.create_subprocess_exec(
        program,
        f"--dbname={without}",
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
