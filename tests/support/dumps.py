"""What somebody has who got hold of the database: a dump, and the same in a database of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.postgres import drop_database, fresh_database

from licorne.adapters.embedded_postgres import EmbeddedPostgres

_PROGRAMS = Path(sys.executable).parent


async def dump(database_url: str, *options: str) -> bytes:
    """Dump a database with the program that any operator would use."""
    return await _run("pg_dump", "--dbname", database_url, *options)


@asynccontextmanager
async def restored(cluster: EmbeddedPostgres, backup: bytes, folder: Path) -> AsyncIterator[str]:
    """Restore a dump of the custom format into a database of its own; gives its owner's URL."""
    file = folder / "backup.dump"
    await asyncio.to_thread(file.write_bytes, backup)
    url = await fresh_database(cluster)
    try:
        await _run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", url, str(file))
        yield url
    finally:
        await drop_database(cluster, url)


async def _run(program: str, *arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        str(_PROGRAMS / program),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode("utf-8", "replace")
    return output
