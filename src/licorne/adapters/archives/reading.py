"""Looks through an archive and all within it, and stops as soon as one limit is broken.

Runs in a process of its own (`process.py`), whose memory and processor time are limited: what the
standard library does with a hostile archive beyond our counting ends there.
"""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from licorne.domain.message.file_kind import ACTIVE, ARCHIVES, HEAD_BYTES, FileKind, kind_of
from licorne.domain.policy.facts import REFUSED_FILE_TYPES
from licorne.ports.archive_inspector import ArchiveFault

MOST_UNPACKED = 400_000_000  # bytes, in all
MOST_RATIO = 100  # of what is unpacked to what came; text shrinks to a tenth, hardly to a fiftieth
FREE_OF_RATIO = 10_000_000  # bytes: so little hurts nobody, however well it was packed
MOST_FILES = 10_000
MOST_DEPTH = 3  # a tar in a gzip in a zip
LARGEST_WITHIN = 64 * 1024 * 1024  # an archive within an archive is unpacked in memory
_PIECE = 64 * 1024
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,  # a compression that we don't have: nor has who opens it
    RuntimeError,  # an encrypted file
    IndexError,
    KeyError,
    OverflowError,
)


class _Broken(Exception):
    def __init__(self, fault: ArchiveFault) -> None:
        super().__init__(fault)
        self.fault = fault


class _Counter:
    def __init__(self, size: int) -> None:
        self._most = min(MOST_UNPACKED, max(FREE_OF_RATIO, size * MOST_RATIO))
        self._unpacked = 0
        self._files = 0

    def file(self) -> None:
        self._files += 1
        if self._files > MOST_FILES:
            raise _Broken(ArchiveFault.TOO_MANY)

    def unpacked(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > self._most:
            raise _Broken(ArchiveFault.TOO_MUCH)


def fault_of(archive: bytes) -> ArchiveFault | None:
    """Say what is wrong with an archive; none also for one that can't be read at all."""
    kind = kind_of(archive[:HEAD_BYTES])
    try:
        if kind in ARCHIVES:
            _look(archive, kind, _Counter(len(archive)), 1)
    except _Broken as broken:
        return broken.fault
    return None


def _look(archive: bytes, kind: FileKind, counter: _Counter, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise _Broken(ArchiveFault.TOO_DEEP)
    try:
        for name, pieces in _files(archive, kind):
            counter.file()
            if name.rpartition(".")[2].lower() in REFUSED_FILE_TYPES and "." in name:
                raise _Broken(ArchiveFault.ACTIVE)
            _look_at_file(pieces, counter, depth)
    except _BROKEN:
        return


def _look_at_file(pieces: Iterator[bytes], counter: _Counter, depth: int) -> None:
    head, within = b"", bytearray()
    inner: FileKind | None = None
    is_known = False
    for piece in pieces:
        counter.unpacked(len(piece))
        if not is_known:
            head += piece
            if len(head) < HEAD_BYTES:
                continue
            inner, is_known = _kind(head), True
            within += head if inner in ARCHIVES else b""
        elif inner in ARCHIVES:
            within += piece
        if len(within) > LARGEST_WITHIN:
            raise _Broken(ArchiveFault.TOO_MUCH)
    if not is_known:
        inner = _kind(head)
        within += head if inner in ARCHIVES else b""
    if inner is not None and inner in ARCHIVES:
        _look(bytes(within), inner, counter, depth + 1)


def _kind(head: bytes) -> FileKind | None:
    kind = kind_of(head[:HEAD_BYTES])
    if kind in ACTIVE and kind is not FileKind.WEB_PAGE:  # office documents hold pages
        raise _Broken(ArchiveFault.ACTIVE)
    return kind


def _files(archive: bytes, kind: FileKind) -> Iterator[tuple[str, Iterator[bytes]]]:
    match kind:
        case FileKind.ZIP:
            yield from _zipped(archive)
        case FileKind.TAR:
            yield from _in_tar(archive)
        case FileKind.GZIP:
            yield "", _inflated(archive)
        case FileKind.BZIP2:
            yield "", _decompressed(bz2.BZ2Decompressor(), archive)
        case FileKind.XZ:
            yield "", _decompressed(lzma.LZMADecompressor(memlimit=128 * 1024 * 1024), archive)
        case _:
            return


def _zipped(archive: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            if entry.is_dir():
                continue
            if entry.flag_bits & 1:  # encrypted: nobody can look into it
                yield entry.filename, iter(())
                continue
            with opened.open(entry) as file:
                yield entry.filename, _pieces(file)


def _in_tar(archive: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
        for entry in opened:
            file = opened.extractfile(entry) if entry.isfile() else None
            if file is None:
                yield entry.name, iter(())
            else:
                yield entry.name, _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _inflated(archive: bytes) -> Iterator[bytes]:
    rest = archive
    while rest[:2] == b"\x1f\x8b":  # RFC 1952 §2.2: members follow one another
        opened = zlib.decompressobj(wbits=31)
        piece = opened.decompress(rest, _PIECE)
        while piece:
            yield piece
            piece = opened.decompress(opened.unconsumed_tail, _PIECE)
        rest = opened.unused_data


def _decompressed(
    opened: bz2.BZ2Decompressor | lzma.LZMADecompressor, archive: bytes
) -> Iterator[bytes]:
    piece = opened.decompress(archive, _PIECE)
    while piece:
        yield piece
        if opened.eof:
            return
        piece = opened.decompress(b"", _PIECE)
