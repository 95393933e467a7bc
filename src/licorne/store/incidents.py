"""The register of incidents: facts, dated entries, and to whom each incident's key is wrapped."""

import uuid
from collections.abc import Sequence

import asyncpg

from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.incident.incident import Decision, Entry, EntryKind, Incident
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, number, opened_by, opened_at, discovered_on, as_associate, affected,"
    " states, decision, delayed_until, closed_at"
)


async def next_number(connection: Connection, organization: OrganizationId) -> int:
    """Give the next incident's number; whoever asks at the same time waits for this transaction."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"incidents {organization}"
    )
    number: int = await connection.fetchval(
        "SELECT coalesce(max(number), 0) + 1 FROM incident WHERE organization_id = $1",
        organization,
    )
    return number


async def add(connection: Connection, incident: Incident) -> None:
    await connection.execute(
        "INSERT INTO incident (organization_id, id, number, opened_by, opened_at, discovered_on,"
        " as_associate) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        incident.organization,
        incident.id,
        incident.number,
        incident.opened_by,
        incident.opened_at,
        incident.discovered_on,
        incident.as_associate,
    )


async def change(connection: Connection, incident: Incident) -> None:
    """Set what can change."""
    await connection.execute(
        "UPDATE incident SET affected = $3, states = $4, decision = $5, delayed_until = $6,"
        " closed_at = $7 WHERE organization_id = $1 AND id = $2",
        incident.organization,
        incident.id,
        incident.affected,
        list(incident.states),
        None if incident.decision is None else incident.decision.value,
        incident.delayed_until,
        incident.closed_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, incident: uuid.UUID, *, lock: bool = False
) -> Incident | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM incident WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        organization,
        incident,
    )
    return None if row is None else _incident(row)


async def fetch_all(
    connection: Connection, organization: OrganizationId, most: int = 500
) -> tuple[Incident, ...]:
    """List incidents, those that are open first, the latest of each first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM incident WHERE organization_id = $1"  # noqa: S608
        " ORDER BY closed_at IS NOT NULL, number DESC LIMIT $2",
        organization,
        most,
    )
    return tuple(_incident(row) for row in rows)


async def add_entry(connection: Connection, entry: Entry) -> None:
    await connection.execute(
        "INSERT INTO incident_entry (organization_id, id, incident_id, kind, subject, detail,"
        " on_date, by_member, at, sealed, signature)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        entry.organization,
        entry.id,
        entry.incident,
        entry.kind.value,
        entry.subject,
        entry.detail,
        entry.on_date,
        entry.by,
        entry.at,
        entry.sealed,
        entry.signature,
    )


async def entries(
    connection: Connection, organization: OrganizationId, incident: uuid.UUID
) -> tuple[Entry, ...]:
    """Give an incident's entries in the order in which they were written."""
    rows = await connection.fetch(
        "SELECT * FROM incident_entry WHERE organization_id = $1 AND incident_id = $2"
        " ORDER BY at, id",
        organization,
        incident,
    )
    return tuple(
        Entry(
            organization=organization,
            incident=incident,
            id=row["id"],
            kind=EntryKind(row["kind"]),
            subject=row["subject"],
            detail=row["detail"],
            on_date=row["on_date"],
            by=MemberId(row["by_member"]),
            at=row["at"],
            sealed=row["sealed"],
            signature=row["signature"],
        )
        for row in rows
    )


async def add_key(
    connection: Connection,
    organization: OrganizationId,
    incident: uuid.UUID,
    reader: KeyId,
    wrapped: bytes,
) -> None:
    await connection.execute(
        "INSERT INTO incident_key (organization_id, incident_id, reader_key_id, wrapped)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        organization,
        incident,
        reader,
        wrapped,
    )


async def keys(
    connection: Connection,
    organization: OrganizationId,
    incident: uuid.UUID,
    readers: Sequence[KeyId] = (),
) -> dict[KeyId, bytes]:
    """Give the wraps of an incident's key by reader key: all of them, or those of some readers."""
    rows = await connection.fetch(
        "SELECT reader_key_id, wrapped FROM incident_key"
        " WHERE organization_id = $1 AND incident_id = $2"
        " AND (cardinality($3::uuid[]) = 0 OR reader_key_id = ANY($3))",
        organization,
        incident,
        list(readers),
    )
    return {KeyId(row["reader_key_id"]): row["wrapped"] for row in rows}


def _incident(row: asyncpg.Record) -> Incident:
    return Incident(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        number=row["number"],
        opened_by=MemberId(row["opened_by"]),
        opened_at=row["opened_at"],
        discovered_on=row["discovered_on"],
        as_associate=row["as_associate"],
        affected=row["affected"],
        states=tuple(row["states"]),
        decision=None if row["decision"] is None else Decision(row["decision"]),
        delayed_until=row["delayed_until"],
        closed_at=row["closed_at"],
    )
