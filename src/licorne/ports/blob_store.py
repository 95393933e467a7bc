"""The blob store: sealed parts that are too large for a row. It never sees plain text."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol

from licorne.domain.translatable import translatable


class BlobMissing(Exception):
    """No blob of that name."""

    sentence = translatable("This attachment is no longer here.")


class BlobStoreFull(Exception):
    """No room; passes when there is room again."""

    sentence = translatable(
        "The server has no room for new messages at the moment. Please try again later."
    )


class BlobStoreAway(BlobStoreFull):
    """It can't be reached; for who sends it is the same: try again later."""

    sentence = translatable("The server can't take files at the moment. Please try again later.")


class BlobStore(Protocol):
    """Keeps blobs by names that the vault's side makes: 32 hexadecimal digits, random."""

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> int:
        """Store a stream under a new name; durable when it returns. Gives its size in bytes.

        A failure on the way, on either side, leaves nothing under the name. Raises
        `BlobStoreFull`, and ``FileExistsError`` for a name in use.
        """
        ...

    def read(self, name: str) -> AsyncIterator[bytes]:
        """Stream a blob in constant memory. Raises `BlobMissing` at the first step."""
        ...

    async def delete(self, name: str) -> None:
        """Remove a blob; durable when it returns. Doing it again does no harm."""
        ...

    async def exists(self, name: str) -> bool:
        """Say whether a blob is there."""
        ...

    def names(self) -> AsyncIterator[str]:
        """Name all blobs that were there when it began; for backups."""
        ...
