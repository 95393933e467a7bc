"""Contacts with their mailbox in force, and what an earlier mailbox still holds for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MessageId,
    OrganizationId,
)
from licorne.domain.mailbox.contact_card import ContactCard
from licorne.domain.mailbox.proof import MailboxState, Proof
from licorne.domain.message.thread import Inbox
from licorne.store import contacts
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A message that a contact can't read since a reset, and that a member could give back."""

    delivery: DeliveryId
    message: MessageId
    owner: uuid.UUID  # whose inbox its thread is in


async def fetch(
    connection: Connection, organization: OrganizationId, contact: ContactId
) -> ContactCard | None:
    found = await contacts.fetch(connection, organization, contact)
    if found is None:
        return None
    row = await connection.fetchrow(
        "SELECT state, proof, generation, claimed_at FROM mailbox"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        found.mailbox,
    )
    if row is None:
        raise LookupError("a contact without its mailbox")  # a foreign key forbids it
    return ContactCard(
        contact=found,
        state=MailboxState(row["state"]),
        proof=Proof(row["proof"]),
        generation=row["generation"],
        claimed_at=row["claimed_at"],
    )


async def left_behind(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    mailbox: MailboxId,
    inboxes: Sequence[Inbox],
) -> tuple[LeftBehind, ...]:
    """List what lies in earlier mailboxes of the same number epoch, of threads in these inboxes.

    A copy that was recalled or has expired is gone and is not in it.
    """
    rows = await connection.fetch(
        """
        SELECT d.id AS delivery, d.message_id, t.owner_id
          FROM delivery d
          JOIN mailbox earlier
            ON (earlier.organization_id, earlier.id) = (d.organization_id, d.mailbox_id)
          JOIN mailbox present ON (present.organization_id, present.id) = ($1, $3)
          JOIN thread t ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)
          JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
         WHERE d.organization_id = $1 AND d.contact_id = $2 AND d.mailbox_id <> $3
           AND earlier.contact_id = $2 AND earlier.number_epoch = present.number_epoch
           AND t.owner_id = ANY($4::uuid[])
           AND m.contact_copy_ended_at IS NULL AND m.practice_copy_ended_at IS NULL
         ORDER BY d.created_at, d.id
        """,
        organization,
        contact,
        mailbox,
        [inbox.id for inbox in inboxes],
    )
    return tuple(
        LeftBehind(DeliveryId(row["delivery"]), MessageId(row["message_id"]), row["owner_id"])
        for row in rows
    )


async def move_delivery(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    mailbox: MailboxId,
) -> None:
    """Put a delivery into another mailbox of its contact; a challenge on it is answered."""
    await connection.execute(
        "UPDATE delivery SET mailbox_id = $3, challenge = CASE challenge"
        " WHEN 'none' THEN 'none' ELSE 'proved' END WHERE organization_id = $1 AND id = $2",
        organization,
        delivery,
        mailbox,
    )
