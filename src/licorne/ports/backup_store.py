"""Where backups go: a place that only ever grows, as far as who writes to it is concerned."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol


class BackupStoreFailed(Exception):
    """The place can't be used. ``sentence`` says what to do; ``cause`` is for the log."""

    def __init__(self, sentence: str, cause: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cause = cause


class PieceMissing(Exception):
    """No piece of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sentence = f"The backup is not whole: {name} is missing."


class BackupStore(Protocol):
    """Keeps pieces under names such as ``database/20261124T023000Z.dump``."""

    @property
    def place(self) -> str:
        """Name the place for people."""
        ...

    async def put(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        """Keep a new piece; durable when it returns, and not there at all when it fails.

        Raises ``FileExistsError`` for a name in use (nothing is ever written over) and
        `BackupStoreFailed`.
        """
        ...

    def read(self, name: str) -> AsyncIterator[bytes]:
        """Stream a piece. Raises `PieceMissing` at the first step, or `BackupStoreFailed`."""
        ...

    def names(self, prefix: str) -> AsyncIterator[str]:
        """Name the pieces below ``prefix`` (``database/``), in any order."""
        ...

    async def remove(self, name: str) -> bool:
        """Remove a piece. False where the place doesn't let us: an append-only one."""
        ...
