"""The backups of one store, as people think of them: which there are, and the newest."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from licorne.application.keeping.backup_manifest import (
    IDENTITY,
    MANIFESTS,
    SLOTS,
    BackupUnusable,
    Manifest,
    Measured,
    Piece,
    decode,
    one_chunk,
    time_of,
    whole,
)
from licorne.ports.backup_store import BackupStore, PieceMissing


class BackupShelf:
    def __init__(self, store: BackupStore) -> None:
        self._store = store

    async def claim(self, installation: UUID) -> None:
        """Say whose backups these are, once. Raises `BackupUnusable` for another's."""
        try:
            told = json.loads(await whole(self._store.read(IDENTITY)))
        except PieceMissing:
            told = {"format": 1, "installation": str(installation)}
            await self._store.put(IDENTITY, one_chunk(json.dumps(told).encode() + b"\n"))
        if told.get("installation") != str(installation):
            raise BackupUnusable(
                f"{self._store.place} holds another installation's backups. Name another place."
            )

    async def stamps(self) -> list[str]:
        """Name the backups that are whole, oldest first."""
        names = [name async for name in self._store.names(MANIFESTS)]
        return sorted(name.rpartition("/")[2].partition(".")[0] for name in names if time_of(name))

    async def manifest(self, stamp: str) -> Manifest:
        return decode(await whole(self._store.read(f"{MANIFESTS}{stamp}.json")))

    async def newest(self) -> Manifest | None:
        stamps = await self.stamps()
        return await self.manifest(stamps[-1]) if stamps else None

    async def newest_at(self) -> datetime | None:
        stamps = await self.stamps()
        return time_of(stamps[-1]) if stamps else None

    async def oldest_slots(self) -> datetime | None:
        """Say from when the oldest copy of shred slots is."""
        times = [time_of(name) async for name in self._store.names(SLOTS)]
        return min((at for at in times if at is not None), default=None)

    async def read_whole(self, piece: Piece) -> AsyncIterator[bytes]:
        """Stream a piece. Raises `BackupUnusable` at its end unless it is what it was."""
        measured = Measured(self._store.read(piece.name))
        async for chunk in measured:
            yield chunk
        if measured.piece(piece.name) != piece:
            raise BackupUnusable(
                f"{piece.name} is not what it was when the backup was made. Restore an earlier"
                " backup (--backup), and find out why."
            )

    async def blobs(self, manifest: Manifest) -> dict[str, Piece]:
        """Give a backup's blobs by their names."""
        index = (await whole(self.read_whole(manifest.blobs))).decode().splitlines()
        return {
            name: Piece(blob_piece(name), size, sha) for name, size, sha in map(json.loads, index)
        }


def blob_piece(name: str) -> str:
    return f"blobs/{name[:2]}/{name}"
