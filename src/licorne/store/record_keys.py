"""The record key's versions and how each is locked: to its holders, to the kit, for emergencies."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.store import reader_keys
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class LockedRecordKey:
    key: DirectoryKey
    wraps: tuple[PrivateKeyWrap, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """The kit that serves now: its key pair, and how the officer's share locks it."""

    key: DirectoryKey
    wrap: PrivateKeyWrap
    made_at: datetime


async def hold(connection: Connection, organization: OrganizationId) -> None:
    """Let one act at a time change who opens the record key; until the transaction ends."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"record-key:{organization}"
    )


async def fetch_locked(
    connection: Connection, organization: OrganizationId
) -> tuple[LockedRecordKey, ...]:
    """Fetch every version that somebody can open in some way, newest first."""
    rows = await connection.fetch(
        "SELECT k.id FROM reader_key k WHERE k.organization_id = $1 AND k.owner_id = $1"
        " AND EXISTS (SELECT FROM private_key_wrap w"
        " WHERE (w.organization_id, w.key_id) = (k.organization_id, k.id))"
        " ORDER BY k.version DESC",
        organization,
    )
    found = []
    for row in rows:
        key = await reader_keys.fetch_key(connection, organization, row["id"])
        if key is not None:
            wraps = await reader_keys.fetch_wraps(connection, organization, key.id)
            found.append(LockedRecordKey(key, tuple(wraps)))
    return tuple(found)


async def remove_wraps(
    connection: Connection, organization: OrganizationId, keys: Sequence[KeyId]
) -> None:
    await connection.execute(
        "DELETE FROM private_key_wrap WHERE organization_id = $1 AND key_id = ANY($2)",
        organization,
        list(keys),
    )


async def remove_wraps_of(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> None:
    """Take a member out of every way to the record key."""
    await connection.execute(
        "DELETE FROM private_key_wrap w USING reader_key r, reader_key m"
        " WHERE w.organization_id = $1 AND r.organization_id = $1 AND m.organization_id = $1"
        " AND r.owner_id = $1 AND w.key_id = r.id AND m.owner_id = $2"
        " AND m.id IN (w.wrapper_key_id, w.second_key_id) AND w.method IN ('reader', 'pair')",
        organization,
        member,
    )


async def holders(connection: Connection, organization: OrganizationId) -> tuple[MemberId, ...]:
    """Name the members who hold a share, or the whole, with the key that they have now."""
    rows = await connection.fetch(
        "SELECT DISTINCT m.owner_id FROM reader_key r"
        " JOIN private_key_wrap w ON (w.organization_id, w.key_id) = (r.organization_id, r.id)"
        " JOIN reader_key m ON (m.organization_id, m.id) = (w.organization_id, w.wrapper_key_id)"
        " JOIN current_key c ON (c.organization_id, c.key_id) = (m.organization_id, m.id)"
        " WHERE r.organization_id = $1 AND r.owner_id = $1 AND m.kind = 'member'"
        " AND w.method IN ('reader', 'pair') ORDER BY m.owner_id",
        organization,
    )
    return tuple(MemberId(row["owner_id"]) for row in rows)


async def opens_without(
    connection: Connection, organization: OrganizationId, member: uuid.UUID
) -> bool:
    """Say whether every version that opens now would still open if this member were gone."""
    kept: bool | None = await connection.fetchval(
        "WITH ways AS (SELECT w.key_id, bool_or(m.id IS NOT NULL) AS theirs"
        " FROM reader_key r"
        " JOIN private_key_wrap w ON (w.organization_id, w.key_id) = (r.organization_id, r.id)"
        " LEFT JOIN reader_key m ON m.organization_id = $1 AND m.owner_id = $2"
        " AND m.id IN (w.wrapper_key_id, w.second_key_id)"
        " WHERE r.organization_id = $1 AND r.owner_id = $1 AND w.method IN ('reader', 'pair')"
        " GROUP BY w.key_id, w.id),"
        " versions AS (SELECT bool_or(NOT theirs) AS others FROM ways GROUP BY key_id)"
        " SELECT bool_and(others) FROM versions",
        organization,
        member,
    )
    return kept is not False


async def fetch_kit(connection: Connection, organization: OrganizationId) -> Kit | None:
    row = await connection.fetchrow(
        "SELECT k.id, k.created_at FROM reader_key k WHERE k.organization_id = $1"
        " AND k.kind = 'kit' AND EXISTS (SELECT FROM private_key_wrap w"
        " WHERE (w.organization_id, w.key_id) = (k.organization_id, k.id))"
        " ORDER BY k.created_at DESC LIMIT 1",
        organization,
    )
    if row is None:
        return None
    key = await reader_keys.fetch_key(connection, organization, row["id"])
    wraps = await reader_keys.fetch_wraps(
        connection, organization, row["id"], UnlockMethod.RECOVERY
    )
    return None if key is None or not wraps else Kit(key, wraps[-1], row["created_at"])


async def emergency_openers(
    connection: Connection, organization: OrganizationId
) -> tuple[MemberId, ...]:
    rows = await connection.fetch(
        "SELECT member_id FROM emergency_opener WHERE organization_id = $1 ORDER BY member_id",
        organization,
    )
    return tuple(MemberId(row["member_id"]) for row in rows)


async def add_emergency_opener(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    by: MemberId,
    at: datetime,
) -> None:
    await connection.execute(
        "INSERT INTO emergency_opener (organization_id, member_id, added_by, added_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        organization,
        member,
        by,
        at,
    )


async def remove_emergency_opener(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> bool:
    """Take it from them, with the wraps of the record key that they had for it."""
    await connection.execute(
        "DELETE FROM private_key_wrap w USING reader_key m WHERE w.organization_id = $1"
        " AND m.organization_id = $1 AND m.owner_id = $2 AND w.wrapper_key_id = m.id"
        " AND w.method = 'emergency'",
        organization,
        member,
    )
    removed = await connection.fetchval(
        "DELETE FROM emergency_opener WHERE organization_id = $1 AND member_id = $2"
        " RETURNING member_id",
        organization,
        member,
    )
    return removed is not None
