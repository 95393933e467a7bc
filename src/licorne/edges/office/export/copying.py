"""Streams a copy out: a ZIP, or one PDF. The next piece is made when the last was taken."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from licorne.application.keeping.export_correspondence import Begun, ExportCorrespondence
from licorne.application.receiving.copy_thread import CopiedThread, CopyThread
from licorne.application.receiving.read_thread import Readable
from licorne.application.receiving.read_written import WrittenMessage
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.records.export import ExportForm
from licorne.edges.office.export.archive import Archive
from licorne.edges.office.export.paper import Paper
from licorne.edges.office.export.pdf import (
    MOST_LETTERS,
    MOST_MESSAGES,
    PdfFrame,
    PdfMessage,
    make_pdf,
)
from licorne.edges.office.export.readme import readme
from licorne.edges.office.export.structured import (
    KeptAttachment,
    attachment_file,
    correspondence_document,
    message_document,
    schema_files,
)
from licorne.edges.office.times import TimeTeller


@dataclass(slots=True)
class _Volume:
    """The messages of one PDF, until there are enough of them."""

    number: int = 1
    letters: int = 0
    messages: list[PdfMessage] = field(default_factory=list)

    def add(self, message: PdfMessage) -> None:
        self.messages.append(message)
        self.letters += len(message.text)

    @property
    def is_full(self) -> bool:
        return len(self.messages) >= MOST_MESSAGES or self.letters >= MOST_LETTERS

    async def make(self, frame: PdfFrame) -> bytes:
        """Make it, and begin the next."""
        made = await asyncio.to_thread(make_pdf, frame, tuple(self.messages))
        self.number, self.letters, self.messages = self.number + 1, 0, []
        return made


class Copying:
    """One member's copy of one contact's correspondence, on its way out."""

    def __init__(
        self,
        export: ExportCorrespondence,
        member: SignedInMember,
        begun: Begun,
        teller: TimeTeller,
    ) -> None:
        self._export = export
        self._member = member
        self._begun = begun
        self._paper = Paper(member, begun.contact, teller)
        self._archive = Archive(begun.export.started_at.astimezone(teller.zone))
        self._volume = _Volume()
        self._digest = hashlib.sha256()  # over the digests of the messages' files
        self._conversations: dict[str, str] = {}
        self._count = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the ZIP's bytes; at its end the copy is on record as given out whole."""
        with_files = self._begun.export.form is ExportForm.FILES
        self._archive.add("README.txt", readme(self._begun, self._paper, with_files).encode())
        async for written in self._export.messages(self._member, self._begun):
            self._count += 1
            kept: tuple[KeptAttachment, ...] = ()
            if with_files:
                async for piece in self._attachments(written):
                    yield piece
                kept = self._kept
                self._message(written, kept)
            self._volume.add(self._paper.message(written, kept))
            if self._volume.is_full:
                await self._end_volume()
            if piece := self._archive.take():
                yield piece
        if self._volume.messages:
            await self._end_volume()
        digest = self._digest.hexdigest()
        if with_files:
            self._about(digest)
        self._archive.close()
        await self._export.end(self._member, self._begun, digest)
        yield self._archive.take()

    async def _attachments(self, written: WrittenMessage) -> AsyncIterator[bytes]:
        """Write a message's attachments, yielding what the ZIP has become meanwhile."""
        kept: list[KeptAttachment] = []
        entries = written.content.attachments if isinstance(written.content, Readable) else ()
        for entry in entries:
            assert written.stream is not None
            name = attachment_file(self._count, entry)
            with self._archive.entry(name, entry.content_type) as write:
                digest = write(b"")
                async for piece in written.stream(entry.part):
                    digest = write(piece)
                    if taken := self._archive.take():
                        yield taken
            kept.append(KeptAttachment(entry, name, digest))
        self._kept = tuple(kept)

    def _message(self, written: WrittenMessage, kept: tuple[KeptAttachment, ...]) -> None:
        self._conversations.setdefault(str(written.thread), written.owner)
        document = message_document(self._count, written, kept)
        self._digest.update(hashlib.sha256(document).digest())
        self._archive.add(f"messages/{self._count:05}.json", document)

    async def _end_volume(self) -> None:
        number = self._volume.number
        made = await self._volume.make(self._paper.of_export(self._begun, number))
        if self._begun.export.form is ExportForm.PDF:
            self._digest.update(hashlib.sha256(made).digest())
        self._archive.add(f"correspondence-{number:03}.pdf", made, "application/pdf")

    def _about(self, digest: str) -> None:
        practice, by = self._member.organization.name, self._member.name
        about = correspondence_document(
            self._begun, practice, by, self._conversations, self._count, digest
        )
        self._archive.add("correspondence.json", about)
        for name, schema in schema_files().items():
            self._archive.add(f"schema/{name}", schema)


def fits_in_one(messages: int) -> bool:
    return messages <= MOST_MESSAGES


async def single_pdf(
    export: ExportCorrespondence, member: SignedInMember, begun: Begun, teller: TimeTeller
) -> bytes | None:
    """Make the one PDF of a correspondence; nothing where its text doesn't fit into a volume."""
    paper = Paper(member, begun.contact, teller)
    volume = _Volume()
    async for written in export.messages(member, begun):
        if volume.letters >= MOST_LETTERS:
            return None
        volume.add(paper.message(written))
    made = await volume.make(paper.of_export(begun, 1))
    await export.end(member, begun, hashlib.sha256(made).hexdigest())
    return made


async def thread_pdf(
    copy: CopyThread, member: SignedInMember, copied: CopiedThread, teller: TimeTeller
) -> bytes | None:
    """Make the PDF of one conversation; nothing where it doesn't fit into a volume."""
    paper = Paper(member, copied.contact, teller)
    volume = _Volume()
    async for written in copy.messages(member, copied):
        if volume.letters >= MOST_LETTERS:
            return None
        volume.add(paper.message(written))
    return await volume.make(paper.of_thread())
