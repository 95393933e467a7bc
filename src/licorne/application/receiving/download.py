"""A contact takes an attachment, or reads a message's formatted version."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from licorne.application.receiving.open_message import OpenMessage, ReadMessage
from licorne.application.receiving.open_sealed import OpenedContent
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.body_document import AttachmentEntry
from licorne.ports.blob_store import BlobStore


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


class DownloadAttachment:
    def __init__(self, open_message: OpenMessage, blobs: BlobStore) -> None:
        self._open_message = open_message
        self._blobs = blobs

    async def __call__(
        self, contact: SignedInContact, delivery: DeliveryId, part: int
    ) -> Download | None:
        """Open one attachment; nothing where the message or the part can't be had."""
        reading = await self._open_message(
            contact, delivery, tag=Tag.CONTACT_DOWNLOADED, detail=f"part {part}"
        )
        if not isinstance(reading, ReadMessage):
            return None
        attachments = reading.content.body.attachments
        entry = next((one for one in attachments if one.part == part), None)
        if entry is None:
            return None
        return Download(entry, self._stream(reading.content, part))

    async def formatted(
        self, contact: SignedInContact, delivery: DeliveryId
    ) -> FormattedMessage | None:
        """Open a message's HTML with the pictures that it shows inline."""
        reading = await self._open_message(contact, delivery, detail="formatted")
        if not isinstance(reading, ReadMessage) or reading.content.body.html is None:
            return None
        pictures = []
        for entry in reading.content.body.attachments:
            if entry.inline and entry.content_id:
                pieces = [piece async for piece in self._stream(reading.content, entry.part)]
                pictures.append((entry, b"".join(pieces)))
        return FormattedMessage(reading.content.body.html, tuple(pictures))

    async def _stream(self, content: OpenedContent, part: int) -> AsyncIterator[bytes]:
        sealed = content.opened.parts[part]
        if sealed.blob is None:
            yield content.opened.open_part(part)
            return
        async for piece in content.opened.open_stream(part, self._blobs.read(sealed.blob)):
            yield piece
