"""A member takes an attachment, or reads a message's formatted version."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import OpenedContent, SealedReader
from licorne.application.receiving.read_thread import IN_EMERGENCY, open_with_any
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import DeliveryId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.sealing.body_document import AttachmentEntry
from licorne.ports.blob_store import BlobStore
from licorne.store import threads
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class Download:
    """An attachment on its way out; ``content`` streams in constant memory."""

    entry: AttachmentEntry
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class FormattedMessage:
    """HTML as it came from outside, to be cleaned, with the pictures that belong into it."""

    html: str
    pictures: tuple[tuple[AttachmentEntry, bytes], ...]


class OpensInEmergency(Protocol):
    """Gives the keys to a thread that isn't the member's own, while their emergency lasts."""

    async def __call__(
        self, connection: Connection, member: SignedInMember, thread: ThreadId
    ) -> tuple[OpenReaderKey, ...]: ...


class MemberDownload:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        reader: SealedReader,
        blobs: BlobStore,
        acts: MemberActs,
        emergency: OpensInEmergency | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._blobs = blobs
        self._acts = acts
        self._emergency = emergency
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(
        self, member: SignedInMember, delivery: DeliveryId, part: int
    ) -> Download | None:
        """Open one attachment; nothing for a delivery or part that isn't this member's to see.

        Raises `CopyEnded`, `NotGranted` and ``SealBroken``.
        """
        opened = await self._open(member, delivery, Tag.MEMBER_DOWNLOADED, f"part {part}")
        if opened is None:
            return None
        entry = next((one for one in opened.body.attachments if one.part == part), None)
        if entry is None:
            return None
        return Download(entry, self._stream(opened, part))

    async def formatted(
        self, member: SignedInMember, delivery: DeliveryId
    ) -> FormattedMessage | None:
        """Open a message's HTML with the pictures that it shows inline."""
        opened = await self._open(member, delivery, Tag.MEMBER_OPENED, "formatted")
        if opened is None or opened.body.html is None:
            return None
        pictures = []
        for entry in opened.body.attachments:
            if entry.inline and entry.content_id:
                pieces = [piece async for piece in self._stream(opened, entry.part)]
                pictures.append((entry, b"".join(pieces)))
        return FormattedMessage(opened.body.html, tuple(pictures))

    async def _open(
        self, member: SignedInMember, delivery: DeliveryId, tag: Tag, detail: str
    ) -> OpenedContent | None:
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            thread_id = await threads.thread_of_delivery(connection, organization, delivery)
            thread = thread_id and await threads.fetch(
                connection, organization, thread_id, member.inboxes
            )
            keys: tuple[OpenReaderKey, ...] = ()
            if thread:
                keys = await self._inbox_keys(connection, member, thread.inbox)
            elif thread_id and self._emergency is not None:
                keys = await self._emergency(connection, member, thread_id)
                detail = f"{detail}, {IN_EMERGENCY}"
            if not thread_id or not keys:
                await self._acts.record(
                    connection, member, Tag.MEMBER_REFUSED, delivery, outcome=Outcome.REFUSED
                )
                return None
            facts = (await threads.messages(connection, organization, thread_id, only=delivery))[0]
            opened = await open_with_any(
                self._reader, connection, organization, facts.message, keys
            )
            await self._acts.record(connection, member, tag, facts.message, detail=detail)
            return opened

    async def _stream(self, opened: OpenedContent, part: int) -> AsyncIterator[bytes]:
        sealed = opened.opened.parts[part]
        if sealed.blob is None:
            yield opened.opened.open_part(part)
            return
        async for piece in opened.opened.open_stream(part, self._blobs.read(sealed.blob)):
            yield piece
