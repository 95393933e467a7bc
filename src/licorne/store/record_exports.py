"""Copies that were given out: each begun, counted as it goes, and ended."""

import uuid
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId
from licorne.domain.records.export import ExportForm, ExportPurpose, RecordExport
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, contact_id, member_id, purpose, form, total, done, started_at, ended_at"
)


async def add(connection: Connection, export: RecordExport) -> bool:
    """Begin one; False where there is one of this id already: a form that was sent twice."""
    added = await connection.fetchval(
        "INSERT INTO record_export (organization_id, id, contact_id, member_id, purpose, form,"
        " total, done, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)"
        " ON CONFLICT DO NOTHING RETURNING true",
        export.organization,
        export.id,
        export.contact,
        export.member,
        export.purpose.value,
        export.form.value,
        export.total,
        export.started_at,
    )
    return bool(added)


async def count(
    connection: Connection, organization: OrganizationId, export: uuid.UUID, done: int
) -> None:
    await connection.execute(
        "UPDATE record_export SET done = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        export,
        done,
    )


async def end(
    connection: Connection, organization: OrganizationId, export: uuid.UUID, at: datetime
) -> None:
    await connection.execute(
        "UPDATE record_export SET ended_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        export,
        at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, export: uuid.UUID
) -> RecordExport | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM record_export WHERE organization_id = $1 AND id = $2",  # noqa: S608
        organization,
        export,
    )
    return None if row is None else _export(row)


async def of_contact(
    connection: Connection, organization: OrganizationId, contact: ContactId, most: int = 20
) -> tuple[RecordExport, ...]:
    """List the latest copies of what was written with a contact."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM record_export"  # noqa: S608
        " WHERE organization_id = $1 AND contact_id = $2 ORDER BY started_at DESC LIMIT $3",
        organization,
        contact,
        most,
    )
    return tuple(_export(row) for row in rows)


def _export(row: asyncpg.Record) -> RecordExport:
    return RecordExport(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        contact=ContactId(row["contact_id"]),
        member=MemberId(row["member_id"]),
        purpose=ExportPurpose(row["purpose"]),
        form=ExportForm(row["form"]),
        total=row["total"],
        done=row["done"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )
