"""A member asks for a reminder of a message that its contact hasn't opened yet."""

import enum
from datetime import timedelta

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import Thread
from licorne.store import contacts, deliveries, jobs, rate_buckets, threads
from licorne.store.database import Database
from licorne.vault.keyring import Keyring

STORY_STEP = "nudge_asked"
_WINDOW = timedelta(hours=4)  # more often it would be pestering, and carriers would filter it


class Nudge(enum.Enum):
    ASKED = "asked"
    NOT_FOUND = "not_found"
    NOT_WAITING = "not_waiting"  # read, recalled or expired
    OPTED_OUT = "opted_out"
    TOO_SOON = "too_soon"


def belongs_to_another(thread: Thread, contact: Contact | None) -> bool:
    """Say whether a thread's number went to somebody else since."""
    return contact is not None and contact.number_epoch != thread.number_epoch


class AskNudge:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(self, member: SignedInMember, delivery: DeliveryId) -> Nudge:
        await self._acts.permit(self._database, member, Permission.WRITE_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            thread_id = await threads.thread_of_delivery(connection, organization, delivery)
            thread = thread_id and await threads.fetch(
                connection, organization, thread_id, member.inboxes
            )
            if not thread:
                await self._acts.record(
                    connection, member, Tag.MEMBER_REFUSED, delivery, outcome=Outcome.REFUSED
                )
                return Nudge.NOT_FOUND
            facts = (await threads.messages(connection, organization, thread.id, only=delivery))[0]
            contact = await contacts.fetch(connection, organization, facts.contact)
            if not facts.waits_to_be_read or belongs_to_another(thread, contact):
                return Nudge.NOT_WAITING
            if contact is None or contact.opted_out_at is not None:
                return Nudge.OPTED_OUT
            bucket = self._keyring.lookup("bucket:nudge", delivery.bytes)
            if not await rate_buckets.take(connection, bucket, 1, _WINDOW, self._acts.now()):
                return Nudge.TOO_SOON
            await jobs.enqueue(
                connection, jobs.Announce(organization, delivery, jobs.NoticeKind.NUDGE)
            )
            await deliveries.note(
                connection,
                organization,
                delivery,
                STORY_STEP,
                self._acts.new_id(),
                self._acts.now(),
            )
            await self._acts.record(connection, member, Tag.NUDGE_ASKED, delivery)
        return Nudge.ASKED
