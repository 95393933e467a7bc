"""A contact looks through their messages from one practice: that they are, not what they say."""

from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.pickup.mailbox_entry import MailboxEntry
from licorne.store import mailboxes
from licorne.store.database import Database


class ReadInbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, contact: SignedInContact) -> tuple[MailboxEntry, ...]:
        """List the mailbox's messages and replies, the latest first."""
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            return await mailboxes.entries(connection, organization, contact.mailbox.id)
