"""Blobs on disk: written beside, fsynced, renamed into place, and the directory fsynced.

So a name is there whole or not at all, also after a power cut, and `put` returns only when it is
there to stay. Writing and reading run in threads, a mebibyte at a time.

Layout: ``<root>/ab/cd/abcdef…``, 0600 in directories of 0700; ``<root>/incoming/`` holds what is
being written.
"""

import asyncio
import errno
import os
import re
import threading
import time
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

from licorne.adapters.durable_files import make_private_directory, sync_directory, write_all
from licorne.ports.blob_store import BlobMissing, BlobStoreFull

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOLDER_LETTERS = 2
_STEP_BYTES = 1024 * 1024
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # EFBIG: over RLIMIT_FSIZE
_ABANDONED_SECONDS = 24 * 3600


class DiskBlobStore:
    """``root`` must be there; what is below it is made."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        make_private_directory(self._incoming)

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> int:
        target = self._path(name)
        if target.exists():
            raise FileExistsError(errno.EEXIST, "a blob of that name is there")
        try:
            return await self._write(name, target, chunks)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise BlobStoreFull from error
            raise

    async def read(self, name: str) -> AsyncIterator[bytes]:
        path = self._path(name)
        try:
            blob = _File(path, os.O_RDONLY)
        except FileNotFoundError as error:
            raise BlobMissing from error
        try:
            while chunk := await asyncio.to_thread(blob.read):
                yield chunk
        finally:
            asyncio.get_running_loop().run_in_executor(None, blob.close)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(_delete, self._path(name))

    async def exists(self, name: str) -> bool:
        return await asyncio.to_thread(self._path(name).exists)

    async def names(self) -> AsyncIterator[str]:
        for first in await asyncio.to_thread(_folders, self._root):
            for second in await asyncio.to_thread(_folders, first):
                for name in await asyncio.to_thread(os.listdir, second):
                    yield name

    async def remove_abandoned(self) -> int:
        """Remove what crashed writers left a day ago or longer; gives how many."""
        return await asyncio.to_thread(_remove_older, self._incoming, _ABANDONED_SECONDS)

    async def _write(self, name: str, target: Path, chunks: AsyncIterable[bytes]) -> int:
        path = self._incoming / name
        incoming = _File(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        size, held = 0, bytearray()
        placed = False
        try:
            async for chunk in chunks:
                held += chunk
                if len(held) >= _STEP_BYTES:
                    step, held = bytes(held), bytearray()
                    await asyncio.to_thread(incoming.write, step)
                    size += len(step)
            await asyncio.to_thread(incoming.place, bytes(held), target)
            placed = True
            return size + len(held)
        finally:
            # Not awaited: this also runs when the caller was cancelled, and then a thread may
            # still be writing; the file's own lock lets it finish first.
            give_up = incoming.close if placed else incoming.abandon
            asyncio.get_running_loop().run_in_executor(None, give_up)

    def _path(self, name: str) -> Path:
        # Names come from rows: a changed row must not lead out of the store.
        if not _NAME.fullmatch(name):
            raise ValueError("a blob's name is 32 hexadecimal digits")
        return self._root / name[:2] / name[2:4] / name


class _File:
    """A file that threads use one at a time, and that is closed only between two uses."""

    def __init__(self, path: Path, flags: int) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._handle: int | None = os.open(path, flags, 0o600)

    def read(self) -> bytes:
        with self._lock:
            return os.read(self._opened(), _STEP_BYTES)

    def write(self, data: bytes) -> None:
        with self._lock:
            write_all(self._opened(), data)

    def place(self, rest: bytes, target: Path) -> None:
        """Write the rest, make it durable, and only then give it its name."""
        with self._lock:
            write_all(self._opened(), rest)
            os.fsync(self._opened())
            make_private_directory(target.parent.parent)
            make_private_directory(target.parent)
            self._path.rename(target)
            sync_directory(target.parent)

    def close(self) -> None:
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def abandon(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)

    def _opened(self) -> int:
        if self._handle is None:
            raise ValueError("the file was given up")
        return self._handle


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    sync_directory(path.parent)


def _folders(directory: Path) -> list[Path]:
    found = os.scandir(directory)
    return sorted(Path(entry.path) for entry in found if len(entry.name) == _FOLDER_LETTERS)


def _remove_older(directory: Path, seconds: float) -> int:
    removed = 0
    oldest = time.time() - seconds
    for entry in os.scandir(directory):
        if entry.stat(follow_symlinks=False).st_mtime < oldest:
            Path(entry.path).unlink(missing_ok=True)
            removed += 1
    return removed
