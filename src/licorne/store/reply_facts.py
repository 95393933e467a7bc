"""What sealing a reply must know: the keys of the thread's owner, the record and the mailbox."""

from dataclasses import dataclass
from datetime import timedelta

from licorne.domain.identity.ids import MailboxId, OrganizationId, ThreadId
from licorne.domain.sealing.records import CurrentKey
from licorne.store.database import Connection
from licorne.store.reader_keys import fetch_current


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    owner_key: CurrentKey
    record_key: CurrentKey
    mailbox_key: CurrentKey
    default_expiry: timedelta
    retention: timedelta


async def fetch(
    connection: Connection, organization: OrganizationId, thread: ThreadId, mailbox: MailboxId
) -> ReplyFacts | None:
    """Fetch a reply's facts; None where the thread isn't this mailbox's contact's."""
    row = await connection.fetchrow(
        "SELECT t.owner_id, o.default_expiry, o.retention FROM thread t"
        " JOIN organization o ON o.id = t.organization_id"
        " JOIN mailbox m ON (m.organization_id, m.contact_id, m.number_epoch)"
        "  = (t.organization_id, t.contact_id, t.number_epoch)"
        " WHERE t.organization_id = $1 AND t.id = $2 AND m.id = $3",
        organization,
        thread,
        mailbox,
    )
    if row is None:
        return None
    owner = await fetch_current(connection, organization, row["owner_id"])
    record = await fetch_current(connection, organization, organization)
    own = await fetch_current(connection, organization, mailbox)
    if owner is None or record is None or own is None:
        raise LookupError("a reader of this thread has no current key")
    return ReplyFacts(owner, record, own, row["default_expiry"], row["retention"])
