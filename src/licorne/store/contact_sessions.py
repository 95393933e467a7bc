"""Contacts' sessions: a row per cookie and mailbox, gone when it ends."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import KeyId, MailboxId, OrganizationId
from licorne.domain.pickup.contact_session import ContactSession
from licorne.store.database import Connection

_COLUMNS = "cookie_hash, organization_id, mailbox_id, key_id, wrapped, created_at, seen_at, ends_at"


async def find(
    connection: Connection, cookie_hash: bytes
) -> tuple[tuple[OrganizationId, MailboxId], ...]:
    """List which mailboxes a cookie opens, in any organization, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM find_contact_sessions($1)", cookie_hash)
    return tuple(
        (OrganizationId(row["organization_id"]), MailboxId(row["mailbox_id"])) for row in rows
    )


async def fetch(
    connection: Connection,
    organization: OrganizationId,
    cookie_hash: bytes,
    mailbox: MailboxId,
) -> ContactSession | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM contact_session"  # noqa: S608
        " WHERE organization_id = $1 AND cookie_hash = $2 AND mailbox_id = $3",
        organization,
        cookie_hash,
        mailbox,
    )
    return None if row is None else session_of(row)


async def add(connection: Connection, session: ContactSession) -> None:
    await connection.execute(
        f"INSERT INTO contact_session ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",  # noqa: S608
        session.cookie_hash,
        session.organization,
        session.mailbox,
        session.key,
        session.wrapped,
        session.created_at,
        session.seen_at,
        session.ends_at,
    )


async def touch(
    connection: Connection,
    organization: OrganizationId,
    cookie_hash: bytes,
    mailbox: MailboxId,
    at: datetime,
) -> None:
    """Note that its person did something; a row is rewritten at most every half minute."""
    await connection.execute(
        "UPDATE contact_session SET seen_at = $4 WHERE organization_id = $1 AND cookie_hash = $2"
        " AND mailbox_id = $3 AND seen_at < $4::timestamptz - interval '30 seconds'",
        organization,
        cookie_hash,
        mailbox,
        at,
    )


async def end(
    connection: Connection,
    organization: OrganizationId,
    cookie_hash: bytes,
    mailbox: MailboxId,
) -> bool:
    """End one session; False when there was none."""
    ended = await connection.fetchval(
        "DELETE FROM contact_session WHERE organization_id = $1 AND cookie_hash = $2"
        " AND mailbox_id = $3 RETURNING true",
        organization,
        cookie_hash,
        mailbox,
    )
    return ended is not None


async def end_all_of(
    connection: Connection,
    organization: OrganizationId,
    mailbox: MailboxId,
    *,
    but: bytes = b"",
) -> None:
    """End every session with a mailbox, on every device (a new password, a changed number).

    ``but`` is the hash of the one cookie whose session stays.
    """
    await connection.execute(
        "DELETE FROM contact_session WHERE organization_id = $1 AND mailbox_id = $2"
        " AND cookie_hash <> $3",
        organization,
        mailbox,
        but,
    )


def session_of(row: asyncpg.Record) -> ContactSession:
    return ContactSession(
        cookie_hash=row["cookie_hash"],
        organization=OrganizationId(row["organization_id"]),
        mailbox=MailboxId(row["mailbox_id"]),
        key=KeyId(row["key_id"]),
        wrapped=row["wrapped"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
    )
