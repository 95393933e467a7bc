"""Releases of the record key: asked for by one, approved by another, open for a while."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.sealing.record_release import RecordRelease
from licorne.domain.sealing.records import PrivateKeyWrap, UnlockMethod
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, asked_by, reason_sealed, asked_at, expires_at, approved_by, approved_at,"
    " open_until, ended_at"
)


async def add(connection: Connection, release: RecordRelease) -> None:
    await connection.execute(
        f"INSERT INTO record_release ({_COLUMNS})"  # noqa: S608 - a constant
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        release.organization,
        release.id,
        release.asked_by,
        release.reason_sealed,
        release.asked_at,
        release.expires_at,
        release.approved_by,
        release.approved_at,
        release.open_until,
        release.ended_at,
    )


async def fetch(
    connection: Connection,
    organization: OrganizationId,
    release: uuid.UUID,
    *,
    lock: bool = False,
) -> RecordRelease | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM record_release WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        organization,
        release,
    )
    return None if row is None else _release(row)


async def fetch_live(
    connection: Connection, organization: OrganizationId, at: datetime
) -> tuple[RecordRelease, ...]:
    """List what waits for approval or is open, the oldest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM record_release WHERE organization_id = $1"  # noqa: S608
        " AND ended_at IS NULL AND coalesce(open_until, expires_at) > $2 ORDER BY asked_at",
        organization,
        at,
    )
    return tuple(_release(row) for row in rows)


async def approve(
    connection: Connection,
    release: RecordRelease,
    approved_by: uuid.UUID,
    at: datetime,
    open_until: datetime,
    shares: Sequence[PrivateKeyWrap],
) -> None:
    """Open a release; a share is a pair's wrap with its outer layer peeled off."""
    await connection.execute(
        "UPDATE record_release SET approved_by = $3, approved_at = $4, open_until = $5"
        " WHERE organization_id = $1 AND id = $2",
        release.organization,
        release.id,
        approved_by,
        at,
        open_until,
    )
    await connection.executemany(
        "INSERT INTO record_release_share (organization_id, release_id, key_id, wrapper_key_id,"
        " second_key_id, peeled) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (one.organization, release.id, one.key, one.wrapper, one.second, one.wrapped)
            for one in shares
        ],
    )


async def end(
    connection: Connection, organization: OrganizationId, release: uuid.UUID, at: datetime
) -> None:
    await connection.execute(
        "DELETE FROM record_release_share WHERE organization_id = $1 AND release_id = $2",
        organization,
        release,
    )
    await connection.execute(
        "UPDATE record_release SET ended_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        release,
        at,
    )


async def open_shares(
    connection: Connection, organization: OrganizationId, member: MemberId, at: datetime
) -> tuple[PrivateKeyWrap, ...]:
    """Fetch what was peeled for this member by releases that are open now."""
    rows = await connection.fetch(
        "SELECT s.release_id, s.key_id, s.wrapper_key_id, s.second_key_id, s.peeled"
        " FROM record_release r JOIN record_release_share s"
        " ON (s.organization_id, s.release_id) = (r.organization_id, r.id)"
        " WHERE r.organization_id = $1 AND r.asked_by = $2 AND r.ended_at IS NULL"
        " AND r.approved_at IS NOT NULL AND r.open_until > $3",
        organization,
        member,
        at,
    )
    return tuple(
        PrivateKeyWrap(
            organization=organization,
            id=row["release_id"],
            key=KeyId(row["key_id"]),
            method=UnlockMethod.PAIR,
            wrapper=KeyId(row["wrapper_key_id"]),
            slot=None,
            parameters=b"",
            wrapped=row["peeled"],
            second=KeyId(row["second_key_id"]),
        )
        for row in rows
    )


def _release(row: asyncpg.Record) -> RecordRelease:
    return RecordRelease(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        asked_by=MemberId(row["asked_by"]),
        reason_sealed=row["reason_sealed"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
        open_until=row["open_until"],
        ended_at=row["ended_at"],
    )


async def forget_ended(connection: Connection, at: datetime) -> None:
    """Clear away the shares of releases that are over, in every organization."""
    await connection.execute("SELECT forget_ended_releases($1)", at)
