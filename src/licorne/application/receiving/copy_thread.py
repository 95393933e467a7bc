"""A member takes one conversation of theirs along, on paper or as a PDF."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.read_written import ReadWritten, WrittenMessage
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import Thread
from licorne.store import contacts, correspondence, threads
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class CopiedThread:
    thread: Thread
    contact: NamedContact
    total: int  # messages
    keys: tuple[OpenReaderKey, ...] = field(repr=False)


class CopyThread:
    def __init__(
        self, database: Database, keyring: Keyring, read: ReadWritten, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._read = read
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(self, member: SignedInMember, thread: ThreadId) -> CopiedThread | None:
        """Find it; nothing where it is in no inbox of this member: that is recorded as refused."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            contact = found and await contacts.fetch(connection, organization, found.contact)
            if not found or not contact:
                await self._acts.record(
                    connection, member, Tag.MEMBER_REFUSED, thread, outcome=Outcome.REFUSED
                )
                return None
            total = await correspondence.count(connection, organization, thread)
            keys = await self._inbox_keys(connection, member, found.inbox)
        return CopiedThread(found, name_contact(self._keyring, contact), total, keys)

    async def messages(
        self, member: SignedInMember, copied: CopiedThread
    ) -> AsyncIterator[WrittenMessage]:
        """Open one message after the other, oldest first, each with its row in the trail."""
        thread = copied.thread
        async for written in self._read(
            member,
            thread.contact,
            thread.number_epoch,
            keys=copied.keys,
            tag=Tag.MEMBER_OPENED,
            detail="pdf",
            thread=thread.id,
        ):
            yield written
