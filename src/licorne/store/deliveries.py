"""Deliveries: one message's way to one recipient, and its whole story."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId, ThreadId
from licorne.domain.message.delivery_state import DeliveryState, may_follow
from licorne.store.database import Connection
from licorne.store.events import Change, Changed, announce_change


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One step of a delivery's story. ``detail`` is a code or a carrier's name."""

    state: str
    at: datetime
    detail: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: DeliveryId
    message: MessageId
    thread: ThreadId
    contact: uuid.UUID
    mailbox: uuid.UUID
    state: DeliveryState
    reason: str | None
    flags: tuple[str, ...]
    challenge: str
    challenge_tries: int
    created_at: datetime


_FETCH = """
    SELECT id, message_id, thread_id, contact_id, mailbox_id, state, reason, flags, challenge,
           challenge_tries, created_at
      FROM delivery WHERE organization_id = $1 AND id = $2
"""
_FETCH_LOCKED = _FETCH + " FOR UPDATE"
_MOVE = """
    WITH moved AS (
        UPDATE delivery
           SET state = $3::text, reason = CASE WHEN $3::text = 'failed' THEN $5::text END
         WHERE organization_id = $1 AND id = $2 AND state = ANY($4::text[]) RETURNING id
    ), told AS (
        INSERT INTO delivery_event (organization_id, id, delivery_id, state, at, detail)
        SELECT $1, $6::uuid, id, $3::text, $7::timestamptz, $5::text FROM moved
    )
    SELECT id FROM moved
"""


async def fetch(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    *,
    lock: bool = False,
) -> DeliveryRow | None:
    """Fetch a delivery, locking its row until the transaction ends when asked to."""
    row = await connection.fetchrow(_FETCH_LOCKED if lock else _FETCH, organization, delivery)
    return None if row is None else delivery_of(row)


def delivery_of(row: asyncpg.Record) -> DeliveryRow:
    return DeliveryRow(
        id=row["id"],
        message=row["message_id"],
        thread=row["thread_id"],
        contact=row["contact_id"],
        mailbox=row["mailbox_id"],
        state=DeliveryState(row["state"]),
        reason=row["reason"],
        flags=tuple(row["flags"]),
        challenge=row["challenge"],
        challenge_tries=row["challenge_tries"],
        created_at=row["created_at"],
    )


async def move(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    state: DeliveryState,
    event: uuid.UUID,
    at: datetime,
    detail: str | None = None,
) -> bool:
    """Move a delivery forward and add the step to its story; False where it may not go there.

    Monotonic under any order of arrival: the row is only left for a state that may follow. A
    failed delivery's reason is its detail. ``event`` is the new step's id.
    """
    earlier = [one.value for one in DeliveryState if may_follow(state, one)]
    moved = await connection.fetchval(
        _MOVE,
        organization,
        delivery,
        state.value,
        earlier,
        detail,
        event,
        at,
    )
    if moved is None:
        return False
    await announce_change(connection, Change(organization, Changed.DELIVERY, delivery))
    return True


async def note(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    what: str,
    event: uuid.UUID,
    at: datetime,
    detail: str | None = None,
) -> None:
    """Add a step to the story without moving the delivery (an attempt, a second look)."""
    await connection.execute(
        "INSERT INTO delivery_event (organization_id, id, delivery_id, state, at, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        organization,
        event,
        delivery,
        what,
        at,
        detail,
    )
    await announce_change(connection, Change(organization, Changed.DELIVERY, delivery))


async def story(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> tuple[DeliveryEvent, ...]:
    """Tell a delivery's steps in the order in which they happened."""
    rows = await connection.fetch(
        "SELECT state, at, detail FROM delivery_event"
        " WHERE organization_id = $1 AND delivery_id = $2 ORDER BY at, id",
        organization,
        delivery,
    )
    return tuple(DeliveryEvent(row["state"], row["at"], row["detail"]) for row in rows)
