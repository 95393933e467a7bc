"""What showing a contact one message needs, in one round trip and before the tenant is known."""

from dataclasses import dataclass
from uuid import UUID

from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import DeliveryId, MailboxId
from licorne.domain.identity.organization import Organization
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.domain.pickup.contact_session import ContactSession
from licorne.domain.sealing.records import DirectoryKey, Grant, GrantAct, SealedPart
from licorne.store.contact_sessions import session_of
from licorne.store.contacts import contact_of
from licorne.store.database import Connection
from licorne.store.deliveries import DeliveryRow, delivery_of
from licorne.store.mailboxes import mailbox_of
from licorne.store.organizations import organization_of
from licorne.store.reader_keys import key_of
from licorne.store.sealed_messages import (
    StoredMessage,
    act_of,
    grant_of,
    message_of,
    part_of,
)


@dataclass(frozen=True, slots=True)
class ContactView:
    session: ContactSession
    organization: Organization
    mailbox: Mailbox
    contact: Contact
    key: DirectoryKey
    delivery: DeliveryRow
    message: StoredMessage
    parts: tuple[SealedPart, ...]  # the bytes of the body only
    grants: tuple[Grant, ...]  # of this delivery to the session's key
    acts: dict[UUID, GrantAct]
    author_name_sealed: bytes | None


async def fetch(
    connection: Connection, cookie_hash: bytes, mailbox: MailboxId, delivery: DeliveryId
) -> ContactView | None:
    """Fetch a view; nothing where the cookie doesn't open that mailbox or it lacks the delivery.

    Whether the session still lives and the message may be shown is the caller's to decide.
    """
    row = await connection.fetchrow(
        "SELECT * FROM contact_view($1, $2, $3)", cookie_hash, mailbox, delivery
    )
    if row is None:
        return None
    return ContactView(
        session=session_of(row["session"]),
        organization=organization_of(row["organization"]),
        mailbox=mailbox_of(row["mailbox"]),
        contact=contact_of(row["contact"]),
        key=key_of(row["key"]),
        delivery=delivery_of(row["delivery"]),
        message=message_of(row["message"]),
        parts=tuple(part_of(part) for part in row["parts"] or ()),
        grants=tuple(grant_of(grant) for grant in row["key_grants"] or ()),
        acts={act["id"]: act_of(act) for act in row["acts"] or ()},
        author_name_sealed=row["author_name_sealed"],
    )
