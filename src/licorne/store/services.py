"""Service identities: programs that write under a name of their own, for a team."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import OrganizationId, ServiceId, TeamId
from licorne.domain.identity.team import ServiceIdentity
from licorne.store.database import Connection

_COLUMNS = "organization_id, id, name, team_id, created_at, removed_at"


async def add(connection: Connection, service: ServiceIdentity) -> None:
    await connection.execute(
        "INSERT INTO service_identity (organization_id, id, name, team_id, created_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        service.organization,
        service.id,
        service.name,
        service.team,
        service.created_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, service: ServiceId
) -> ServiceIdentity | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM service_identity"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2",
        organization,
        service,
    )
    return None if row is None else _service(row)


async def fetch_all(
    connection: Connection, organization: OrganizationId, *, with_removed: bool = False
) -> tuple[ServiceIdentity, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM service_identity"  # noqa: S608
        " WHERE organization_id = $1 AND ($2 OR removed_at IS NULL) ORDER BY created_at, id",
        organization,
        with_removed,
    )
    return tuple(_service(row) for row in rows)


async def remove(
    connection: Connection, organization: OrganizationId, service: ServiceId, at: datetime
) -> bool:
    """Mark a service as gone; the row stays, since messages and the audit trail name it."""
    removed = await connection.fetchval(
        "UPDATE service_identity SET removed_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL RETURNING id",
        organization,
        service,
        at,
    )
    return removed is not None


def _service(row: asyncpg.Record) -> ServiceIdentity:
    return ServiceIdentity(
        organization=OrganizationId(row["organization_id"]),
        id=ServiceId(row["id"]),
        name=row["name"],
        team=TeamId(row["team_id"]),
        created_at=row["created_at"],
        removed_at=row["removed_at"],
    )
