"""Mailboxes: a contact's generations of a sealed store, and what waits in them."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MessageId,
    OrganizationId,
)
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.domain.mailbox.proof import MailboxState, Proof
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.thread import Direction
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.pickup.mailbox_entry import MailboxEntry
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, contact_id, number_epoch, generation, state, proof, failed_passwords,"
    " created_at, claimed_at"
)


async def fetch(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId, *, lock: bool = False
) -> Mailbox | None:
    """Fetch a mailbox, locking its row until the transaction ends when asked to.

    The lock lets messages be sealed to it meanwhile (their rows refer to this one): what must not
    be sealed to any more is a key, and `reader_keys.make_current` waits for those seals.
    """
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM mailbox WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR NO KEY UPDATE" if lock else ""),
        organization,
        mailbox,
    )
    return None if row is None else mailbox_of(row)


async def mark_claimed(
    connection: Connection,
    organization: OrganizationId,
    mailbox: MailboxId,
    proof: Proof,
    at: datetime,
) -> None:
    await connection.execute(
        "UPDATE mailbox SET state = 'claimed', proof = $3, claimed_at = $4, failed_passwords = 0"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        mailbox,
        proof.value,
        at,
    )


async def raise_proof(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> None:
    """Note that the owner of a claimed mailbox met a passphrase; a better proof stays."""
    await connection.execute(
        "UPDATE mailbox SET proof = 'passphrase' WHERE organization_id = $1 AND id = $2"
        " AND proof IN ('none', 'first_visitor')",
        organization,
        mailbox,
    )


async def supersede(
    connection: Connection, earlier: Mailbox, new: MailboxId, binding: bytes, at: datetime
) -> None:
    """Put a new, claimed generation in the place of a mailbox whose password was forgotten.

    ``binding`` is the contact's new one (``vault.contact_binding``).
    """
    await connection.execute(
        "UPDATE mailbox SET state = 'superseded' WHERE organization_id = $1 AND id = $2",
        earlier.organization,
        earlier.id,
    )
    await connection.execute(
        "INSERT INTO mailbox (organization_id, id, contact_id, number_epoch, generation, state,"
        " proof, created_at, claimed_at) VALUES ($1, $2, $3, $4, $5, 'claimed', 'first_visitor',"
        " $6, $6)",
        earlier.organization,
        new,
        earlier.contact,
        earlier.number_epoch,
        earlier.generation + 1,
        at,
    )
    # Nothing may be sealed to the earlier key any more: this waits for what is under way, and what
    # comes after finds no pointer and asks anew where the contact's messages go.
    await connection.execute(
        "DELETE FROM current_key WHERE organization_id = $1 AND owner_id = $2",
        earlier.organization,
        earlier.id,
    )
    await connection.execute(
        "UPDATE contact SET mailbox_id = $3, binding = $4 WHERE organization_id = $1 AND id = $2",
        earlier.organization,
        earlier.contact,
        new,
        binding,
    )


async def count_failed_password(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> None:
    await connection.execute(
        "UPDATE mailbox SET failed_passwords = failed_passwords + 1"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        mailbox,
    )


async def clear_failed_passwords(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> None:
    await connection.execute(
        "UPDATE mailbox SET failed_passwords = 0"
        " WHERE organization_id = $1 AND id = $2 AND failed_passwords > 0",
        organization,
        mailbox,
    )


async def entries(
    connection: Connection,
    organization: OrganizationId,
    mailbox: MailboxId,
    *,
    most: int = 200,
) -> tuple[MailboxEntry, ...]:
    """List a mailbox's messages, the latest first."""
    rows = await connection.fetch(
        "SELECT d.id, d.message_id, d.direction, d.created_at, m.expires_at, d.first_read_at,"
        " d.state, d.challenge, m.recalled_at IS NOT NULL AS recalled,"
        " m.contact_copy_ended_at IS NOT NULL AS ended"
        " FROM delivery d"
        " JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)"
        " WHERE d.organization_id = $1 AND d.mailbox_id = $2"
        " ORDER BY d.created_at DESC, d.id DESC LIMIT $3",
        organization,
        mailbox,
        most,
    )
    return tuple(
        MailboxEntry(
            delivery=DeliveryId(row["id"]),
            message=MessageId(row["message_id"]),
            direction=Direction(row["direction"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            first_read_at=row["first_read_at"],
            state=DeliveryState(row["state"]),
            challenge=ChallengeState(row["challenge"]),
            recalled=row["recalled"],
            ended=row["ended"],
        )
        for row in rows
    )


async def set_first_read(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId, at: datetime
) -> None:
    await connection.execute(
        "UPDATE delivery SET first_read_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND first_read_at IS NULL",
        organization,
        delivery,
        at,
    )


async def waiting_challenge(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId, at: datetime
) -> tuple[DeliveryId, ChallengeState] | None:
    """Find the latest challenged delivery that keeps an unclaimed mailbox from being claimed.

    One that can still be proved comes before a locked one; one whose content has ended keeps
    nobody out.
    """
    row = await connection.fetchrow(
        "SELECT d.id, d.challenge FROM delivery d"
        " JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)"
        " WHERE d.organization_id = $1 AND d.mailbox_id = $2"
        " AND d.challenge IN ('waiting', 'locked')"
        " AND m.contact_copy_ended_at IS NULL AND m.expires_at > $3"
        " ORDER BY d.challenge = 'waiting' DESC, d.created_at DESC LIMIT 1",
        organization,
        mailbox,
        at,
    )
    return None if row is None else (DeliveryId(row["id"]), ChallengeState(row["challenge"]))


async def latest_alive(
    connection: Connection, organization: OrganizationId, contact: ContactId, at: datetime
) -> DeliveryId | None:
    """Find a contact's latest message whose content is still there, to send a new link for."""
    found = await connection.fetchval(
        "SELECT d.id FROM delivery d"
        " JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)"
        " JOIN contact c ON (c.organization_id, c.id, c.mailbox_id)"
        "  = (d.organization_id, d.contact_id, d.mailbox_id)"
        " WHERE d.organization_id = $1 AND d.contact_id = $2 AND d.direction = 'out'"
        " AND m.contact_copy_ended_at IS NULL AND m.expires_at > $3"
        " AND c.removed_at IS NULL ORDER BY d.created_at DESC LIMIT 1",
        organization,
        contact,
        at,
    )
    return None if found is None else DeliveryId(found)


def mailbox_of(row: asyncpg.Record) -> Mailbox:
    return Mailbox(
        organization=OrganizationId(row["organization_id"]),
        id=MailboxId(row["id"]),
        contact=ContactId(row["contact_id"]),
        number_epoch=row["number_epoch"],
        generation=row["generation"],
        state=MailboxState(row["state"]),
        proof=Proof(row["proof"]),
        failed_passwords=row["failed_passwords"],
        created_at=row["created_at"],
        claimed_at=row["claimed_at"],
    )
