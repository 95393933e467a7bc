"""Members' passkeys. Signing in finds one by ``find``, before the tenant is known."""

import uuid
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.passkey import Passkey
from licorne.store import reader_keys
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, member_id, wrap_id, credential_id, public, counter, label, created_at,"
    " last_used_at"
)


async def find(
    connection: Connection, credential: bytes
) -> tuple[OrganizationId, uuid.UUID] | None:
    row = await connection.fetchrow("SELECT * FROM find_passkey($1)", credential)
    return None if row is None else (OrganizationId(row["organization_id"]), row["passkey_id"])


class PasskeyKnown(Exception):
    """A passkey of this installation has this credential's id already."""


async def add(connection: Connection, passkey: Passkey) -> None:
    """Insert one, after its wrap. Raises `PasskeyKnown`."""
    try:
        await _insert(connection, passkey)
    except asyncpg.UniqueViolationError:
        raise PasskeyKnown from None


async def _insert(connection: Connection, passkey: Passkey) -> None:
    await connection.execute(
        "INSERT INTO passkey (organization_id, id, member_id, wrap_id, credential_id, public,"
        " counter, label, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        passkey.organization,
        passkey.id,
        passkey.member,
        passkey.wrap,
        passkey.credential,
        passkey.public,
        passkey.counter,
        passkey.label,
        passkey.created_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, passkey: uuid.UUID, *, lock: bool = False
) -> Passkey | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM passkey WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        organization,
        passkey,
    )
    return None if row is None else _passkey(row)


async def of_member(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> tuple[Passkey, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM passkey"  # noqa: S608
        " WHERE organization_id = $1 AND member_id = $2 ORDER BY created_at, id",
        organization,
        member,
    )
    return tuple(_passkey(row) for row in rows)


async def remove(
    connection: Connection, organization: OrganizationId, member: MemberId, passkey: uuid.UUID
) -> bool:
    """Remove one of a member's, and the way to their key that it has."""
    row = await connection.fetchrow(
        "DELETE FROM passkey WHERE organization_id = $1 AND member_id = $2 AND id = $3"
        " RETURNING wrap_id",
        organization,
        member,
        passkey,
    )
    if row is not None and row["wrap_id"] is not None:
        await reader_keys.remove_wrap(connection, organization, row["wrap_id"])
    return row is not None


async def remove_all_of(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> None:
    """Remove a member's; their ways to the key are removed with all others of it."""
    await connection.execute(
        "DELETE FROM passkey WHERE organization_id = $1 AND member_id = $2", organization, member
    )


async def note_use(
    connection: Connection,
    organization: OrganizationId,
    passkey: uuid.UUID,
    counter: int,
    at: datetime,
) -> None:
    await connection.execute(
        "UPDATE passkey SET counter = $3, last_used_at = $4 WHERE organization_id = $1 AND id = $2",
        organization,
        passkey,
        counter,
        at,
    )


def _passkey(row: asyncpg.Record) -> Passkey:
    return Passkey(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        member=MemberId(row["member_id"]),
        wrap=row["wrap_id"],
        credential=row["credential_id"],
        public=row["public"],
        counter=row["counter"],
        label=row["label"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
    )
