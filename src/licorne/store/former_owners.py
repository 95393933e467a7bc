"""Numbers that changed hands: the end of a contact's number epoch, and who had the number in it."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import ContactId, DeliveryId, MailboxId, MemberId, OrganizationId
from licorne.domain.mailbox.number_change import NumberChange
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class FormerOwner:
    """Who had a number in an epoch that has ended."""

    name_sealed: bytes | None
    ended_at: datetime
    reason: NumberChange


@dataclass(frozen=True, slots=True)
class EpochEnd:
    contact: Contact  # as it was
    by: MemberId
    reason: NumberChange
    at: datetime
    mailbox: MailboxId  # the next epoch's, empty and unvisited
    binding: bytes  # the contact's new one (``vault.contact_binding``)


async def end_epoch(connection: Connection, end: EpochEnd) -> None:
    """End a contact's number epoch: nothing of it is reached by the number any more.

    Its sessions end, nothing more is sealed to its key (this waits for what is under way), and the
    contact begins anew, without a name.
    """
    contact = end.contact
    organization = contact.organization
    await connection.execute(
        "INSERT INTO former_owner (organization_id, contact_id, number_epoch, name_sealed,"
        " ended_at, ended_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        organization,
        contact.id,
        contact.number_epoch,
        contact.name_sealed,
        end.at,
        end.by,
        end.reason.value,
    )
    await connection.execute(
        "INSERT INTO mailbox (organization_id, id, contact_id, number_epoch, generation, state,"
        " proof, created_at) VALUES ($1, $2, $3, $4, 1, 'waiting', 'none', $5)",
        organization,
        end.mailbox,
        contact.id,
        contact.number_epoch + 1,
        end.at,
    )
    await connection.execute(
        "DELETE FROM current_key WHERE organization_id = $1 AND owner_id = $2",
        organization,
        contact.mailbox,
    )
    await connection.execute(
        "DELETE FROM contact_session s USING mailbox m WHERE s.organization_id = $1"
        " AND (m.organization_id, m.id) = (s.organization_id, s.mailbox_id) AND m.contact_id = $2",
        organization,
        contact.id,
    )
    await connection.execute(
        "UPDATE contact SET number_epoch = $3, mailbox_id = $4, binding = $5, name_sealed = NULL,"
        " language = NULL WHERE organization_id = $1 AND id = $2",
        organization,
        contact.id,
        contact.number_epoch + 1,
        end.mailbox,
        end.binding,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, contact: ContactId, number_epoch: int
) -> FormerOwner | None:
    row = await connection.fetchrow(
        "SELECT name_sealed, ended_at, reason FROM former_owner"
        " WHERE organization_id = $1 AND contact_id = $2 AND number_epoch = $3",
        organization,
        contact,
        number_epoch,
    )
    if row is None:
        return None
    return FormerOwner(row["name_sealed"], row["ended_at"], NumberChange(row["reason"]))


async def unread_of(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> tuple[DeliveryId, ...]:
    """Name what a mailbox holds that its owner hasn't read."""
    rows = await connection.fetch(
        "SELECT id FROM delivery WHERE organization_id = $1 AND mailbox_id = $2"
        " AND direction = 'out' AND first_read_at IS NULL"
        " AND state IN ('accepted', 'notified', 'on_handset', 'link_fetched', 'proved', 'failed')",
        organization,
        mailbox,
    )
    return tuple(DeliveryId(row["id"]) for row in rows)
