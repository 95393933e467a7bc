"""The end of contacts' copies by time, and what else has served its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.records import SlotReference
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class EndedCopy:
    """A contact's copy whose end was just written down; its slot is to be destroyed."""

    contact_slot: SlotReference
    deliveries: tuple[DeliveryId, ...]


async def due(
    connection: Connection, at: datetime, most: int
) -> tuple[tuple[OrganizationId, MessageId], ...]:
    """Give messages of any organization whose contact's copy ends now or has ended."""
    rows = await connection.fetch("SELECT * FROM due_expiries($1, $2)", at, most)
    return tuple(
        (OrganizationId(row["organization_id"]), MessageId(row["message_id"])) for row in rows
    )


async def end_contact_copy(
    connection: Connection, organization: OrganizationId, message: MessageId, at: datetime
) -> EndedCopy | None:
    """Mark the contact's copy as ended, once; nothing where it is already, or isn't due."""
    slot = await connection.fetchval(
        "UPDATE message SET contact_copy_ended_at = $3 WHERE organization_id = $1 AND id = $2"
        " AND contact_copy_ended_at IS NULL AND expires_at <= $3 RETURNING contact_slot",
        organization,
        message,
        at,
    )
    if slot is None:
        return None
    rows = await connection.fetch(
        "SELECT id FROM delivery WHERE organization_id = $1 AND message_id = $2"
        " AND direction = 'out' ORDER BY id",
        organization,
        message,
    )
    return EndedCopy(SlotReference.parse(slot), tuple(DeliveryId(row["id"]) for row in rows))


async def forget_ended(connection: Connection, at: datetime, longest_idle: timedelta) -> None:
    """Delete ended sessions, old rate buckets, old receipts and old repeat keys everywhere."""
    await connection.execute("SELECT forget_ended($1, $2)", at, longest_idle)


async def prune_job_log(connection: Connection) -> None:
    """Delete what pgqueuer noted about jobs that were done a week ago."""
    await connection.execute(
        "DELETE FROM jobs.pgqueuer_log WHERE aggregated AND created < now() - interval '7 days'"
    )
    await connection.execute(
        "DELETE FROM jobs.pgqueuer_statistics WHERE created < now() - interval '30 days'"
    )
