"""Internal notes: messages without a delivery, kept beside a thread. What they say is sealed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import MemberId, MessageId, OrganizationId, ThreadId
from licorne.domain.sealing.records import CurrentKey
from licorne.store.database import Connection
from licorne.store.reader_keys import fetch_current


@dataclass(frozen=True, slots=True)
class NoteKeys:
    """All whom a note is sealed to: the thread's owner and the record. Never a mailbox."""

    owner: CurrentKey
    record: CurrentKey


@dataclass(frozen=True, slots=True)
class ThreadNote:
    message: MessageId
    author: MemberId
    created_at: datetime


async def keys(connection: Connection, organization: OrganizationId, owner: uuid.UUID) -> NoteKeys:
    own = await fetch_current(connection, organization, owner)
    record = await fetch_current(connection, organization, organization)
    if own is None or record is None:
        raise LookupError("a reader of this thread has no current key")
    return NoteKeys(own, record)


async def add(
    connection: Connection,
    organization: OrganizationId,
    message: MessageId,
    thread: ThreadId,
    at: datetime,
) -> None:
    """Put a note, whose message was just written, to its thread. A contact has no copy of it."""
    await connection.execute(
        "UPDATE message SET contact_copy_ended_at = created_at"
        " WHERE organization_id = $1 AND id = $2 AND direction = 'note'",
        organization,
        message,
    )
    await connection.execute(
        "INSERT INTO thread_note (organization_id, message_id, thread_id, created_at)"
        " VALUES ($1, $2, $3, $4)",
        organization,
        message,
        thread,
        at,
    )


async def of_thread(
    connection: Connection, organization: OrganizationId, thread: ThreadId, most: int
) -> tuple[ThreadNote, ...]:
    """Fetch a thread's latest notes, oldest first."""
    rows = await connection.fetch(
        "SELECT n.message_id, m.author_id, n.created_at FROM thread_note n JOIN message m"
        " ON (m.organization_id, m.id) = (n.organization_id, n.message_id)"
        " WHERE n.organization_id = $1 AND n.thread_id = $2"
        " ORDER BY n.created_at DESC, n.message_id DESC LIMIT $3",
        organization,
        thread,
        most,
    )
    return tuple(
        ThreadNote(MessageId(row["message_id"]), MemberId(row["author_id"]), row["created_at"])
        for row in reversed(rows)
    )
