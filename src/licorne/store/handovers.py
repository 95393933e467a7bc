"""What is left to hand over: inboxes with messages that nobody of theirs can open yet."""

from datetime import datetime

from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.store.database import Connection

# A message lacks a grant when none goes to a key of the inbox's owner that somebody can open. A key
# without a wrap is dead: of a member who came back anew, or of a team that all have left. A wrap to
# the record key doesn't count: it is there only so that an officer can let somebody in.
_WAITING = """
    SELECT DISTINCT d.message_id
      FROM thread t
      JOIN (SELECT organization_id, thread_id, message_id FROM delivery
            UNION ALL SELECT organization_id, thread_id, message_id FROM thread_note) d
        ON (d.organization_id, d.thread_id) = (t.organization_id, t.id)
      JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
     WHERE t.organization_id = $1 AND t.owner_id = $2 AND m.practice_copy_ended_at IS NULL
       AND ($3::uuid IS NULL OR d.message_id > $3)
       AND NOT EXISTS (
           SELECT FROM key_grant g
             JOIN reader_key k ON (k.organization_id, k.id) = (g.organization_id, g.reader_key_id)
             JOIN private_key_wrap w ON (w.organization_id, w.key_id) = (k.organization_id, k.id)
             LEFT JOIN reader_key h
               ON (h.organization_id, h.id) = (w.organization_id, w.wrapper_key_id)
            WHERE (g.organization_id, g.message_id) = (m.organization_id, m.id)
              AND k.owner_id = t.owner_id AND h.kind IS DISTINCT FROM 'record')
     ORDER BY d.message_id LIMIT $4
"""


async def ask(
    connection: Connection, organization: OrganizationId, inbox: Inbox, at: datetime
) -> None:
    """Note that an inbox may hold messages that its owner can't open yet."""
    await connection.execute(
        "INSERT INTO handover (organization_id, owner_kind, owner_id, asked_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        organization,
        inbox.kind.value,
        inbox.id,
        at,
    )


async def asked(connection: Connection, organization: OrganizationId) -> tuple[Inbox, ...]:
    rows = await connection.fetch(
        "SELECT owner_kind, owner_id FROM handover WHERE organization_id = $1 ORDER BY asked_at",
        organization,
    )
    return tuple(Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]) for row in rows)


async def close(connection: Connection, organization: OrganizationId, inbox: Inbox) -> None:
    await connection.execute(
        "DELETE FROM handover WHERE organization_id = $1 AND owner_id = $2",
        organization,
        inbox.id,
    )


async def waiting(
    connection: Connection,
    organization: OrganizationId,
    inbox: Inbox,
    *,
    after: MessageId | None,
    most: int,
) -> tuple[MessageId, ...]:
    """List an inbox's messages that no living key of its owner opens, in order."""
    rows = await connection.fetch(_WAITING, organization, inbox.id, after, most)
    return tuple(MessageId(row["message_id"]) for row in rows)
