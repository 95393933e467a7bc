"""Seals what a message says: small parts for the row, large ones streamed to the blob store.

One way for every direction: a member's message and a contact's reply are sealed alike, and differ
only in who is granted to read them.
"""

import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

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
        seal = MessageSeal(
            self._keyring,
            self._randomness,
            organization=organization,
            message=message,
            author=author,
        )
        contact_slot, practice_slot = await self._slot(), await self._slot()
        blobs: list[str] = []
        try:
            for number, plaintext in enumerate(_parts(content)):
                if len(plaintext) <= SMALL_PART_BYTES:
                    seal.seal_small(number, plaintext)
                else:
                    name = self._randomness.bytes(_BLOB_NAME_BYTES).hex()
                    blobs.append(name)
                    stream = seal.seal_stream(number, name, _pieces(plaintext))
                    await self._blobs.put(name, stream)
        except BaseException:
            await self.discard(blobs)
            raise
        return SealedContent(
            seal, contact_slot, practice_slot, tuple(blobs), content.size.bit_length()
        )

    async def discard(self, blobs: list[str] | tuple[str, ...]) -> None:
        """Delete blobs of a message that was not accepted after all."""
        for name in blobs:
            with contextlib.suppress(OSError):
                await self._blobs.delete(name)

    async def _slot(self) -> Slot:
        reference, secret = await self._slots.take()
        return Slot(reference, secret)


def _parts(content: Content) -> list[bytes]:
    entries = tuple(
        AttachmentEntry(
            part=number,
            filename=attachment.filename,
            content_type=attachment.content_type,
            size=len(attachment.content),
            inline=attachment.inline,
            content_id=attachment.content_id,
        )
        for number, attachment in enumerate(content.attachments, start=1)
    )
    body = BodyDocument(content.subject, content.text, content.html, entries)
    return [body.encode(), *(attachment.content for attachment in content.attachments)]


async def _pieces(plaintext: bytes) -> AsyncIterator[bytes]:
    view = memoryview(plaintext)
    for start in range(0, len(view), _PIECE):
        yield bytes(view[start : start + _PIECE])
