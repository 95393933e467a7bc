"""Members' sessions: one row per sign-in, gone when it ends."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.identity.member_session import MemberSession
from licorne.store.database import Connection


async def find(connection: Connection, cookie_hash: bytes) -> OrganizationId | None:
    """Say in which organization a cookie is a session, before the tenant is known."""
    row = await connection.fetchrow("SELECT * FROM find_member_session($1)", cookie_hash)
    return None if row is None else OrganizationId(row["organization_id"])


async def fetch(
    connection: Connection, organization: OrganizationId, cookie_hash: bytes
) -> MemberSession | None:
    row = await connection.fetchrow(
        "SELECT cookie_hash, organization_id, member_id, key_id, wrapped, created_at, seen_at,"
        " ends_at FROM member_session WHERE organization_id = $1 AND cookie_hash = $2",
        organization,
        cookie_hash,
    )
    return None if row is None else _session(row)


def _session(row: asyncpg.Record) -> MemberSession:
    return MemberSession(
        cookie_hash=row["cookie_hash"],
        organization=OrganizationId(row["organization_id"]),
        member=MemberId(row["member_id"]),
        key=KeyId(row["key_id"]),
        wrapped=row["wrapped"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
    )


async def add(connection: Connection, session: MemberSession) -> None:
    await connection.execute(
        "INSERT INTO member_session (cookie_hash, organization_id, member_id, key_id, wrapped,"
        " created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        session.cookie_hash,
        session.organization,
        session.member,
        session.key,
        session.wrapped,
        session.created_at,
        session.seen_at,
        session.ends_at,
    )


async def touch(
    connection: Connection, organization: OrganizationId, cookie_hash: bytes, at: datetime
) -> None:
    """Note that its person did something; rows are rewritten at most every half minute."""
    await connection.execute(
        "UPDATE member_session SET seen_at = $3 WHERE organization_id = $1 AND cookie_hash = $2"
        " AND seen_at < $3::timestamptz - interval '30 seconds'",
        organization,
        cookie_hash,
        at,
    )


async def end(connection: Connection, organization: OrganizationId, cookie_hash: bytes) -> bool:
    ended = await connection.fetchval(
        "DELETE FROM member_session WHERE organization_id = $1 AND cookie_hash = $2"
        " RETURNING cookie_hash",
        organization,
        cookie_hash,
    )
    return ended is not None


async def of_member(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> tuple[MemberSession, ...]:
    """List a member's sessions, the latest first; those that were idle too long may be among."""
    rows = await connection.fetch(
        "SELECT cookie_hash, organization_id, member_id, key_id, wrapped, created_at, seen_at,"
        " ends_at FROM member_session WHERE organization_id = $1 AND member_id = $2"
        " ORDER BY created_at DESC",
        organization,
        member,
    )
    return tuple(_session(row) for row in rows)


async def end_others(
    connection: Connection, organization: OrganizationId, member: MemberId, kept: bytes
) -> None:
    """End a member's sessions but the one whose cookie's hash is ``kept``."""
    await connection.execute(
        "DELETE FROM member_session"
        " WHERE organization_id = $1 AND member_id = $2 AND cookie_hash <> $3",
        organization,
        member,
        kept,
    )


async def end_all(connection: Connection, organization: OrganizationId, member: MemberId) -> None:
    """End every session of a member at once (suspended, removed, password changed)."""
    await connection.execute(
        "DELETE FROM member_session WHERE organization_id = $1 AND member_id = $2",
        organization,
        member,
    )
