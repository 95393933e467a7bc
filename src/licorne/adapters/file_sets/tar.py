"""A folder as a tar archive: any `tar` opens it.

Made and read block by block in constant memory, and without a temporary file: what is packed may
be shred slots, of which no copy must be left lying on a disk.
"""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from pathlib import Path

from licorne.adapters.durable_files import make_private_directory, sync_directory, write_all
from licorne.adapters.tar_archive import END, first_member, packed_member
from licorne.ports.file_set import FileSetDamaged

_AT_ONCE = 256  # files read in one go to a thread


class TarredFolder:
    """``root`` is the folder; files beginning with a dot (drafts) stay out."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def pack(self) -> AsyncIterator[bytes]:
        names = await asyncio.to_thread(lambda: sorted(_names(self._root, "")))
        for start in range(0, len(names), _AT_ONCE):
            yield await asyncio.to_thread(self._packed, names[start : start + _AT_ONCE])
        yield END

    async def unpack(self, chunks: AsyncIterable[bytes]) -> int:
        count, held, ended = 0, bytearray(), False
        async for chunk in chunks:
            held += chunk
            while not ended and (member := first_member(held)):
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
            packed += packed_member(name, content)
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
