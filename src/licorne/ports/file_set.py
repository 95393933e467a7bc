"""A folder of small files that goes into one piece of a backup, and comes back from it."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol


class FileSetDamaged(Exception):
    """What should be unpacked isn't a file set, or names a place outside of it."""

    sentence = "The backup is damaged: a piece of it can't be unpacked."


class FileSet(Protocol):
    def pack(self) -> AsyncIterator[bytes]:
        """Stream all files, as they are while each is read."""
        ...

    async def unpack(self, chunks: AsyncIterable[bytes]) -> int:
        """Write the files, durable when it returns; gives how many. Raises `FileSetDamaged`."""
        ...
