"""A member reads a thread: each message that is opened leaves an audit row, in one transaction.

What the contact wrote counts as seen from then on. A message that can't be opened is shown as such
beside the others: one damaged row must not hide a patient's history.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import (
    CopyEnded,
    NoSuchMessage,
    NotGranted,
    OpenedContent,
    SealedReader,
)
from licorne.application.shown_contact import ShownContact, show_contact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import (
    DeliveryId,
    MemberId,
    MessageId,
    OrganizationId,
    TeamId,
    ThreadId,
)
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.thread import Direction, OwnerKind, Thread, ThreadMessage
from licorne.domain.sealing.body_document import AttachmentEntry
from licorne.domain.sealing.faults import SealBroken
from licorne.store import contact_cards, deliveries, former_owners, members, threads
from licorne.store.database import Connection, Database
from licorne.store.deliveries import DeliveryEvent
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name
from licorne.vault.reader_keys import OpenReaderKey

MESSAGES_AT_ONCE = 20
IN_EMERGENCY = "emergency"  # what the trail says of such a reading


@dataclass(frozen=True, slots=True)
class Readable:
    """What a message says. ``html`` is what came from outside; it must be cleaned to be shown."""

    subject: str | None
    text: str
    html: str | None
    attachments: tuple[AttachmentEntry, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """``why``: retention (the practice's copy has ended), not_granted, or damaged."""

    why: str


@dataclass(frozen=True, slots=True)
class ReadMessage:
    facts: ThreadMessage
    story: tuple[DeliveryEvent, ...]
    author_name: str | None  # none: the contact
    by_reader: bool  # the reader wrote it
    content: Readable | Unreadable


@dataclass(frozen=True, slots=True)
class OpenThread:
    thread: Thread
    contact: ShownContact
    messages: tuple[ReadMessage, ...]  # oldest first
    has_earlier: bool
    left_behind: int  # messages that the contact can't read since a reset
    number_ended_at: datetime | None = None  # when the number went to somebody else


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """Whom an answer goes to, and for which team it is written."""

    number: PhoneNumber
    team: TeamId | None


class ReadThread:
    def __init__(
        self, database: Database, keyring: Keyring, reader: SealedReader, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._reader = reader
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(
        self,
        member: SignedInMember,
        thread: ThreadId,
        *,
        before: DeliveryId | None = None,
        only: DeliveryId | None = None,
    ) -> OpenThread | None:
        """Read the latest messages, those before one of them, or one alone.

        Gives nothing where the thread is in no inbox of this member: that is recorded as refused.
        """
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            card = found and await contact_cards.fetch(connection, organization, found.contact)
            if not found or not card:
                await self._acts.record(
                    connection, member, Tag.MEMBER_REFUSED, thread, outcome=Outcome.REFUSED
                )
                return None
            facts = await threads.messages(
                connection,
                organization,
                thread,
                before=before,
                only=only,
                most=MESSAGES_AT_ONCE + 1,
            )
            left = await contact_cards.left_behind(
                connection, organization, found.contact, card.contact.mailbox, member.inboxes
            )
            former = await former_owners.fetch(
                connection, organization, found.contact, found.number_epoch
            )
            if former is not None:
                card = replace(card, contact=replace(card.contact, name_sealed=former.name_sealed))
            shown = facts[-MESSAGES_AT_ONCE:]
            return OpenThread(
                thread=found,
                contact=show_contact(self._keyring, card),
                messages=await self._read_all(
                    connection,
                    member,
                    found,
                    shown,
                    await self._inbox_keys(connection, member, found.inbox),
                ),
                has_earlier=len(facts) > MESSAGES_AT_ONCE,
                left_behind=len(left),
                number_ended_at=None if former is None else former.ended_at,
            )

    async def with_keys(
        self,
        connection: Connection,
        member: SignedInMember,
        thread: Thread,
        keys: tuple[OpenReaderKey, ...],
        *,
        before: DeliveryId | None = None,
    ) -> OpenThread | None:
        """Read somebody else's thread with keys that an emergency opened.

        Within the caller's transaction, who has asked whether the member may. Nothing of it counts
        as seen: its owner still has to.
        """
        organization = member.organization.id
        card = await contact_cards.fetch(connection, organization, thread.contact)
        if card is None:
            return None
        facts = await threads.messages(
            connection, organization, thread.id, before=before, most=MESSAGES_AT_ONCE + 1
        )
        shown = facts[-MESSAGES_AT_ONCE:]
        return OpenThread(
            thread=thread,
            contact=show_contact(self._keyring, card),
            messages=await self._read_all(
                connection, member, thread, shown, keys, detail=IN_EMERGENCY
            ),
            has_earlier=len(facts) > MESSAGES_AT_ONCE,
            left_behind=0,
        )

    async def answer_to(self, member: SignedInMember, thread: ThreadId) -> AnswerTo | None:
        """Say where an answer in this thread goes.

        Nothing where it isn't this member's, or the number belongs to somebody else now.
        """
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            card = found and await contact_cards.fetch(connection, organization, found.contact)
        if not found or not card or found.number_epoch != card.contact.number_epoch:
            return None
        team = TeamId(found.inbox.id) if found.inbox.kind is OwnerKind.TEAM else None
        return AnswerTo(show_contact(self._keyring, card).who.number, team)

    async def _read_all(
        self,
        connection: Connection,
        member: SignedInMember,
        thread: Thread,
        facts: tuple[ThreadMessage, ...],
        keys: tuple[OpenReaderKey, ...],
        detail: str | None = None,
    ) -> tuple[ReadMessage, ...]:
        stories = await threads.stories(
            connection, thread.organization, [one.delivery for one in facts]
        )
        names = {
            author: await self._name_of(connection, thread.organization, author)
            for author in {one.author for one in facts}
        }
        read = []
        for one in facts:
            content = await self._content(connection, member, one, keys, detail)
            if isinstance(content, Readable) and detail is None:
                await self._mark_seen(connection, thread, one)
            read.append(
                ReadMessage(
                    facts=one,
                    story=stories[one.delivery],
                    author_name=names[one.author],
                    by_reader=one.author == member.actor,
                    content=content,
                )
            )
        return tuple(read)

    async def _content(
        self,
        connection: Connection,
        member: SignedInMember,
        facts: ThreadMessage,
        keys: tuple[OpenReaderKey, ...],
        detail: str | None,
    ) -> Readable | Unreadable:
        try:
            opened = await open_with_any(
                self._reader, connection, member.organization.id, facts.message, keys
            )
        except CopyEnded as ended:
            return Unreadable(ended.why)
        except NotGranted:
            return Unreadable("not_granted")
        except SealBroken:
            await self._acts.record(
                connection,
                member,
                Tag.MEMBER_OPENED,
                facts.message,
                outcome=Outcome.REFUSED,
                detail="damaged",
            )
            return Unreadable("damaged")
        await self._acts.record(connection, member, Tag.MEMBER_OPENED, facts.message, detail=detail)
        body = opened.body
        return Readable(body.subject, body.text, body.html, body.attachments)

    async def _mark_seen(
        self, connection: Connection, thread: Thread, facts: ThreadMessage
    ) -> None:
        if facts.direction is Direction.IN and facts.state is DeliveryState.RECEIVED:
            await deliveries.move(
                connection,
                thread.organization,
                facts.delivery,
                DeliveryState.SEEN,
                self._acts.new_id(),
                self._acts.now(),
            )

    async def _name_of(
        self, connection: Connection, organization: OrganizationId, author: Actor
    ) -> str | None:
        if author.kind is ActorKind.SERVICE:
            return await threads.service_name(connection, organization, author.id)
        if author.kind is not ActorKind.MEMBER:
            return None
        row = await members.fetch(connection, organization, MemberId(author.id))
        if row is None:
            return None
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)


async def open_with_any(
    reader: SealedReader,
    connection: Connection,
    organization: OrganizationId,
    message: MessageId,
    keys: tuple[OpenReaderKey, ...],
) -> OpenedContent:
    """Open a message with whichever of an inbox's keys it was granted to.

    Raises `NotGranted` when it was granted to none, and what `SealedReader.open` raises.
    """
    for key in keys:
        try:
            return await reader.open(connection, organization, message, key)
        except NotGranted:
            continue
        except NoSuchMessage:
            break
    raise NotGranted
