"""The end of the practice's copies: those past their time, and those that are ended on order."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import NOBODY, Actor, ActorKind
from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.sealing.records import SlotReference
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class EndedRecord:
    """A message whose practice's copy was just marked as ended; what is to be destroyed.

    ``contact_slot`` is none where the contact's copy had ended before.
    """

    message: MessageId
    created_at: datetime
    practice_slot: SlotReference
    contact_slot: SlotReference | None
    blobs: tuple[str, ...]


# What ends a copy: its columns, and what it leaves to be destroyed.
_END = """
    UPDATE message m SET practice_copy_ended_at = {at},
           recalled_at = CASE WHEN m.contact_copy_ended_at IS NULL THEN {at} ELSE m.recalled_at END,
           contact_copy_ended_at = coalesce(m.contact_copy_ended_at, {at})
      FROM ending
     WHERE m.organization_id = $1 AND m.id = ending.id
    RETURNING m.id, m.created_at, m.practice_slot,
           CASE WHEN ending.contact_lives THEN m.contact_slot END AS contact_slot,
           ARRAY(SELECT p.blob FROM message_part p
                  WHERE (p.organization_id, p.message_id) = (m.organization_id, m.id)
                    AND p.blob IS NOT NULL ORDER BY p.number) AS blobs
"""
_DUE = """
    WITH ending AS (
        SELECT m.id, m.contact_copy_ended_at IS NULL AS contact_lives FROM message m
         WHERE m.organization_id = $1 AND m.practice_copy_ended_at IS NULL
           AND m.retain_until <= $2 AND record_is_due(m, $2)
           AND NOT record_is_held(m.organization_id, m.id)
         ORDER BY m.retain_until, m.id LIMIT $3 FOR UPDATE OF m)
"""
# A message to several people is the record of all of them: it stays while one is outside.
_WITHIN = """
       m.organization_id = $1 AND m.practice_copy_ended_at IS NULL
   AND m.id IN (SELECT d.message_id FROM message_place d WHERE d.organization_id = $1
                   AND d.contact_id = $2 AND ($3::uuid IS NULL OR d.thread_id = $3))
"""
_SHARED = """
       EXISTS (SELECT FROM message_place d
                WHERE (d.organization_id, d.message_id) = (m.organization_id, m.id)
                  AND (d.contact_id <> $2 OR d.thread_id <> coalesce($3, d.thread_id)))
"""
_OF_CONTACT = f"""
    WITH ending AS (
        SELECT m.id, m.contact_copy_ended_at IS NULL AS contact_lives FROM message m
         WHERE {_WITHIN} AND NOT {_SHARED} AND NOT record_is_held(m.organization_id, m.id)
         ORDER BY m.id LIMIT $5 FOR UPDATE OF m)
"""  # noqa: S608


async def organizations_with_due(
    connection: Connection, at: datetime
) -> tuple[OrganizationId, ...]:
    """Name the organizations with copies past their time, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM organizations_with_due_records($1) AS id", at)
    return tuple(OrganizationId(row["id"]) for row in rows)


async def end_due(
    connection: Connection, organization: OrganizationId, at: datetime, most: int
) -> tuple[EndedRecord, ...]:
    """End what is past its time and under no hold; in its turn (`holds.take_turn`)."""
    rows = await connection.fetch(_DUE + _END.format(at="$2"), organization, at, most)
    return tuple(_ended(row) for row in rows)


async def end_of_contact(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    thread: ThreadId | None,
    at: datetime,
    most: int,
) -> tuple[EndedRecord, ...]:
    """End a contact's or one thread's records, and the contact's copies with them; none held.

    In its turn (`holds.take_turn`).
    """
    rows = await connection.fetch(
        _OF_CONTACT + _END.format(at="$4"), organization, contact, thread, at, most
    )
    return tuple(_ended(row) for row in rows)


async def count_living(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    thread: ThreadId | None,
) -> tuple[int, int, int]:
    """Count a contact's living records: all, those under a hold, those shared with others."""
    (row,) = await connection.fetch(
        f"""
        SELECT count(*) AS living,
               count(*) FILTER (WHERE record_is_held(m.organization_id, m.id)) AS held,
               count(*) FILTER (WHERE {_SHARED}) AS shared
          FROM message m WHERE {_WITHIN}
        """,  # noqa: S608
        organization,
        contact,
        thread,
    )
    return row["living"], row["held"], row["shared"]


async def outgoing_deliveries(
    connection: Connection, organization: OrganizationId, messages: list[MessageId]
) -> tuple[DeliveryId, ...]:
    rows = await connection.fetch(
        "SELECT id FROM delivery WHERE organization_id = $1 AND message_id = ANY($2::uuid[])"
        " AND direction = 'out' ORDER BY id",
        organization,
        messages,
    )
    return tuple(DeliveryId(row["id"]) for row in rows)


async def set_retention(connection: Connection, organization: OrganizationId, years: int) -> None:
    await connection.execute(
        "UPDATE organization SET retention = make_interval(years => $2) WHERE id = $1",
        organization,
        years,
    )


async def retention_years(connection: Connection, organization: OrganizationId) -> int:
    """Give the time in whole years, as it was set: an interval knows years from days."""
    years: int = await connection.fetchval(
        "SELECT extract(year FROM retention)::integer FROM organization WHERE id = $1",
        organization,
    )
    return years


async def certificates(
    connection: Connection, organization: OrganizationId, most: int = 50
) -> tuple[AuditEvent, ...]:
    """List the latest certificates of destruction, as the audit trail has them."""
    rows = await connection.fetch(
        "SELECT id, at, tag, actor_kind, actor_id, subject_id, outcome, detail FROM audit_event"
        " WHERE organization_id = $1"
        " AND tag IN ('system:record:destroyed', 'member:record:destroyed')"
        " AND outcome = 'done' ORDER BY at DESC, id DESC LIMIT $2",
        organization,
        most,
    )
    return tuple(
        AuditEvent(
            id=row["id"],
            organization=organization,
            at=row["at"],
            tag=Tag(row["tag"]),
            actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"] or NOBODY),
            subject=row["subject_id"],
            outcome=Outcome(row["outcome"]),
            detail=row["detail"],
        )
        for row in rows
    )


def _ended(row: asyncpg.Record) -> EndedRecord:
    contact_slot = row["contact_slot"]
    return EndedRecord(
        message=MessageId(row["id"]),
        created_at=row["created_at"],
        practice_slot=SlotReference.parse(row["practice_slot"]),
        contact_slot=None if contact_slot is None else SlotReference.parse(contact_slot),
        blobs=tuple(row["blobs"]),
    )
