"""Brings a database to the current schema: Alembic, forward only."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

_HERE = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    return config


def latest_version() -> str:
    """Name the newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migration found in the package")
    return head


async def migrate(owner_url: str) -> None:
    """Migrate the database at ``owner_url`` (the schema owner's) to ``latest_version``.

    Idempotent. Two at once are kept apart by Alembic's version row and PostgreSQL's locks on DDL.
    """

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async def connect() -> asyncpg.Connection:
        # The URL goes to asyncpg whole, so that its TLS parameters mean what PostgreSQL says.
        return await asyncpg.connect(owner_url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()
