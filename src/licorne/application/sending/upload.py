"""Files that come in before their message is accepted: sealed as they come, never whole in memory.

    async with uploads(organization, author) as upload:
        attachment = await upload.add("letter.pdf", "application/pdf", pieces)
        sent = await send(draft_with(attachment), upload=upload)

What is not accepted in the end, for whatever reason, is deleted.
"""

import uuid
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager

from licorne.application.new_ids import NewIds
from licorne.application.sending.check_files import CheckFiles, FileCheck, Finding, worst
from licorne.application.sending.seal_content import (
    ContentBeingSealed,
    ContentSealer,
    SealedContent,
)
from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness


class Upload:
    """The files of one message. ``handed_over``: the store may hold the message by now."""

    def __init__(
        self, message: MessageId, being: ContentBeingSealed, check_files: CheckFiles
    ) -> None:
        self.message = message
        self.finding: Finding = None  # what is wrong with a file; the first decides
        self._check_files = check_files
        self.handed_over = False
        self._being = being
        self._files = 0
        self._sealed: SealedContent | None = None

    @property
    def blobs(self) -> tuple[str, ...]:
        return tuple(self._being.blobs)

    async def add(
        self, filename: str, content_type: str, pieces: AsyncIterable[bytes]
    ) -> Attachment:
        """Seal the next file, and give it as an attachment without its bytes."""
        self._files += 1
        async with self._check_files.file() as check:
            counted = _Counted(pieces, check)
            await self._being.add(self._files, counted)
            self.finding = worst(self.finding, await check.finding())
        kind = check.media_type or content_type
        return Attachment(filename, kind, b"", sealed_size=counted.size)

    async def sealed(self, content: Content) -> SealedContent:
        """Seal the rest; the same again for every try to have the message accepted.

        ``content`` has exactly the files that were added, in that order.
        """
        if self._sealed is None:
            self._sealed = await self._being.finish(content)
        return self._sealed


class _Counted:
    """Counts pieces, and shows them to a check, as they come by."""

    def __init__(self, pieces: AsyncIterable[bytes], check: FileCheck) -> None:
        self.size = 0
        self._check = check
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            self.size += len(piece)
            await self._check.feed(piece)
            yield piece


class Uploads:
    def __init__(
        self,
        sealer: ContentSealer,
        check_files: CheckFiles,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._sealer = sealer
        self._check_files = check_files
        self._new_id = NewIds(clock, randomness)

    @asynccontextmanager
    async def __call__(
        self, organization: OrganizationId, author: uuid.UUID
    ) -> AsyncIterator[Upload]:
        message = MessageId(self._new_id())
        being = await self._sealer.begin(organization, message, author)
        upload = Upload(message, being, self._check_files)
        try:
            yield upload
        finally:
            if not upload.handed_over:
                await self._sealer.discard(upload.blobs)
