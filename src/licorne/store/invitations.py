"""Invitations. Pages find one by ``find``, before the tenant is known."""

import uuid
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.invitation import Invitation, InvitationKind
from licorne.domain.identity.role import Role
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, kind, member_id, role, email_lookup, email_sealed, token_hash,"
    " invited_by, created_at, expires_at, ended_at"
)


async def find(
    connection: Connection, token_hash: bytes
) -> tuple[OrganizationId, uuid.UUID] | None:
    row = await connection.fetchrow("SELECT * FROM find_invitation($1)", token_hash)
    return None if row is None else (OrganizationId(row["organization_id"]), row["invitation_id"])


async def add(connection: Connection, invitation: Invitation) -> None:
    """Insert one; it takes the place of an open one to the same address."""
    await connection.execute(
        "UPDATE invitation SET ended_at = $3"
        " WHERE organization_id = $1 AND email_lookup = $2 AND ended_at IS NULL",
        invitation.organization,
        invitation.email_lookup,
        invitation.created_at,
    )
    await connection.execute(
        "INSERT INTO invitation (organization_id, id, kind, member_id, role, email_lookup,"
        " email_sealed, token_hash, invited_by, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        invitation.organization,
        invitation.id,
        invitation.kind.value,
        invitation.member,
        invitation.role.value,
        invitation.email_lookup,
        invitation.email_sealed,
        invitation.token_hash,
        invitation.invited_by,
        invitation.created_at,
        invitation.expires_at,
    )


async def fetch(
    connection: Connection,
    organization: OrganizationId,
    invitation: uuid.UUID,
    *,
    lock: bool = False,
) -> Invitation | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM invitation WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        organization,
        invitation,
    )
    return None if row is None else _invitation(row)


async def fetch_open(
    connection: Connection, organization: OrganizationId, now: datetime
) -> tuple[Invitation, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM invitation"  # noqa: S608
        " WHERE organization_id = $1 AND ended_at IS NULL AND expires_at > $2"
        " ORDER BY created_at, id",
        organization,
        now,
    )
    return tuple(_invitation(row) for row in rows)


async def end(
    connection: Connection, organization: OrganizationId, invitation: uuid.UUID, at: datetime
) -> bool:
    """End one (used, or withdrawn); False when it had ended before."""
    ended = await connection.fetchval(
        "UPDATE invitation SET ended_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id",
        organization,
        invitation,
        at,
    )
    return ended is not None


def _invitation(row: asyncpg.Record) -> Invitation:
    return Invitation(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        kind=InvitationKind(row["kind"]),
        member=None if row["member_id"] is None else MemberId(row["member_id"]),
        role=Role(row["role"]),
        email_lookup=row["email_lookup"],
        email_sealed=row["email_sealed"],
        token_hash=row["token_hash"],
        invited_by=MemberId(row["invited_by"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )
