"""The first meeting with numbers: their contacts and waiting mailboxes, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.audit.event import AuditEvent
from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.store.database import Connection
from licorne.store.reader_keys import FirstKey

_ADD = """
    WITH new AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[],
                             $6::uuid[], $7::bytea[], $8::timestamptz[])
               AS new (organization_id, id, number_lookup, number_sealed, name_sealed,
                       mailbox_id, binding, created_at)
    ), added AS (
        INSERT INTO contact (organization_id, id, number_lookup, number_sealed, name_sealed,
                             mailbox_id, binding, created_at)
        SELECT * FROM new
        ON CONFLICT (number_lookup, organization_id) DO NOTHING
        RETURNING id
    )
    INSERT INTO mailbox (organization_id, id, contact_id, number_epoch, generation, state,
                         proof, created_at)
    SELECT organization_id, mailbox_id, id, 1, 1, 'waiting', 'none', created_at
      FROM new JOIN added USING (id)
    RETURNING contact_id
"""


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


@dataclass(frozen=True, slots=True)
class MetContact:
    """A contact with the key of its waiting mailbox, and what is recorded of the meeting."""

    contact: NewContact
    key: FirstKey
    event: AuditEvent


async def add(connection: Connection, contacts: Sequence[NewContact]) -> frozenset[ContactId]:
    """Add contacts with their first mailboxes; give those whose number nobody had met before."""
    # In the order of numbers, so that two who meet the same ones never wait for each other.
    ordered = sorted(contacts, key=lambda one: one.number_lookup)
    rows = await connection.fetch(
        _ADD,
        [one.organization for one in ordered],
        [one.id for one in ordered],
        [one.number_lookup for one in ordered],
        [one.number_sealed for one in ordered],
        [one.name_sealed for one in ordered],
        [one.mailbox for one in ordered],
        [one.binding for one in ordered],
        [one.at for one in ordered],
    )
    return frozenset(row["contact_id"] for row in rows)
