"""The installation itself: one row, and its wrapped subkeys."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from licorne.domain.sealing.records import InstallationKeyName, InstallationKeyRow
from licorne.store.database import Connection


async def add(connection: Connection, installation: uuid.UUID, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO installation (id, created_at) VALUES ($1, $2)", installation, at
    )


async def fetch_id(connection: Connection) -> uuid.UUID | None:
    """Give the installation's id; None for a database that was migrated and not set up."""
    found: uuid.UUID | None = await connection.fetchval("SELECT id FROM installation")
    return found


async def add_keys(connection: Connection, rows: Sequence[InstallationKeyRow]) -> None:
    await connection.executemany(
        "INSERT INTO installation_key (name, version, wrapped) VALUES ($1, $2, $3)",
        [(row.name.value, row.version, row.wrapped) for row in rows],
    )


async def fetch_keys(connection: Connection) -> list[InstallationKeyRow]:
    rows = await connection.fetch("SELECT name, version, wrapped FROM installation_key")
    return [
        InstallationKeyRow(InstallationKeyName(row["name"]), row["version"], row["wrapped"])
        for row in rows
    ]
