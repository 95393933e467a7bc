"""Blobs on disk: there whole or not at all, and durable before anything is answered."""

import asyncio
import errno
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.ports.blob_store import BlobStoreFull

NAME = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "blobs"
    root.mkdir(mode=0o700)
    return root


@pytest.fixture
def store(root: Path) -> DiskBlobStore:
    return DiskBlobStore(root)


async def chunks_of(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def whole(store: DiskBlobStore, name: str = NAME) -> bytes:
    return b"".join([chunk async for chunk in store.read(name)])


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def eventually_without_files(directory: Path) -> None:
    deadline = time.monotonic() + 5
    while files_below(directory):
        assert time.monotonic() < deadline, "something was left behind"
        await asyncio.sleep(0.01)


async def test_a_sender_that_fails_half_way_leaves_nothing(root: Path, store: DiskBlobStore):
    async def failing() -> AsyncIterator[bytes]:
        yield bytes(2 * 1024 * 1024)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put(NAME, failing())
    await eventually_without_files(root)
    assert await store.put(NAME, chunks_of([b"again"])) == 5


async def test_a_sender_that_is_cancelled_half_way_leaves_nothing(root: Path, store: DiskBlobStore):
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1024 * 1024)
            started.set()
            await asyncio.sleep(0)

    task = asyncio.ensure_future(store.put(NAME, endless()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await eventually_without_files(root)
    assert not await store.exists(NAME)


async def test_a_full_disk_is_said_and_leaves_nothing(
    root: Path, store: DiskBlobStore, monkeypatch: pytest.MonkeyPatch
):
    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("licorne.adapters.blobs.disk.os.fsync", no_room)
        with pytest.raises(BlobStoreFull):
            await store.put(NAME, chunks_of([b"x"]))
    await eventually_without_files(root)
    assert await store.put(NAME, chunks_of([b"x"])) == 1


async def test_nobody_else_can_read_the_blobs(root: Path, store: DiskBlobStore):
    await store.put(NAME, chunks_of([b"x"]))
    for path in root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


async def test_what_a_crash_left_a_day_ago_is_removed_and_what_is_being_written_stays(
    root: Path, store: DiskBlobStore
):
    old, new = root / "incoming" / "old", root / "incoming" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    assert await store.remove_abandoned() == 1
    assert files_below(root) == [new]


async def test_a_reader_that_leaves_early_leaves_no_file_open(store: DiskBlobStore):
    await store.put(NAME, chunks_of([bytes(3 * 1024 * 1024)]))
    handles = Path("/proc/self/fd")
    before = len(list(handles.iterdir()))
    for _ in range(20):
        reader = store.read(NAME)
        await anext(reader)
        await reader.aclose()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 5
    while len(list(handles.iterdir())) > before:
        assert time.monotonic() < deadline, "files stay open"
        await asyncio.sleep(0.01)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_blob_is_synced_then_named_then_its_directory_synced(root: Path, tmp_path: Path):
    """kill -9 can't show a missing fsync; the order of the calls can."""
    script = (
        "import asyncio, pathlib, sys\n"
        "from licorne.adapters.blobs.disk import DiskBlobStore\n"
        "async def chunks():\n"
        "    yield b'z' * 1000\n"
        f"asyncio.run(DiskBlobStore(pathlib.Path(sys.argv[1])).put('{NAME}', chunks()))\n"
    )
    trace = tmp_path / "trace"
    subprocess.run(
        [
            "strace",
            "-f",
            "-y",
            "-e",
            "trace=write,fsync,fdatasync,rename,renameat,renameat2",
            "-o",
            str(trace),
            sys.executable,
            "-c",
            script,
            str(root),
        ],
        check=True,
        timeout=120,
    )
    wanted = [
        rf"write\(\d+<[^>]*incoming/{NAME}>, \"zzz",
        rf"fsync\(\d+<[^>]*incoming/{NAME}>",
        rf"fsync\(\d+<{root}>",  # the new sub-directory's name
        rf"fsync\(\d+<{root}/01>",  # and the next one's
        rf"rename\w*\(.*incoming/{NAME}.*{root}/01/23/{NAME}",
        rf"fsync\(\d+<{root}/01/23>",
    ]
    calls = trace.read_text().splitlines()
    at = 0
    for pattern in wanted:
        found = [i for i, call in enumerate(calls[at:], at) if re.search(pattern, call)]
        assert found, f"{pattern} is missing or too early in:\n" + "\n".join(calls[-30:])
        at = found[0] + 1
