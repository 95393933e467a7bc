"""Earlier generations of a contact's mailbox, closed by a forgotten password: what opens them."""

from collections.abc import Sequence

from licorne.domain.identity.ids import DeliveryId, KeyId, MailboxId, OrganizationId
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.domain.mailbox.proof import Proof
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.store import reader_keys
from licorne.store.database import Connection


async def keys_with(
    connection: Connection, present: Mailbox, method: UnlockMethod
) -> list[tuple[DirectoryKey, PrivateKeyWrap]]:
    """Fetch the keys of a mailbox's earlier generations that open by a method, newest first.

    Those of another number epoch belong to another person and are not among them.
    """
    rows = await connection.fetch(
        "SELECT k.id FROM mailbox m"
        " JOIN reader_key k ON (k.organization_id, k.owner_id) = (m.organization_id, m.id)"
        " WHERE m.organization_id = $1 AND m.contact_id = $2 AND m.number_epoch = $3"
        " AND m.state = 'superseded' AND m.generation < $4 AND k.kind = 'mailbox'"
        " ORDER BY m.generation DESC",
        present.organization,
        present.contact,
        present.number_epoch,
        present.generation,
    )
    found = []
    for row in rows:
        key = await reader_keys.fetch_key(connection, present.organization, KeyId(row["id"]))
        wraps = await reader_keys.fetch_wraps(connection, present.organization, row["id"], method)
        found += [] if key is None else [(key, wrap) for wrap in wraps]
    return found


async def move_deliveries(
    connection: Connection,
    organization: OrganizationId,
    deliveries: Sequence[DeliveryId],
    mailbox: MailboxId,
) -> None:
    """Put deliveries into the mailbox in force; a challenge on one stays before it."""
    await connection.execute(
        "UPDATE delivery SET mailbox_id = $3 WHERE organization_id = $1 AND id = ANY($2::uuid[])",
        organization,
        list(deliveries),
        mailbox,
    )


async def inherit_proof(
    connection: Connection, organization: OrganizationId, earlier: MailboxId, mailbox: MailboxId
) -> None:
    """Whoever opens the earlier mailbox is who was proved then: the better proof counts again."""
    await connection.execute(
        "UPDATE mailbox present SET proof = earlier.proof FROM mailbox earlier"
        " WHERE present.organization_id = $1 AND present.id = $3"
        " AND earlier.organization_id = $1 AND earlier.id = $2 AND present.proof = $4",
        organization,
        earlier,
        mailbox,
        Proof.FIRST_VISITOR.value,
    )
