"""Legal holds, and the lock that lets none be placed while records are being destroyed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId, ThreadId
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.records.hold import LegalHold
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, contact_id, thread_id, reason_sealed, placed_by, placed_at,"
    " released_by, released_at, release_reason_sealed"
)


async def take_turn(connection: Connection, organization: OrganizationId) -> None:
    """Wait until nobody else holds or destroys this organization's records; till the commit.

    What is looked up after it sees every hold whose placing was confirmed to somebody.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"records {organization}"
    )


async def add(connection: Connection, hold: LegalHold) -> None:
    await connection.execute(
        "INSERT INTO legal_hold (organization_id, id, contact_id, thread_id, reason_sealed,"
        " placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        hold.organization,
        hold.id,
        hold.contact,
        hold.thread,
        hold.reason_sealed,
        hold.placed_by,
        hold.placed_at,
    )


async def release(
    connection: Connection,
    organization: OrganizationId,
    hold: uuid.UUID,
    by: MemberId,
    at: datetime,
    reason_sealed: bytes,
) -> LegalHold | None:
    """Release a standing hold; nothing where there is none of that id."""
    row = await connection.fetchrow(
        "UPDATE legal_hold SET released_by = $3, released_at = $4, release_reason_sealed = $5"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2 AND released_at IS NULL"
        f" RETURNING {_COLUMNS}",
        organization,
        hold,
        by,
        at,
        reason_sealed,
    )
    return None if row is None else _hold(row)


async def fetch_all(
    connection: Connection,
    organization: OrganizationId,
    *,
    contact: ContactId | None = None,
    most: int = 200,
) -> tuple[LegalHold, ...]:
    """List holds, those that stand first and the latest of each first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM legal_hold"  # noqa: S608
        " WHERE organization_id = $1 AND ($2::uuid IS NULL OR contact_id = $2)"
        " ORDER BY released_at IS NOT NULL, placed_at DESC, id LIMIT $3",
        organization,
        contact,
        most,
    )
    return tuple(_hold(row) for row in rows)


@dataclass(frozen=True, slots=True)
class ContactThread:
    """A thread with a contact, whoever's it is: that it is there, not what it says."""

    thread: ThreadId
    inbox: Inbox
    messages: int


async def threads_with(
    connection: Connection, organization: OrganizationId, contact: ContactId
) -> tuple[ContactThread, ...]:
    rows = await connection.fetch(
        "SELECT t.id, t.owner_kind, t.owner_id, (SELECT count(*) FROM delivery d"
        "   WHERE (d.organization_id, d.thread_id) = (t.organization_id, t.id)) AS messages"
        " FROM thread t WHERE t.organization_id = $1 AND t.contact_id = $2"
        " ORDER BY t.created_at, t.id",
        organization,
        contact,
    )
    return tuple(
        ContactThread(
            ThreadId(row["id"]),
            Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
            row["messages"],
        )
        for row in rows
    )


def _hold(row: asyncpg.Record) -> LegalHold:
    return LegalHold(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        contact=ContactId(row["contact_id"]),
        thread=None if row["thread_id"] is None else ThreadId(row["thread_id"]),
        reason_sealed=row["reason_sealed"],
        placed_by=MemberId(row["placed_by"]),
        placed_at=row["placed_at"],
        released_by=None if row["released_by"] is None else MemberId(row["released_by"]),
        released_at=row["released_at"],
        release_reason_sealed=row["release_reason_sealed"],
    )
