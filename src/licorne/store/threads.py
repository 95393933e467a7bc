"""Threads and their messages as an inbox shows them. What messages say is sealed elsewhere."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import asyncpg

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MemberId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Source
from licorne.domain.message.thread import (
    Direction,
    Inbox,
    OwnerKind,
    Thread,
    ThreadCursor,
    ThreadFilter,
    ThreadMessage,
    ThreadSummary,
)
from licorne.store.contacts import contact_of
from licorne.store.database import Connection
from licorne.store.deliveries import DeliveryEvent

_THREAD = (
    "t.organization_id, t.id, t.contact_id, t.number_epoch, t.owner_kind, t.owner_id, t.created_at,"
    " t.done_at, t.assigned_to"
)

# What `thread_message` reads, of a delivery d and its message m.
MESSAGE_COLUMNS = """
    d.id AS delivery, d.message_id, d.contact_id, d.mailbox_id, d.direction, m.author_kind,
    m.author_id, m.source, d.state, d.reason, d.flags, d.challenge, d.challenge_tries,
    d.created_at, m.expires_at, d.first_read_at, m.recalled_at, m.contact_copy_ended_at,
    m.practice_copy_ended_at
"""

# A thread is done until something new happens in it.
_FILTERS = {
    ThreadFilter.INBOX: "(t.done_at IS NULL OR t.done_at < last.created_at)",
    ThreadFilter.MINE: "t.assigned_to = asking.member"
    " AND (t.done_at IS NULL OR t.done_at < last.created_at)",
    ThreadFilter.UNASSIGNED: "t.owner_kind = 'team' AND t.assigned_to IS NULL"
    " AND (t.done_at IS NULL OR t.done_at < last.created_at)",
    ThreadFilter.UNREAD: "unread.replies > 0",
    ThreadFilter.WAITING: "last.direction = 'out' AND last.state IN"
    " ('accepted', 'notified', 'on_handset', 'link_fetched', 'proved')",
    ThreadFilter.TROUBLE: "last.direction = 'out'"
    " AND (last.state = 'failed' OR last.challenge = 'locked')",
    ThreadFilter.DONE: "t.done_at >= last.created_at",
}

_SUMMARIES = """
    SELECT {thread}, c AS contact, former.ended_at AS number_ended_at,
           former.name_sealed AS former_name_sealed, last.direction, last.state, last.reason,
           last.challenge, last.created_at AS last_at, unread.replies AS unread
      FROM thread t
      JOIN contact c ON (c.organization_id, c.id) = (t.organization_id, t.contact_id)
      LEFT JOIN former_owner former
           ON (former.organization_id, former.contact_id, former.number_epoch)
            = (t.organization_id, t.contact_id, t.number_epoch)
     CROSS JOIN LATERAL (
           SELECT d.direction, d.state, d.reason, d.challenge, d.created_at FROM delivery d
            WHERE (d.organization_id, d.thread_id) = (t.organization_id, t.id)
            ORDER BY d.created_at DESC, d.id DESC LIMIT 1) AS last
     CROSS JOIN LATERAL (
           SELECT count(*)::integer AS replies FROM delivery d
            WHERE (d.organization_id, d.thread_id) = (t.organization_id, t.id)
              AND d.direction = 'in' AND d.state = 'received') AS unread
     CROSS JOIN (SELECT $7::uuid AS member) AS asking
     WHERE t.organization_id = $1 AND t.owner_id = ANY($2::uuid[])
       AND ($3::uuid IS NULL OR t.contact_id = $3)
       AND ($4::timestamptz IS NULL OR (last.created_at, t.id) < ($4, $5::uuid))
       AND {condition}
     ORDER BY last.created_at DESC, t.id DESC LIMIT $6
"""


async def summaries(
    connection: Connection,
    organization: OrganizationId,
    inboxes: Sequence[Inbox],
    wanted: ThreadFilter | None,
    *,
    contact: ContactId | None = None,
    after: ThreadCursor | None = None,
    most: int = 50,
    member: MemberId | None = None,
) -> tuple[ThreadSummary, ...]:
    """List threads of these inboxes, the latest first; ``None`` wants them all, done ones too.

    ``member`` is who asks, for what is assigned to them.
    """
    condition = "true" if wanted is None else _FILTERS[wanted]
    rows = await connection.fetch(
        _SUMMARIES.format(thread=_THREAD, condition=condition),
        organization,
        [inbox.id for inbox in inboxes],
        contact,
        None if after is None else after.last_at,
        None if after is None else after.thread,
        most,
        member,
    )
    return tuple(_summary(row) for row in rows)


async def unread(
    connection: Connection, organization: OrganizationId, inboxes: Sequence[Inbox]
) -> int:
    """Count the replies in these inboxes that nobody has opened."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM delivery d JOIN thread t"
        " ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)"
        " WHERE d.organization_id = $1 AND t.owner_id = ANY($2::uuid[])"
        " AND d.direction = 'in' AND d.state = 'received'",
        organization,
        [inbox.id for inbox in inboxes],
    )
    return count


async def fetch(
    connection: Connection,
    organization: OrganizationId,
    thread: ThreadId,
    inboxes: Sequence[Inbox],
) -> Thread | None:
    """Fetch a thread if it belongs to one of these inboxes; another's is as good as none."""
    row = await connection.fetchrow(
        f"SELECT {_THREAD} FROM thread t"  # noqa: S608
        " WHERE t.organization_id = $1 AND t.id = $2 AND t.owner_id = ANY($3::uuid[])",
        organization,
        thread,
        [inbox.id for inbox in inboxes],
    )
    return None if row is None else _thread(row)


async def messages(
    connection: Connection,
    organization: OrganizationId,
    thread: ThreadId,
    *,
    before: DeliveryId | None = None,
    only: DeliveryId | None = None,
    most: int = 20,
) -> tuple[ThreadMessage, ...]:
    """Fetch the latest messages of a thread (those before one of them), oldest first."""
    rows = await connection.fetch(
        f"""
        SELECT {MESSAGE_COLUMNS}
          FROM delivery d
          JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
         WHERE d.organization_id = $1 AND d.thread_id = $2
           AND ($3::uuid IS NULL OR d.id = $3)
           AND ($4::uuid IS NULL OR (d.created_at, d.id) < (
               SELECT e.created_at, e.id FROM delivery e
                WHERE e.organization_id = $1 AND e.id = $4))
         ORDER BY d.created_at DESC, d.id DESC LIMIT $5
        """,  # noqa: S608
        organization,
        thread,
        only,
        before,
        most,
    )
    return tuple(thread_message(row) for row in reversed(rows))


async def stories(
    connection: Connection, organization: OrganizationId, deliveries: Sequence[DeliveryId]
) -> dict[DeliveryId, tuple[DeliveryEvent, ...]]:
    """Tell the stories of several deliveries at once, each in the order in which it happened."""
    rows = await connection.fetch(
        "SELECT delivery_id, state, at, detail FROM delivery_event"
        " WHERE organization_id = $1 AND delivery_id = ANY($2::uuid[]) ORDER BY at, id",
        organization,
        list(deliveries),
    )
    told: dict[DeliveryId, tuple[DeliveryEvent, ...]] = dict.fromkeys(deliveries, ())
    for row in rows:
        told[row["delivery_id"]] += (DeliveryEvent(row["state"], row["at"], row["detail"]),)
    return told


async def service_name(
    connection: Connection, organization: OrganizationId, service: uuid.UUID
) -> str | None:
    name: str | None = await connection.fetchval(
        "SELECT name FROM service_identity WHERE organization_id = $1 AND id = $2",
        organization,
        service,
    )
    return name


async def set_done(
    connection: Connection, organization: OrganizationId, thread: ThreadId, at: datetime | None
) -> None:
    await connection.execute(
        "UPDATE thread SET done_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        thread,
        at,
    )


async def assign(
    connection: Connection, organization: OrganizationId, thread: ThreadId, to: MemberId | None
) -> None:
    await connection.execute(
        "UPDATE thread SET assigned_to = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        thread,
        to,
    )


async def assign_anew(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    team: uuid.UUID | None = None,
) -> None:
    """Leave to nobody what was assigned to a member: a team's threads, or all."""
    await connection.execute(
        "UPDATE thread SET assigned_to = NULL WHERE organization_id = $1 AND assigned_to = $2"
        " AND ($3::uuid IS NULL OR owner_id = $3)",
        organization,
        member,
        team,
    )


async def set_seen(
    connection: Connection, organization: OrganizationId, thread: ThreadId, at: datetime
) -> None:
    await connection.execute(
        "UPDATE thread SET seen_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        thread,
        at,
    )


async def thread_of_delivery(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> ThreadId | None:
    found = await connection.fetchval(
        "SELECT thread_id FROM delivery WHERE organization_id = $1 AND id = $2",
        organization,
        delivery,
    )
    return None if found is None else ThreadId(found)


async def of_mailbox(
    connection: Connection, organization: OrganizationId, mailbox: uuid.UUID
) -> tuple[ThreadId, ...]:
    """Name the threads with the contact whose mailbox this is."""
    rows = await connection.fetch(
        "SELECT t.id FROM thread t JOIN mailbox m"
        " ON (m.organization_id, m.contact_id) = (t.organization_id, t.contact_id)"
        " WHERE t.organization_id = $1 AND m.id = $2",
        organization,
        mailbox,
    )
    return tuple(ThreadId(row["id"]) for row in rows)


async def teams_of(
    connection: Connection, organization: OrganizationId, member: uuid.UUID
) -> tuple[Inbox, ...]:
    """Name the team inboxes that a member may read; a pending join gives nothing yet."""
    rows = await connection.fetch(
        "SELECT team_id FROM team_member"
        " WHERE organization_id = $1 AND member_id = $2 AND NOT pending ORDER BY team_id",
        organization,
        member,
    )
    return tuple(Inbox(OwnerKind.TEAM, row["team_id"]) for row in rows)


def _thread(row: asyncpg.Record) -> Thread:
    return Thread(
        organization=OrganizationId(row["organization_id"]),
        id=ThreadId(row["id"]),
        contact=ContactId(row["contact_id"]),
        number_epoch=row["number_epoch"],
        inbox=Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
        created_at=row["created_at"],
        done_at=row["done_at"],
        assigned_to=row["assigned_to"],
    )


def _summary(row: asyncpg.Record) -> ThreadSummary:
    contact, ended_at = contact_of(row["contact"]), row["number_ended_at"]
    if ended_at is not None:
        contact = replace(contact, name_sealed=row["former_name_sealed"])
    return ThreadSummary(
        thread=_thread(row),
        contact=contact,
        last_direction=Direction(row["direction"]),
        last_state=DeliveryState(row["state"]),
        last_reason=row["reason"],
        last_challenge=row["challenge"],
        last_at=row["last_at"],
        unread=row["unread"],
        number_ended_at=ended_at,
    )


def thread_message(row: asyncpg.Record) -> ThreadMessage:
    return ThreadMessage(
        delivery=DeliveryId(row["delivery"]),
        message=MessageId(row["message_id"]),
        contact=ContactId(row["contact_id"]),
        mailbox=MailboxId(row["mailbox_id"]),
        direction=Direction(row["direction"]),
        author=Actor(ActorKind(row["author_kind"]), row["author_id"]),
        source=Source(row["source"]),
        state=DeliveryState(row["state"]),
        reason=row["reason"],
        flags=tuple(row["flags"]),
        challenge=row["challenge"],
        challenge_tries=row["challenge_tries"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        first_read_at=row["first_read_at"],
        recalled_at=row["recalled_at"],
        contact_copy_ended_at=row["contact_copy_ended_at"],
        practice_copy_ended_at=row["practice_copy_ended_at"],
    )
