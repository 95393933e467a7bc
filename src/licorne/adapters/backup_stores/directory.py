"""Backups in a directory: another disk, or a share that keeps its own snapshots.

A piece is written beside, fsynced, renamed into place, and its directory fsynced, so that a name
stands for a whole piece. 0600 in directories of 0700.
"""

import asyncio
import errno
import os
import re
import secrets
import time
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

from licorne.adapters.durable_files import make_private_directory, sync_directory, write_all
from licorne.ports.backup_store import BackupStoreFailed, PieceMissing

_NAME = re.compile(r"[a-z0-9-]+(?:/[A-Za-z0-9-]+)*(?:\.[a-z0-9]+)?", re.ASCII)
_STEP_BYTES = 1024 * 1024
_ABANDONED_SECONDS = 24 * 3600


class DirectoryBackupStore:
    """``root`` must be there: one that isn't mounted must not be taken for an empty one."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise BackupStoreFailed(
                f"{root} is not there. Mount it, or make it (mkdir -m 700), then try again."
            )
        self._root = root

    @property
    def place(self) -> str:
        return str(self._root)

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        target = self._path(name)
        if target.exists():
            raise FileExistsError(errno.EEXIST, "a piece of that name is there")
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            await asyncio.to_thread(self._make_folders, target)
            await _write(draft, chunks)
            await asyncio.to_thread(draft.rename, target)
            await asyncio.to_thread(sync_directory, target.parent)
        except OSError as error:
            raise BackupStoreFailed(
                f"{self._root} can't be written to: {error.strerror}. Is there room, and may this"
                " user write there?"
            ) from error
        finally:
            draft.unlink(missing_ok=True)

    async def read(self, name: str) -> AsyncIterator[bytes]:
        try:
            handle = os.open(self._path(name), os.O_RDONLY)
        except FileNotFoundError as error:
            raise PieceMissing(name) from error
        except OSError as error:
            raise BackupStoreFailed(f"{name} can't be read: {error.strerror}.") from error
        try:
            while chunk := await asyncio.to_thread(os.read, handle, _STEP_BYTES):
                yield chunk
        finally:
            os.close(handle)

    async def names(self, prefix: str) -> AsyncIterator[str]:
        folder = self._path(prefix.rstrip("/"))
        found = await asyncio.to_thread(
            lambda: [path for path in folder.rglob("*") if path.is_file()]
        )
        for path in found:
            if not path.name.startswith("."):
                yield path.relative_to(self._root).as_posix()

    async def remove(self, name: str) -> bool:
        try:
            await asyncio.to_thread(self._path(name).unlink, missing_ok=True)
        except OSError:
            return False
        return True

    def _make_folders(self, target: Path) -> None:
        for folder in reversed(target.relative_to(self._root).parents):
            make_private_directory(self._root / folder)
        for draft in target.parent.glob(".*"):  # of a backup that was killed
            if draft.stat().st_mtime < time.time() - _ABANDONED_SECONDS:
                draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("no name for a piece of a backup")
        return self._root / name


async def _write(path: Path, chunks: AsyncIterable[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        held = bytearray()
        async for chunk in chunks:
            held += chunk
            if len(held) >= _STEP_BYTES:
                await asyncio.to_thread(write_all, handle, bytes(held))
                held.clear()
        await asyncio.to_thread(write_all, handle, bytes(held))
        await asyncio.to_thread(os.fsync, handle)
    finally:
        os.close(handle)
