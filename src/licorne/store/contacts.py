"""Contacts: the people whom an organization writes to."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.contact import Contact, OptedOutBy
from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.identity.language import Language, parse_language
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, number_lookup, number_sealed, name_sealed, mailbox_id, created_at,"
    " number_epoch, opted_out_at, opted_out_by, removed_at, language"
)


async def fetch(
    connection: Connection, organization: OrganizationId, contact: ContactId, *, lock: bool = False
) -> Contact | None:
    """Fetch a contact, removed or not, locking the row until the transaction ends when asked.

    The lock lets threads with the contact be begun meanwhile: their rows refer to this one.
    """
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM contact WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR NO KEY UPDATE" if lock else ""),
        organization,
        contact,
    )
    return None if row is None else contact_of(row)


async def find(
    connection: Connection, organization: OrganizationId, number_lookup: bytes
) -> Contact | None:
    """Find who has this number; a removed contact is found, too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM contact"  # noqa: S608
        " WHERE organization_id = $1 AND number_lookup = $2",
        organization,
        number_lookup,
    )
    return None if row is None else contact_of(row)


async def fetch_all(
    connection: Connection, organization: OrganizationId, *, most: int = 5000
) -> tuple[Contact, ...]:
    """Fetch the contacts who weren't removed, newest first.

    Names are sealed, so the database can neither sort nor search by them; who asks does.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM contact"  # noqa: S608
        " WHERE organization_id = $1 AND removed_at IS NULL ORDER BY created_at DESC, id LIMIT $2",
        organization,
        most,
    )
    return tuple(contact_of(row) for row in rows)


async def fetch_page(
    connection: Connection,
    organization: OrganizationId,
    before: ContactId | None,
    limit: int,
) -> tuple[Contact, ...]:
    """Fetch contacts who weren't removed and are older than ``before``, newest first.

    Ids are ordered by time, so the id is the cursor.
    """
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM contact"  # noqa: S608
        " WHERE organization_id = $1 AND removed_at IS NULL AND ($2::uuid IS NULL OR id < $2)"
        " ORDER BY id DESC LIMIT $3",
        organization,
        before,
        limit,
    )
    return tuple(contact_of(row) for row in rows)


async def set_name(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    name_sealed: bytes | None,
) -> None:
    await connection.execute(
        "UPDATE contact SET name_sealed = $3, removed_at = NULL"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        contact,
        name_sealed,
    )


async def set_opted_out(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    at: datetime | None,
    by: OptedOutBy | None,
) -> None:
    """Stop texts to a contact, or (both ``None``) let them start again."""
    await connection.execute(
        "UPDATE contact SET opted_out_at = $3, opted_out_by = $4"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        contact,
        at,
        None if by is None else by.value,
    )


async def set_language(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    language: Language | None,
) -> None:
    await connection.execute(
        "UPDATE contact SET language = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        contact,
        None if language is None else language.value,
    )


async def remove(
    connection: Connection, organization: OrganizationId, contact: ContactId, at: datetime
) -> None:
    """Take a contact out of the list; threads and the audit trail keep what was written."""
    await connection.execute(
        "UPDATE contact SET removed_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        contact,
        at,
    )


def contact_of(row: asyncpg.Record) -> Contact:
    """Read a contact out of a row with all of `contact`'s columns."""
    by = row["opted_out_by"]
    return Contact(
        organization=OrganizationId(row["organization_id"]),
        id=ContactId(row["id"]),
        number_lookup=row["number_lookup"],
        number_sealed=row["number_sealed"],
        name_sealed=row["name_sealed"],
        mailbox=MailboxId(row["mailbox_id"]),
        created_at=row["created_at"],
        number_epoch=row["number_epoch"],
        opted_out_at=row["opted_out_at"],
        opted_out_by=None if by is None else OptedOutBy(by),
        removed_at=row["removed_at"],
        language=parse_language(row["language"]),
    )
