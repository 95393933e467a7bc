"""A folder as a tar archive (POSIX.1-1988, ustar): any `tar` opens it.

Made and read block by block in constant memory, and without a temporary file: what is packed may
be shred slots, of which no copy must be left lying on a disk.
"""

import asyncio
import os
import re
import tarfile
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from pathlib import Path

from licorne.adapters.durable_files import make_private_directory, sync_directory, write_all
from licorne.ports.file_set import FileSetDamaged

_BLOCK = 512
_END = bytes(2 * _BLOCK)
_LARGEST = 16 * 1024 * 1024  # bytes: these are small files
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII)
_AT_ONCE = 256  # files read in one go to a thread


class TarredFolder:
    """``root`` is the folder; files beginning with a dot (drafts) stay out."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def pack(self) -> AsyncIterator[bytes]:
        names = await asyncio.to_thread(lambda: sorted(_names(self._root, "")))
        for start in range(0, len(names), _AT_ONCE):
            yield await asyncio.to_thread(self._packed, names[start : start + _AT_ONCE])
        yield _END

    async def unpack(self, chunks: AsyncIterable[bytes]) -> int:
        count, held, ended = 0, bytearray(), False
        async for chunk in chunks:
            held += chunk
            while not ended and (member := _first_member(held)):
                name, content, used = member
                if not name:
                    ended = True
                    break
                await asyncio.to_thread(self._write, name, content)
                del held[:used]
                count += 1
        if not ended:
            raise FileSetDamaged
        return count

    def _packed(self, names: list[str]) -> bytes:
        packed = bytearray()
        for name in names:
            try:
                content = (self._root / name).read_bytes()
            except FileNotFoundError:
                continue  # gone since the folder was listed
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o600
            packed += info.tobuf(tarfile.USTAR_FORMAT)
            packed += content + bytes(-len(content) % _BLOCK)
        return bytes(packed)

    def _write(self, name: str, content: bytes) -> None:
        target = self._root / name
        for folder in reversed([one for one in target.parents if one.is_relative_to(self._root)]):
            make_private_directory(folder)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_directory(target.parent)


def _names(folder: Path, before: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _names(Path(entry.path), f"{before}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield before + entry.name


def _first_member(held: bytearray) -> tuple[str, bytes, int] | None:
    """Give the first member's name, content and length; no name at the end, None for "more"."""
    if len(held) < _BLOCK:
        return None
    if not any(held[:_BLOCK]):
        return "", b"", _BLOCK
    try:
        info = tarfile.TarInfo.frombuf(bytes(held[:_BLOCK]), "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise FileSetDamaged from error
    # Backups come from outside: no name may lead out of the folder.
    if not info.isreg() or not _NAME.fullmatch(info.name) or info.size > _LARGEST:
        raise FileSetDamaged
    end = _BLOCK + info.size
    used = end + -info.size % _BLOCK
    if len(held) < used:
        return None
    return info.name, bytes(held[_BLOCK:end]), used
