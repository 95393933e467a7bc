"""Looks at the files of a message before it is sealed: what they are, what is in them, malware.

Their content decides, never their names. A file is looked at as it comes by, piece by piece, so
that one that is sealed as it comes in never lies in memory whole. Where the scanner doesn't answer,
a message isn't passed: its sender is told to try again, and an email program does so by itself.
"""

import enum
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import structlog

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.file_kind import ACTIVE, ARCHIVES, HEAD_BYTES, MEDIA_TYPES, kind_of
from licorne.domain.policy.verdict import Reason
from licorne.ports.archive_inspector import ArchiveFault, ArchiveInspector, Inspection
from licorne.ports.file_scanner import FileScanner, Scan, ScannerDown

log = structlog.get_logger("licorne.files")


class Unchecked(enum.Enum):
    """The scanner didn't answer, so nobody knows."""

    SCANNER_DOWN = "scanner_down"


Finding = Reason | Unchecked | None  # why a file isn't taken; none: nothing is wrong with it


def worst(first: Finding, second: Finding) -> Finding:
    """Give what decides: a reason before a doubt, the first before the second."""
    return (
        second
        if isinstance(second, Reason) and not isinstance(first, Reason)
        else (first or second)
    )


class CheckFiles:
    """Without a scanner, files are looked at all the same; only malware isn't looked for."""

    def __init__(self, archives: ArchiveInspector, scanner: FileScanner | None = None) -> None:
        self._archives = archives
        self._scanner = scanner

    def file(self, *, inline: bool = False) -> "FileCheck":
        """Begin a file; use as `async with`. One within the text may be a page, as the text is."""
        return FileCheck(self._archives, self._scanner, inline=inline)

    async def __call__(self, attachments: Iterable[Attachment]) -> Finding:
        """Look at files that lie in memory; the first that isn't taken decides."""
        found: Finding = None
        for attachment in attachments:
            async with self.file(inline=attachment.inline) as check:
                await check.feed(attachment.content)
                found = worst(found, await check.finding())
            if isinstance(found, Reason):
                break
        return found


class FileCheck:
    def __init__(
        self, archives: ArchiveInspector, scanner: FileScanner | None, *, inline: bool
    ) -> None:
        self._archives = archives
        self._scanner = scanner
        self._inline = inline
        self._head: bytearray | None = bytearray()
        self._reason: Reason | None = None
        self._is_down = False
        self._scan: Scan | None = None
        self._inspection: Inspection | None = None
        self.media_type: str | None = None  # what the content says; known with the finding

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._inspection is not None:
            await self._inspection.close()
        if self._scan is not None:
            await self._scan.close()

    async def feed(self, piece: bytes) -> None:
        if self._head is None:
            await self._pass_on(piece)
            return
        self._head += piece
        if len(self._head) >= HEAD_BYTES:
            await self._begin()

    async def finding(self) -> Finding:
        """End the file, and say what is wrong with it."""
        if self._head is not None:
            await self._begin()
        if self._reason is None and self._inspection is not None:
            self._reason = _reason_of(await self._inspection.fault())
        if self._reason is None and self._scan is not None and not self._is_down:
            await self._end_scan(self._scan)
        if self._reason is not None:
            return self._reason
        return Unchecked.SCANNER_DOWN if self._is_down else None

    async def _begin(self) -> None:
        """Judge the beginning, and start what the rest has to go through."""
        head, self._head = bytes(self._head or b""), None
        kind = kind_of(head[:HEAD_BYTES])
        self.media_type = MEDIA_TYPES.get(kind) if kind else None
        if kind in ACTIVE and not self._inline:
            self._reason = Reason.ACTIVE_FILE
            return
        if kind in ARCHIVES:
            self._inspection = await self._archives.begin()
        if self._scanner is not None:
            try:
                self._scan = await self._scanner.begin()
            except ScannerDown as down:
                self._note_down(down)
        await self._pass_on(head)

    async def _pass_on(self, piece: bytes) -> None:
        if self._inspection is not None:
            await self._inspection.feed(piece)
        if self._scan is not None and not self._is_down:
            try:
                await self._scan.feed(piece)
            except ScannerDown as down:
                self._note_down(down)

    async def _end_scan(self, scan: Scan) -> None:
        try:
            name = await scan.found()
        except ScannerDown as down:
            self._note_down(down)
            return
        if name is not None:
            log.warning("malware found", signature=name[:80])
            self._reason = Reason.INFECTED

    def _note_down(self, down: ScannerDown) -> None:
        log.warning("scanner doesn't answer", cause=str(down))
        self._is_down = True


def _reason_of(fault: ArchiveFault | None) -> Reason | None:
    if fault is None:
        return None
    return Reason.ACTIVE_FILE if fault is ArchiveFault.ACTIVE else Reason.ARCHIVE
