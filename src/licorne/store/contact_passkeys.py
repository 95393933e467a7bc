"""Contacts' passkeys. Signing in finds one by ``find``, before the tenant is known."""

import uuid
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MailboxId, OrganizationId
from licorne.domain.mailbox.passkey import MailboxPasskey
from licorne.store import reader_keys
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, mailbox_id, wrap_id, credential_id, public, counter, created_at,"
    " last_used_at"
)


async def find(
    connection: Connection, credential: bytes
) -> tuple[OrganizationId, uuid.UUID] | None:
    row = await connection.fetchrow("SELECT * FROM find_contact_passkey($1)", credential)
    return None if row is None else (OrganizationId(row["organization_id"]), row["passkey_id"])


class PasskeyKnown(Exception):
    """A passkey of some mailbox has this credential's id already."""


async def add(connection: Connection, passkey: MailboxPasskey) -> None:
    """Insert one, after its wrap. Raises `PasskeyKnown`."""
    try:
        await _insert(connection, passkey)
    except asyncpg.UniqueViolationError:
        raise PasskeyKnown from None


async def _insert(connection: Connection, passkey: MailboxPasskey) -> None:
    await connection.execute(
        "INSERT INTO contact_passkey (organization_id, id, mailbox_id, wrap_id, credential_id,"
        " public, counter, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        passkey.organization,
        passkey.id,
        passkey.mailbox,
        passkey.wrap,
        passkey.credential,
        passkey.public,
        passkey.counter,
        passkey.created_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, passkey: uuid.UUID
) -> MailboxPasskey | None:
    """Fetch one, locking its row: its counter is compared and moved."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM contact_passkey"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization,
        passkey,
    )
    return None if row is None else _passkey(row)


async def of_mailbox(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> tuple[MailboxPasskey, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM contact_passkey"  # noqa: S608
        " WHERE organization_id = $1 AND mailbox_id = $2 ORDER BY created_at, id",
        organization,
        mailbox,
    )
    return tuple(_passkey(row) for row in rows)


async def remove(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId, passkey: uuid.UUID
) -> bool:
    """Remove one of a mailbox's, with the way to its key that it has."""
    wrap = await connection.fetchval(
        "DELETE FROM contact_passkey WHERE organization_id = $1 AND mailbox_id = $2 AND id = $3"
        " RETURNING wrap_id",
        organization,
        mailbox,
        passkey,
    )
    return wrap is not None and await reader_keys.remove_wrap(connection, organization, wrap)


async def move(
    connection: Connection,
    organization: OrganizationId,
    passkey: uuid.UUID,
    mailbox: MailboxId,
    wrap: uuid.UUID,
) -> None:
    """Have a passkey open another generation of its owner's mailbox, by a new way to its key."""
    await connection.execute(
        "UPDATE contact_passkey SET mailbox_id = $3, wrap_id = $4"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        passkey,
        mailbox,
        wrap,
    )


async def note_use(
    connection: Connection,
    organization: OrganizationId,
    passkey: uuid.UUID,
    counter: int,
    at: datetime,
) -> None:
    await connection.execute(
        "UPDATE contact_passkey SET counter = $3, last_used_at = $4"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        passkey,
        counter,
        at,
    )


def _passkey(row: asyncpg.Record) -> MailboxPasskey:
    return MailboxPasskey(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        mailbox=MailboxId(row["mailbox_id"]),
        wrap=row["wrap_id"],
        credential=row["credential_id"],
        public=row["public"],
        counter=row["counter"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
    )
