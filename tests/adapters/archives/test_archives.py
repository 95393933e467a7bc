"""Archives are looked into by a bounded process: too much, too many, too deep, too complex (30)."""

import bz2
import gzip
import io
import lzma
import tarfile
import time
import zipfile

import pytest

from licorne.adapters.archives import reading
from licorne.adapters.archives.bounded import BoundedArchives
from licorne.ports.archive_inspector import ArchiveFault

ZEROS = 200 * 1024 * 1024


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


async def fault_of(archive: bytes, **limits: int) -> ArchiveFault | None:
    inspection = await BoundedArchives(**limits).begin()
    try:
        for start in range(0, len(archive), 100_000):
            await inspection.feed(archive[start : start + 100_000])
        return await inspection.fault()
    finally:
        await inspection.close()


async def test_threat_30_an_archive_that_unpacks_to_a_thousand_times_its_size_is_refused():
    bomb = zipped({"big.bin": bytes(ZEROS)})
    assert 200_000 < len(bomb) < 210_000
    started = time.process_time()
    assert await fault_of(bomb) is ArchiveFault.TOO_MUCH
    assert time.process_time() - started < 1  # nothing of it was unpacked in this process
    packed = gzip.compress(bytes(ZEROS // 4), compresslevel=1)
    assert await fault_of(packed) is ArchiveFault.TOO_MUCH


async def test_what_people_send_is_taken():
    text = ("A line of a letter, and one more. " * 300).encode()
    document = zipped(
        {"[Content_Types].xml": b"<x/>", "word/document.xml": text, "a.html": b"<html>"}
    )
    for archive in (
        document,
        zipped({"Befund Müller.pdf": b"%PDF-1.7" + text, "folder/letter.docx": document}),
        tarred({"a.txt": text}),
        gzip.compress(tarred({"a.txt": text})),
        gzip.compress(text) + gzip.compress(text),
        bz2.compress(text),
        lzma.compress(text),
        zipped({}),
    ):
        assert await fault_of(archive) is None


async def test_a_name_of_an_old_zip_is_read():
    archive = zipped({"aa.txt": b"text"}).replace(b"aa.txt", b"\x81\x84.txt")
    assert await fault_of(archive) is None
    assert await fault_of(archive.replace(b".txt", b".exe")) is ArchiveFault.ACTIVE


@pytest.mark.parametrize(
    "archive",
    [
        zipped({"holiday.jpg": b"MZ\x90\x00" + bytes(100)}),
        zipped({"invoice.js": b"var a"}),
        zipped({"letters.zip": zipped({"run": b"#!/bin/sh\n"})}),
        gzip.compress(b"\x7fELF" + bytes(2000)),
        tarred({"a": b"MZ" + bytes(10)}),
    ],
)
async def test_programs_within_are_found_whatever_their_name(archive: bytes):
    assert await fault_of(archive) is ArchiveFault.ACTIVE


async def test_archives_within_archives_and_files_without_end_are_refused():
    nested = zipped({"a.txt": b"text"})
    for _ in range(reading.MOST_DEPTH):
        nested = zipped({"a.zip": nested})
    assert await fault_of(nested) is ArchiveFault.TOO_DEEP
    many = zipped({f"{number}": b"" for number in range(reading.MOST_FILES + 1)})
    assert await fault_of(many) is ArchiveFault.TOO_MANY


async def test_a_broken_archive_and_a_locked_one_end_without_a_fault():
    whole = zipped({"a.txt": b"text" * 1000})
    for broken in (whole[: len(whole) // 2], b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", whole[:-4]):
        assert await fault_of(broken) is None


async def test_what_takes_too_much_memory_or_time_is_refused_and_the_server_lives():
    wide = lzma.compress(bytes(60 * 1024 * 1024))
    assert await fault_of(wide, memory_bytes=90 * 1024 * 1024) in {
        ArchiveFault.TOO_COMPLEX,
        ArchiveFault.TOO_MUCH,
    }
    large = b"PK\x03\x04" + bytes(40 * 1024 * 1024)
    assert await fault_of(large, memory_bytes=30 * 1024 * 1024) is ArchiveFault.TOO_COMPLEX
    assert await fault_of(zipped({"a.txt": b"text"})) is None
