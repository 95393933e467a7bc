"""Brings an installation back from a backup, onto a machine that has nothing of it.

The slots are the newest that there are, whichever backup is chosen: a copy that was destroyed
since stays closed (threat 9). Everything is compared with its checksum before it is used.

45 CFR 164.308(a)(7)(ii)(B).
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass

from licorne.application.keeping.back_up import Progress
from licorne.application.keeping.backup_manifest import BackupUnusable, Manifest
from licorne.application.keeping.backup_shelf import BackupShelf
from licorne.ports.backup_store import BackupStore, PieceMissing
from licorne.ports.blob_store import BlobStore
from licorne.ports.file_set import FileSet

_TELL_EVERY = 1000  # blobs


@dataclass(frozen=True, slots=True)
class Target:
    """Where it goes. ``database`` takes a whole dump, which is checked before it is used."""

    database: Callable[[AsyncIterable[bytes]], Awaitable[None]]
    blobs: BlobStore
    slots: FileSet
    audit_heads: FileSet
    known_schemas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    blobs: int
    slot_pages: int
    slots_from: str  # the stamp of the backup whose slots they are


class Restore:
    def __init__(self, store: BackupStore, target: Target) -> None:
        self._shelf = BackupShelf(store)
        self._target = target
        self._place = store.place

    async def __call__(self, wanted: str | None, progress: Progress) -> Restored:
        """Restore the backup of that stamp, or the newest. Raises `BackupUnusable`."""
        manifest, slots_from = await self._choose(wanted)
        if manifest.schema not in self._target.known_schemas:
            raise BackupUnusable(
                f"This backup was made by Licorne {manifest.licorne}, which is newer. Install that"
                " release, then restore."
            )
        progress(f"Restoring the backup of {manifest.at:%Y-%m-%d %H:%M} UTC.")
        progress("The shred slots …")
        pages = await self._target.slots.unpack(self._shelf.read_whole(slots_from.slots))
        await self._target.audit_heads.unpack(self._shelf.read_whole(slots_from.audit_heads))
        blobs = await self._put_blobs(manifest, progress)
        progress("The database …")  # last: it is all or nothing, and so is then the whole
        await self._target.database(self._shelf.read_whole(manifest.database))
        return Restored(manifest, blobs, pages, slots_from.stamp)

    async def _choose(self, wanted: str | None) -> tuple[Manifest, Manifest]:
        stamps = await self._shelf.stamps()
        if not stamps:
            raise BackupUnusable(f"There is no whole backup in {self._place}.")
        if wanted is not None and wanted not in stamps:
            raise BackupUnusable(
                f"There is no backup {wanted} in {self._place}. There are: {', '.join(stamps)}."
            )
        newest = await self._shelf.manifest(stamps[-1])
        if wanted is None:
            return newest, newest
        return await self._shelf.manifest(wanted), newest

    async def _put_blobs(self, manifest: Manifest, progress: Progress) -> int:
        count = 0
        for name, piece in (await self._shelf.blobs(manifest)).items():
            try:
                await self._target.blobs.put(name, self._shelf.read_whole(piece))
            except FileExistsError:
                continue  # a blob store that outlived the machine still has it
            except PieceMissing as error:
                raise BackupUnusable(error.sentence) from error
            count += 1
            if count % _TELL_EVERY == 0:
                progress(f"{count} of {manifest.blob_count} attachments …")
        return count
