"""Reads what was written with a contact, message by message: for a copy on paper or in files.

Each message is opened in a transaction of its own, with its row in the trail beside it, and is
let go before the next: a correspondence of any length passes in constant memory.
"""

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from licorne.application.member_acts import MemberActs
from licorne.application.receiving.open_sealed import (
    CopyEnded,
    NotGranted,
    OpenedContent,
    SealedReader,
)
from licorne.application.receiving.read_thread import Readable, Unreadable, open_with_any
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import ContactId, MemberId, TeamId, ThreadId
from licorne.domain.message.thread import Inbox, OwnerKind, ThreadMessage
from licorne.domain.sealing.faults import SealBroken
from licorne.ports.blob_store import BlobStore
from licorne.store import correspondence, members, teams, threads
from licorne.store.correspondence import Written
from licorne.store.database import Connection, Database
from licorne.store.deliveries import DeliveryEvent
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name
from licorne.vault.reader_keys import OpenReaderKey

_AT_ONCE = 100  # facts of messages, not their content

Stream = Callable[[int], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """One message; ``stream`` gives an attachment's bytes by its part's number, while it lives."""

    facts: ThreadMessage
    thread: ThreadId
    owner: str  # whose conversation it is in: a member's or a team's name
    story: tuple[DeliveryEvent, ...]
    author: str | None  # none: the contact
    content: Readable | Unreadable
    stream: Stream | None


class ReadWritten:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        reader: SealedReader,
        blobs: BlobStore,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._reader = reader
        self._blobs = blobs
        self._acts = acts

    async def __call__(
        self,
        member: SignedInMember,
        contact: ContactId,
        epoch: int,
        *,
        keys: tuple[OpenReaderKey, ...],
        tag: Tag,
        detail: str,
        thread: ThreadId | None = None,
    ) -> AsyncIterator[WrittenMessage]:
        """Yield all messages with a contact in a number epoch, or those of one thread, in order.

        That the member may is asked before; ``tag`` and ``detail`` say what each is opened for.
        """
        organization = member.organization.id
        names: dict[uuid.UUID, str | None] = {}
        after = None
        while True:
            async with self._database.tenant(organization) as connection:
                page = await correspondence.page(
                    connection,
                    organization,
                    contact,
                    epoch,
                    thread=thread,
                    after=after,
                    most=_AT_ONCE,
                )
            for written in page:
                async with self._database.tenant(organization) as connection:
                    read = await self._read(connection, member, written, keys, tag, detail, names)
                yield read
            if len(page) < _AT_ONCE:
                return
            after = page[-1].facts.delivery

    async def _read(
        self,
        connection: Connection,
        member: SignedInMember,
        written: Written,
        keys: tuple[OpenReaderKey, ...],
        tag: Tag,
        detail: str,
        names: dict[uuid.UUID, str | None],
    ) -> WrittenMessage:
        facts, organization = written.facts, member.organization.id
        stories = await threads.stories(connection, organization, [facts.delivery])
        opened = await self._open(connection, member, facts, keys)
        if isinstance(opened, OpenedContent):
            body = opened.body
            content: Readable | Unreadable = Readable(
                body.subject, body.text, body.html, body.attachments
            )
            await self._acts.record(connection, member, tag, facts.message, detail=detail)
        else:
            content = opened
            if opened.why == "damaged":
                await self._acts.record(
                    connection,
                    member,
                    tag,
                    facts.message,
                    outcome=Outcome.REFUSED,
                    detail="damaged",
                )
        for key, actor in ((facts.author.id, facts.author), (written.inbox.id, written.inbox)):
            if key not in names:
                names[key] = await self._name(connection, member, actor)
        return WrittenMessage(
            facts=facts,
            thread=written.thread,
            owner=names[written.inbox.id] or "",
            story=stories[facts.delivery],
            author=names[facts.author.id],
            content=content,
            stream=self._streamer(opened) if isinstance(opened, OpenedContent) else None,
        )

    async def _open(
        self,
        connection: Connection,
        member: SignedInMember,
        facts: ThreadMessage,
        keys: tuple[OpenReaderKey, ...],
    ) -> OpenedContent | Unreadable:
        try:
            return await open_with_any(
                self._reader, connection, member.organization.id, facts.message, keys
            )
        except CopyEnded as ended:
            return Unreadable(ended.why)
        except NotGranted:
            return Unreadable("not_granted")
        except SealBroken:
            return Unreadable("damaged")

    def _streamer(self, opened: OpenedContent) -> Stream:
        async def stream(part: int) -> AsyncIterator[bytes]:
            sealed = opened.opened.parts[part]
            if sealed.blob is None:
                yield opened.opened.open_part(part)
                return
            async for piece in opened.opened.open_stream(part, self._blobs.read(sealed.blob)):
                yield piece

        return stream

    async def _name(
        self, connection: Connection, member: SignedInMember, who: Actor | Inbox
    ) -> str | None:
        organization = member.organization.id
        if who.kind is ActorKind.SERVICE:
            return await threads.service_name(connection, organization, who.id)
        if who.kind is OwnerKind.TEAM:
            team = await teams.fetch(connection, organization, TeamId(who.id))
            return None if team is None else team.name
        if who.kind is ActorKind.CONTACT:
            return None
        row = await members.fetch(connection, organization, MemberId(who.id))
        if row is None:
            return None
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)
