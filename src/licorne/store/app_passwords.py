"""App passwords. Submission finds one by ``find``, before the tenant is known."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.app_password import AppPassword
from licorne.domain.identity.ids import AppPasswordId, MemberId, OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class FoundAppPassword:
    """Whose app password a program showed, and whether it still serves."""

    organization: OrganizationId
    id: AppPasswordId
    member: MemberId
    email_lookup: bytes  # of the member's sign-in name
    revoked: bool
    suspended: bool


async def find(connection: Connection, secret_hash: bytes) -> FoundAppPassword | None:
    row = await connection.fetchrow("SELECT * FROM find_app_password($1)", secret_hash)
    if row is None:
        return None
    return FoundAppPassword(
        organization=OrganizationId(row["organization_id"]),
        id=AppPasswordId(row["app_password_id"]),
        member=MemberId(row["member_id"]),
        email_lookup=row["email_lookup"],
        revoked=row["revoked"],
        suspended=row["suspended"],
    )


async def add(connection: Connection, app_password: AppPassword) -> None:
    await connection.execute(
        "INSERT INTO app_password (organization_id, id, member_id, label, secret_hash, daily_cap,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        app_password.organization,
        app_password.id,
        app_password.member,
        app_password.label,
        app_password.secret_hash,
        app_password.daily_cap,
        app_password.created_at,
    )


async def of_member(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> tuple[AppPassword, ...]:
    """List a member's app passwords that still serve, newest first."""
    rows = await connection.fetch(
        "SELECT organization_id, id, member_id, label, secret_hash, daily_cap, created_at,"
        " last_used_at, revoked_at FROM app_password"
        " WHERE organization_id = $1 AND member_id = $2 AND revoked_at IS NULL"
        " ORDER BY created_at DESC, id",
        organization,
        member,
    )
    return tuple(_app_password(row) for row in rows)


async def revoke(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    app_password: AppPasswordId,
    at: datetime,
) -> bool:
    """Revoke one of a member's own; False when there is none that still serves."""
    revoked = await connection.fetchval(
        "UPDATE app_password SET revoked_at = $4"
        " WHERE organization_id = $1 AND member_id = $2 AND id = $3 AND revoked_at IS NULL"
        " RETURNING id",
        organization,
        member,
        app_password,
        at,
    )
    return revoked is not None


async def revoke_all(
    connection: Connection, organization: OrganizationId, member: MemberId, at: datetime
) -> None:
    await connection.execute(
        "UPDATE app_password SET revoked_at = $3"
        " WHERE organization_id = $1 AND member_id = $2 AND revoked_at IS NULL",
        organization,
        member,
        at,
    )


async def note_use(
    connection: Connection,
    organization: OrganizationId,
    app_password: AppPasswordId,
    at: datetime,
) -> None:
    """Remember when a program last signed in, to the minute."""
    await connection.execute(
        "UPDATE app_password SET last_used_at = $3 WHERE organization_id = $1 AND id = $2"
        " AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute')",
        organization,
        app_password,
        at,
    )


def _app_password(row: asyncpg.Record) -> AppPassword:
    return AppPassword(
        organization=OrganizationId(row["organization_id"]),
        id=AppPasswordId(row["id"]),
        member=MemberId(row["member_id"]),
        label=row["label"],
        secret_hash=row["secret_hash"],
        daily_cap=row["daily_cap"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
