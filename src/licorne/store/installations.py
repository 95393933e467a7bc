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
        "INSERT INTO installation_key (name, version, wrapped, in_use_at)"
        " VALUES ($1, $2, $3, coalesce($4, now()))",
        [(row.name.value, row.version, row.wrapped, row.in_use_at) for row in rows],
    )


async def fetch_keys(connection: Connection) -> list[InstallationKeyRow]:
    rows = await connection.fetch("SELECT name, version, wrapped, in_use_at FROM installation_key")
    return [
        InstallationKeyRow(
            InstallationKeyName(row["name"]), row["version"], row["wrapped"], row["in_use_at"]
        )
        for row in rows
    ]


async def rewrap_keys(connection: Connection, rows: Sequence[InstallationKeyRow]) -> None:
    """Put other wraps in the place of those that are there (another K0, another custody)."""
    await connection.executemany(
        "UPDATE installation_key SET wrapped = $3 WHERE name = $1 AND version = $2",
        [(row.name.value, row.version, row.wrapped) for row in rows],
    )


async def hold_keys(connection: Connection) -> None:
    """Let one act at a time change the keyring's rows, until the transaction ends."""
    await connection.execute("SELECT 1 FROM installation_key FOR UPDATE")


async def remove_key(connection: Connection, name: InstallationKeyName, version: int) -> None:
    """Destroy one version of a subkey: what it sealed opens no more."""
    await connection.execute(
        "DELETE FROM installation_key WHERE name = $1 AND version = $2", name.value, version
    )
