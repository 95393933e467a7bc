"""When members and teams are away, and what those are told who write to them."""

import uuid
from datetime import date

import asyncpg

from licorne.domain.identity.ids import DeliveryId, MailboxId, OrganizationId
from licorne.domain.message.absence import Absence
from licorne.domain.message.thread import Inbox
from licorne.store.database import Connection


async def fetch(
    connection: Connection, organization: OrganizationId, inbox: Inbox
) -> Absence | None:
    row = await connection.fetchrow(
        "SELECT from_day, to_day, wording FROM absence"
        " WHERE organization_id = $1 AND owner_id = $2",
        organization,
        inbox.id,
    )
    return None if row is None else _absence(row)


async def on(
    connection: Connection, organization: OrganizationId, day: date
) -> dict[uuid.UUID, Absence]:
    """Fetch the absences of a day, by whose inbox it is."""
    rows = await connection.fetch(
        "SELECT owner_id, from_day, to_day, wording FROM absence"
        " WHERE organization_id = $1 AND $2 BETWEEN from_day AND to_day",
        organization,
        day,
    )
    return {row["owner_id"]: _absence(row) for row in rows}


async def keep(
    connection: Connection, organization: OrganizationId, inbox: Inbox, absence: Absence | None
) -> None:
    """Set an inbox's absence in place of an earlier one; none ends it."""
    await connection.execute(
        "DELETE FROM absence WHERE organization_id = $1 AND owner_id = $2", organization, inbox.id
    )
    if absence is not None:
        await connection.execute(
            "INSERT INTO absence (organization_id, owner_kind, owner_id, from_day, to_day, wording)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            organization,
            inbox.kind.value,
            inbox.id,
            absence.from_day,
            absence.to_day,
            absence.wording,
        )


async def inbox_of_delivery(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId, delivery: DeliveryId
) -> uuid.UUID | None:
    """Say whose inbox the thread of a mailbox's delivery belongs to."""
    found: uuid.UUID | None = await connection.fetchval(
        "SELECT t.owner_id FROM delivery d JOIN thread t"
        " ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)"
        " WHERE d.organization_id = $1 AND d.id = $2 AND d.mailbox_id = $3",
        organization,
        delivery,
        mailbox,
    )
    return found


def _absence(row: asyncpg.Record) -> Absence:
    return Absence(row["from_day"], row["to_day"], row["wording"])
