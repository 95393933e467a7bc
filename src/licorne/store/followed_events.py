"""What happened in an organization, in the order of its audit chain: for programs that follow it.

The chain numbers events within a second of their commit, without gaps and never again otherwise; a
reader that goes on after the last number it saw misses nothing. Ids only, never content.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.delivery_state import DeliveryState
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class LinkedAct:
    """An event of the trail with its place in the chain."""

    sequence: int
    id: uuid.UUID
    at: datetime
    tag: str
    actor: uuid.UUID | None
    subject: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ConcernedDelivery:
    """A delivery that an event is about, by itself or through its message."""

    id: DeliveryId
    message: MessageId
    thread: ThreadId
    contact: ContactId
    mailbox: MailboxId
    owner: uuid.UUID  # whose inbox its thread is in
    state: DeliveryState


async def last_sequence(connection: Connection, organization: OrganizationId) -> int:
    """Give the number of the latest event that is linked; 0 where there is none."""
    last = await connection.fetchval(
        "SELECT max(sequence) FROM audit_link WHERE organization_id = $1", organization
    )
    return int(last or 0)


async def linked_after(
    connection: Connection, organization: OrganizationId, after: int, most: int
) -> tuple[LinkedAct, ...]:
    """Fetch what stands in the chain after a number, in order, of every kind."""
    rows = await connection.fetch(
        "SELECT l.sequence, e.id, e.at, e.tag, e.actor_id, e.subject_id"
        " FROM audit_link l JOIN audit_event e ON e.id = l.event_id"
        " WHERE l.organization_id = $1 AND l.sequence > $2 ORDER BY l.sequence LIMIT $3",
        organization,
        after,
        most,
    )
    return tuple(
        LinkedAct(
            row["sequence"], row["id"], row["at"], row["tag"], row["actor_id"], row["subject_id"]
        )
        for row in rows
    )


async def concerned(
    connection: Connection, organization: OrganizationId, subjects: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[ConcernedDelivery]]:
    """Find the deliveries that these ids name, or that belong to the messages they name."""
    columns = (
        "SELECT {subject} AS subject, d.id, d.message_id, d.thread_id, d.contact_id, d.mailbox_id,"
        " d.state, t.owner_id FROM delivery d"
        " JOIN thread t ON (t.id, t.organization_id) = (d.thread_id, d.organization_id)"
        " WHERE d.organization_id = $1 AND {subject} = ANY($2::uuid[])"
    )
    rows = await connection.fetch(
        columns.format(subject="d.id")
        + " UNION ALL "
        + columns.format(subject="d.message_id")
        + " ORDER BY id",
        organization,
        list(subjects),
    )
    found: dict[uuid.UUID, list[ConcernedDelivery]] = {}
    for row in rows:
        found.setdefault(row["subject"], []).append(
            ConcernedDelivery(
                id=row["id"],
                message=row["message_id"],
                thread=row["thread_id"],
                contact=row["contact_id"],
                mailbox=row["mailbox_id"],
                owner=row["owner_id"],
                state=DeliveryState(row["state"]),
            )
        )
    return found
