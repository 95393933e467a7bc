"""All that was written with a contact, whoever's thread it is in, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    KeyId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.thread import Inbox, OwnerKind, ThreadMessage
from licorne.store.database import Connection
from licorne.store.threads import MESSAGE_COLUMNS, thread_message


@dataclass(frozen=True, slots=True)
class Written:
    """One message with the thread that it is in."""

    facts: ThreadMessage
    thread: ThreadId
    inbox: Inbox


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was written with a contact in one number epoch.

    ``closed``: messages that none of the asked keys opens. ``destroyed``: whose practice's copy has
    ended. ``elsewhere``: messages of other epochs, with whoever had the number then.
    """

    total: int
    closed: int
    destroyed: int
    elsewhere: int
    files: int
    file_bytes: int


_SCOPE = """
       d.organization_id = $1 AND t.contact_id = $2 AND t.number_epoch = $3
   AND ($4::uuid IS NULL OR t.id = $4)
"""


async def extent(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    epoch: int,
    keys: Sequence[KeyId],
) -> Extent:
    (row,) = await connection.fetch(
        """
        WITH written AS (
            SELECT DISTINCT m.organization_id, m.id, t.number_epoch,
                   m.practice_copy_ended_at IS NOT NULL AS ended
              FROM delivery d
              JOIN thread t ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)
              JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
             WHERE d.organization_id = $1 AND t.contact_id = $2)
        SELECT count(*) FILTER (WHERE number_epoch = $3) AS total,
               count(*) FILTER (WHERE number_epoch <> $3) AS elsewhere,
               count(*) FILTER (WHERE number_epoch = $3 AND ended) AS destroyed,
               count(*) FILTER (WHERE number_epoch = $3 AND NOT ended AND NOT EXISTS (
                   SELECT FROM key_grant g
                    WHERE (g.organization_id, g.message_id) = (w.organization_id, w.id)
                      AND g.reader_key_id = ANY($4::uuid[]))) AS closed,
               coalesce(sum(p.files) FILTER (WHERE number_epoch = $3 AND NOT ended), 0) AS files,
               coalesce(sum(p.bytes) FILTER (WHERE number_epoch = $3 AND NOT ended), 0) AS bytes
          FROM written w CROSS JOIN LATERAL (
               SELECT count(*) AS files, sum(sealed_size) AS bytes FROM message_part p
                WHERE (p.organization_id, p.message_id) = (w.organization_id, w.id)
                  AND p.number > 0) AS p
        """,
        organization,
        contact,
        epoch,
        list(keys),
    )
    return Extent(
        total=row["total"],
        closed=row["closed"],
        destroyed=row["destroyed"],
        elsewhere=row["elsewhere"],
        files=int(row["files"]),
        file_bytes=int(row["bytes"]),
    )


async def count(connection: Connection, organization: OrganizationId, thread: ThreadId) -> int:
    counted: int = await connection.fetchval(
        "SELECT count(*) FROM delivery WHERE organization_id = $1 AND thread_id = $2",
        organization,
        thread,
    )
    return counted


async def page(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    epoch: int,
    *,
    thread: ThreadId | None = None,
    after: DeliveryId | None = None,
    most: int = 50,
) -> tuple[Written, ...]:
    """Give the next messages of a contact, or of one thread with them, oldest first."""
    rows = await connection.fetch(
        f"""
        SELECT {MESSAGE_COLUMNS}, t.id AS thread, t.owner_kind, t.owner_id
          FROM delivery d
          JOIN thread t ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)
          JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
         WHERE {_SCOPE}
           AND ($5::uuid IS NULL OR (d.created_at, d.id) > (
               SELECT e.created_at, e.id FROM delivery e
                WHERE e.organization_id = $1 AND e.id = $5))
         ORDER BY d.created_at, d.id LIMIT $6
        """,  # noqa: S608
        organization,
        contact,
        epoch,
        thread,
        after,
        most,
    )
    return tuple(
        Written(
            thread_message(row),
            ThreadId(row["thread"]),
            Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
        )
        for row in rows
    )
