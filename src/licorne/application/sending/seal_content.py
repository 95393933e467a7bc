"""Seals what a message says: small parts for the row, large ones streamed to the blob store.

One way for every direction: a member's message and a contact's reply are sealed alike, and differ
only in who is granted to read them.
"""

import contextlib
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field

from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.message.content import Content
from licorne.domain.sealing.body_document import AttachmentEntry, BodyDocument
from licorne.domain.sealing.chunks import SMALL_PART_BYTES
from licorne.domain.sealing.records import SlotReference
from licorne.ports.blob_store import BlobStore
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.vault.keyring import Keyring
from licorne.vault.message_seal import MessageSeal

_BLOB_NAME_BYTES = 16
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Slot:
    """A leased shred slot with its secret, for as long as sealing takes."""

    reference: SlotReference
    secret: bytes


@dataclass(frozen=True, slots=True)
class SealedContent:
    """Content under one new data key, not yet granted to anybody."""

    seal: MessageSeal
    contact_slot: Slot
    practice_slot: Slot
    blobs: tuple[str, ...]
    size_class: int  # power of two: what a thief of the database may know


@dataclass(frozen=True, slots=True)
class ContentBeingSealed:
    """A content whose parts are sealed one by one; ``blobs`` has all that were begun."""

    seal: MessageSeal
    contact_slot: Slot
    practice_slot: Slot
    store: BlobStore
    randomness: Randomness
    blobs: list[str] = field(default_factory=list)

    async def add(self, number: int, plaintext: AsyncIterable[bytes]) -> None:
        """Seal a part as it comes; memory is a few pieces, whatever its size."""
        pieces = aiter(plaintext)
        head = bytearray()
        async for piece in pieces:
            head += piece
            if len(head) > SMALL_PART_BYTES:
                break
        else:
            self.seal.seal_small(number, bytes(head))
            return
        name = self.randomness.bytes(_BLOB_NAME_BYTES).hex()
        self.blobs.append(name)
        await self.store.put(name, self.seal.seal_stream(number, name, _chained(head, pieces)))

    async def finish(self, content: Content) -> SealedContent:
        """Seal the texts and the list of files, whose parts were added before, as part 0."""
        await self.add(0, _pieces(_body(content)))
        return SealedContent(
            self.seal,
            self.contact_slot,
            self.practice_slot,
            tuple(self.blobs),
            content.size.bit_length(),
        )


class ContentSealer:
    def __init__(
        self, keyring: Keyring, slots: SlotStore, blobs: BlobStore, randomness: Randomness
    ) -> None:
        self._keyring = keyring
        self._slots = slots
        self._blobs = blobs
        self._randomness = randomness

    async def __call__(
        self,
        organization: OrganizationId,
        message: MessageId,
        author: uuid.UUID,
        content: Content,
    ) -> SealedContent:
        """Seal a content; its blobs are durable when this returns, its rows are the caller's."""
        being = await self.begin(organization, message, author)
        try:
            for number, attachment in enumerate(content.attachments, start=1):
                await being.add(number, _pieces(attachment.content))
            return await being.finish(content)
        except BaseException:
            await self.discard(being.blobs)
            raise

    async def begin(
        self, organization: OrganizationId, message: MessageId, author: uuid.UUID
    ) -> ContentBeingSealed:
        """Begin a content that comes in parts. What comes to nothing is the caller's to discard."""
        seal = MessageSeal(
            self._keyring,
            self._randomness,
            organization=organization,
            message=message,
            author=author,
        )
        contact_slot, practice_slot = await self._slot(), await self._slot()
        return ContentBeingSealed(seal, contact_slot, practice_slot, self._blobs, self._randomness)

    async def discard(self, blobs: list[str] | tuple[str, ...]) -> None:
        """Delete blobs of a message that was not accepted after all."""
        for name in blobs:
            with contextlib.suppress(OSError):
                await self._blobs.delete(name)

    async def _slot(self) -> Slot:
        reference, secret = await self._slots.take()
        return Slot(reference, secret)


def _body(content: Content) -> bytes:
    entries = tuple(
        AttachmentEntry(
            part=number,
            filename=attachment.filename,
            content_type=attachment.content_type,
            size=attachment.size,
            inline=attachment.inline,
            content_id=attachment.content_id,
        )
        for number, attachment in enumerate(content.attachments, start=1)
    )
    return BodyDocument(content.subject, content.text, content.html, entries).encode()


async def _pieces(plaintext: bytes) -> AsyncIterator[bytes]:
    view = memoryview(plaintext)
    for start in range(0, len(view), _PIECE):
        yield bytes(view[start : start + _PIECE])


async def _chained(head: bytearray, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield bytes(head)
    head.clear()
    async for piece in rest:
        yield piece
