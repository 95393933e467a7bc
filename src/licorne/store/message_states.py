"""What became of messages: states with their times, and never content."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.delivery_state import DeliveryState
from licorne.store.database import Connection
from licorne.store.deliveries import DeliveryEvent


@dataclass(frozen=True, slots=True)
class Repeated:
    """An earlier request with the same idempotency key."""

    message: MessageId
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class StateOfDelivery:
    id: DeliveryId
    thread: ThreadId
    contact: ContactId
    number_sealed: bytes
    state: DeliveryState
    reason: str | None
    flags: tuple[str, ...]
    challenge: str
    history: tuple[DeliveryEvent, ...]


@dataclass(frozen=True, slots=True)
class StateOfMessage:
    id: MessageId
    author_id: uuid.UUID
    created_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    deliveries: tuple[StateOfDelivery, ...]


async def find_repeated(
    connection: Connection, organization: OrganizationId, asked: Sequence[tuple[uuid.UUID, bytes]]
) -> list[Repeated | None]:
    """Find earlier requests by their actors and keys' hashes; in the order asked."""
    rows = await connection.fetch(
        "SELECT message_id, request_hash"
        "  FROM unnest($2::uuid[], $3::bytea[]) WITH ORDINALITY AS asked (actor, key, place)"
        "  LEFT JOIN idempotency"
        "    ON (organization_id, actor_id, key_hash) = ($1, asked.actor, asked.key)"
        " ORDER BY place",
        organization,
        [actor for actor, _ in asked],
        [key_hash for _, key_hash in asked],
    )
    return [
        None if row["message_id"] is None else Repeated(row["message_id"], row["request_hash"])
        for row in rows
    ]


async def fetch(
    connection: Connection, organization: OrganizationId, message: MessageId
) -> StateOfMessage | None:
    """Fetch one outgoing message's states."""
    found = await _fetch_all(
        connection,
        "SELECT id, author_id, created_at, expires_at, recalled_at FROM message"
        " WHERE organization_id = $1 AND id = $2 AND direction = 'out'",
        organization,
        message,
    )
    return found[0] if found else None


async def fetch_page(
    connection: Connection,
    organization: OrganizationId,
    author: uuid.UUID,
    before: MessageId | None,
    limit: int,
) -> list[StateOfMessage]:
    """Fetch an author's messages, newest first, that are older than ``before``.

    Ids are ordered by time, so the id is the cursor.
    """
    return await _fetch_all(
        connection,
        "SELECT id, author_id, created_at, expires_at, recalled_at FROM message"
        " WHERE organization_id = $1 AND author_id = $2 AND direction = 'out'"
        " AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
        organization,
        author,
        before,
        limit,
    )


async def _fetch_all(
    connection: Connection, query: str, organization: OrganizationId, *arguments: object
) -> list[StateOfMessage]:
    messages = await connection.fetch(query, organization, *arguments)
    deliveries = await connection.fetch(
        "SELECT d.message_id, d.id, d.thread_id, d.contact_id, c.number_sealed, d.state, d.reason,"
        " d.flags, d.challenge FROM delivery d"
        " JOIN contact c ON (c.organization_id, c.id) = (d.organization_id, d.contact_id)"
        " WHERE d.organization_id = $1 AND d.message_id = ANY($2::uuid[]) ORDER BY d.id",
        organization,
        [row["id"] for row in messages],
    )
    events = await connection.fetch(
        "SELECT delivery_id, state, at, detail FROM delivery_event"
        " WHERE organization_id = $1 AND delivery_id = ANY($2::uuid[]) ORDER BY at, id",
        organization,
        [row["id"] for row in deliveries],
    )
    histories: dict[uuid.UUID, list[DeliveryEvent]] = {}
    for row in events:
        histories.setdefault(row["delivery_id"], []).append(
            DeliveryEvent(row["state"], row["at"], row["detail"])
        )
    of_message: dict[uuid.UUID, list[StateOfDelivery]] = {}
    for row in deliveries:
        of_message.setdefault(row["message_id"], []).append(
            StateOfDelivery(
                id=row["id"],
                thread=row["thread_id"],
                contact=row["contact_id"],
                number_sealed=row["number_sealed"],
                state=DeliveryState(row["state"]),
                reason=row["reason"],
                flags=tuple(row["flags"]),
                challenge=row["challenge"],
                history=tuple(histories.get(row["id"], ())),
            )
        )
    return [
        StateOfMessage(
            id=row["id"],
            author_id=row["author_id"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            recalled_at=row["recalled_at"],
            deliveries=tuple(of_message.get(row["id"], ())),
        )
        for row in messages
    ]
