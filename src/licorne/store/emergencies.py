"""Emergency access: who opened whose conversation, why, and until when."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId, ThreadId
from licorne.domain.mailbox.emergency import EmergencyAccess
from licorne.domain.message.thread import Inbox, OwnerKind, Thread
from licorne.store.database import Connection

_COLUMNS = "organization_id, id, member_id, thread_id, reason_sealed, opened_at, ends_at, ended_at"


@dataclass(frozen=True, slots=True)
class OthersThread:
    """A conversation of somebody else: that it is there, and nothing of what it says."""

    id: ThreadId
    owner: Inbox
    active_at: datetime


async def threads_of_others(
    connection: Connection, organization: OrganizationId, contact: ContactId, own: tuple[Inbox, ...]
) -> tuple[OthersThread, ...]:
    rows = await connection.fetch(
        "SELECT id, owner_kind, owner_id, active_at FROM thread WHERE organization_id = $1"
        " AND contact_id = $2 AND NOT (owner_id = ANY($3::uuid[])) ORDER BY active_at DESC",
        organization,
        contact,
        [inbox.id for inbox in own],
    )
    return tuple(
        OthersThread(
            ThreadId(row["id"]),
            Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
            row["active_at"],
        )
        for row in rows
    )


async def fetch_thread(
    connection: Connection, organization: OrganizationId, thread: ThreadId
) -> Thread | None:
    """Fetch a thread whosever it is: for emergencies alone."""
    row = await connection.fetchrow(
        "SELECT contact_id, number_epoch, owner_kind, owner_id, created_at, done_at FROM thread"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        thread,
    )
    if row is None:
        return None
    return Thread(
        organization=organization,
        id=thread,
        contact=ContactId(row["contact_id"]),
        number_epoch=row["number_epoch"],
        inbox=Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
        created_at=row["created_at"],
        done_at=row["done_at"],
    )


async def add(connection: Connection, access: EmergencyAccess) -> None:
    await connection.execute(
        f"INSERT INTO emergency_access ({_COLUMNS})"  # noqa: S608 - a constant
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        access.organization,
        access.id,
        access.member,
        access.thread,
        access.reason_sealed,
        access.opened_at,
        access.ends_at,
        access.ended_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, access: uuid.UUID
) -> EmergencyAccess | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM emergency_access"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2",
        organization,
        access,
    )
    return None if row is None else _access(row)


async def fetch_open(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    thread: ThreadId,
    at: datetime,
) -> EmergencyAccess | None:
    """Fetch a member's access to a thread that lasts now."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM emergency_access"  # noqa: S608
        " WHERE organization_id = $1 AND member_id = $2 AND thread_id = $3"
        " AND ended_at IS NULL AND ends_at > $4 LIMIT 1",
        organization,
        member,
        thread,
        at,
    )
    return None if row is None else _access(row)


async def fetch_latest(
    connection: Connection, organization: OrganizationId, most: int
) -> tuple[EmergencyAccess, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM emergency_access WHERE organization_id = $1"  # noqa: S608
        " ORDER BY opened_at DESC LIMIT $2",
        organization,
        most,
    )
    return tuple(_access(row) for row in rows)


async def end(
    connection: Connection, organization: OrganizationId, access: uuid.UUID, at: datetime
) -> None:
    await connection.execute(
        "UPDATE emergency_access SET ended_at = $3 WHERE organization_id = $1 AND id = $2"
        " AND ended_at IS NULL",
        organization,
        access,
        at,
    )


def _access(row: asyncpg.Record) -> EmergencyAccess:
    return EmergencyAccess(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        member=MemberId(row["member_id"]),
        thread=ThreadId(row["thread_id"]),
        reason_sealed=row["reason_sealed"],
        opened_at=row["opened_at"],
        ends_at=row["ends_at"],
        ended_at=row["ended_at"],
    )
