"""A delivery's passphrase, as the office sees it: set anew, it counts from nothing."""

from licorne.domain.identity.ids import DeliveryId, MailboxId, OrganizationId
from licorne.store.database import Connection


async def lock_mailbox(
    connection: Connection, organization: OrganizationId, mailbox: MailboxId
) -> None:
    """Keep a claim of this mailbox waiting until the transaction ends: a claim locks it, too."""
    await connection.execute(
        "SELECT 1 FROM mailbox WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization,
        mailbox,
    )


async def set_anew(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> None:
    await connection.execute(
        "UPDATE delivery SET challenge = 'waiting', challenge_tries = 0"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        delivery,
    )
