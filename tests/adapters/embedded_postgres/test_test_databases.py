"""The databases that other tests get."""

import asyncpg
import pytest
from tests.support.postgres import OWNER, database, fresh_database

from licorne.adapters.embedded_postgres import EmbeddedPostgres


async def make_a_table(owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("CREATE TABLE notes (text text)")
    finally:
        await connection.close()


async def break_halfway(owner_url: str) -> None:
    await make_a_table(owner_url)
    raise RuntimeError("the migration is broken")


async def _rows(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM notes")
    finally:
        await connection.close()


async def test_each_database_is_migrated_and_knows_nothing_of_the_others(cluster: EmbeddedPostgres):
    async with database(cluster, make_a_table) as one, database(cluster, make_a_table) as other:
        connection = await asyncpg.connect(one)
        await connection.execute("INSERT INTO notes VALUES ('mine')")
        await connection.close()

        assert await _rows(one) == 1
        assert await _rows(other) == 0


async def test_a_database_is_gone_after_use_even_if_somebody_forgot_a_connection(
    cluster: EmbeddedPostgres,
):
    async with database(cluster) as url:
        forgotten = await asyncpg.connect(url)

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    forgotten.terminate()


async def test_the_owner_of_a_schema_is_no_superuser(cluster: EmbeddedPostgres):
    async with database(cluster) as url:
        connection = await asyncpg.connect(url)
        row = await connection.fetchrow(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        await connection.close()

    assert tuple(row) == (OWNER, False, False)


async def test_a_broken_migration_fails_for_every_test_not_only_the_first(
    cluster: EmbeddedPostgres,
):
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            await fresh_database(cluster, break_halfway)
