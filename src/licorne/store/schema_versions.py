"""Which revision a database has, and which this code knows: asked at every start, so it is quick.

(Alembic, which makes the revisions, takes longer to import than most commands take to run.)
"""

from pathlib import Path

import asyncpg

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known_versions() -> tuple[str, ...]:
    """Name all revisions that this code knows, the newest last: files are named by theirs."""
    return tuple(sorted(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py")))


async def present_version(owner_url: str) -> str | None:
    """Name the revision of the database; None for one that was never migrated."""
    connection = await asyncpg.connect(owner_url)
    try:
        if await connection.fetchval("SELECT to_regclass('public.schema_version')") is None:
            return None
        present: str | None = await connection.fetchval(
            "SELECT version_num FROM public.schema_version"
        )
        return present
    finally:
        await connection.close()


async def roles_at_work(owner_url: str, roles: list[str]) -> tuple[str, ...]:
    """Name those of the roles that are connected to this database just now."""
    connection = await asyncpg.connect(owner_url)
    try:
        rows = await connection.fetch(
            "SELECT DISTINCT usename FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = ANY($1) ORDER BY usename",
            roles,
        )
    finally:
        await connection.close()
    return tuple(row["usename"] for row in rows)
