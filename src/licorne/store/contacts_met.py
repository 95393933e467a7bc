"""The first meeting with a number: its contact and its waiting mailbox, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.store.database import Connection


class MetMeanwhile(Exception):
    """Somebody else met this number first; its contact is there now."""


@dataclass(frozen=True, slots=True)
class NewContact:
    organization: OrganizationId
    id: ContactId
    mailbox: MailboxId
    number_lookup: bytes
    number_sealed: bytes
    name_sealed: bytes | None
    binding: bytes
    at: datetime


async def add(connection: Connection, contact: NewContact) -> None:
    """Add a contact with its first, waiting mailbox. Raises `MetMeanwhile`."""
    try:
        await connection.execute(
            "INSERT INTO contact (organization_id, id, number_lookup, number_sealed, name_sealed,"
            " mailbox_id, binding, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            contact.organization,
            contact.id,
            contact.number_lookup,
            contact.number_sealed,
            contact.name_sealed,
            contact.mailbox,
            contact.binding,
            contact.at,
        )
    except asyncpg.UniqueViolationError:
        raise MetMeanwhile from None
    await connection.execute(
        "INSERT INTO mailbox (organization_id, id, contact_id, number_epoch, generation, state,"
        " proof, created_at) VALUES ($1, $2, $3, 1, 1, 'waiting', 'none', $4)",
        contact.organization,
        contact.mailbox,
        contact.id,
        contact.at,
    )
