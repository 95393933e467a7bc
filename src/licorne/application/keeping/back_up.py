"""Makes a backup: the database, then the blobs that are new, then slots and audit heads.

In this order nothing that the dump names is missing: a blob and a slot are durable before the
message that needs them is committed. What ends while we copy has ended: its slot is destroyed by
the time the slots are copied. Keys are no part of this (``licorne backup --keys-to``): who takes
the backups must not find the keys beside them.

45 CFR 164.308(a)(7)(ii)(A).
"""

import json
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from licorne.application.keeping.backup_manifest import (
    SLOTS,
    Manifest,
    Measured,
    Piece,
    encode,
    one_chunk,
    stamp_of,
    time_of,
)
from licorne.application.keeping.backup_shelf import BackupShelf, blob_piece
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.backup_store import BackupStore
from licorne.ports.blob_store import BlobMissing, BlobStore
from licorne.ports.clock import Clock
from licorne.ports.file_set import FileSet
from licorne.ports.randomness import Randomness
from licorne.store import audit
from licorne.store.database import Database

Progress = Callable[[str], None]
_TELL_EVERY = 1000  # blobs


@dataclass(frozen=True, slots=True)
class BackedUp:
    """``slots_removed``: old copies; ``slots_kept``: ones that this credential can't remove."""

    manifest: Manifest
    new_blobs: int
    slots_removed: int
    slots_kept: int


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up. ``dump`` starts a new dump of the database each time it is called."""

    installation: UUID
    licorne: str
    schema: str
    dump: Callable[[], AsyncIterable[bytes]]
    blobs: BlobStore
    slots: FileSet
    audit_heads: FileSet


class BackUp:
    def __init__(
        self,
        source: Source,
        store: BackupStore,
        database: Database,
        clock: Clock,
        randomness: Randomness,
        slot_copies_kept: timedelta,
    ) -> None:
        self._source = source
        self._store = store
        self._shelf = BackupShelf(store)
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._slot_copies_kept = slot_copies_kept

    async def __call__(self, progress: Progress) -> BackedUp:
        """Make one. Raises `BackupUnusable`, ``BackupStoreFailed``, ``DumpFailed``."""
        source = self._source
        await self._shelf.claim(source.installation)
        before = await self._shelf.newest()
        known = {} if before is None else await self._shelf.blobs(before)
        at = self._clock.now().replace(microsecond=0)
        stamp = stamp_of(at)
        progress("The database …")
        database = await self._put(f"database/{stamp}.dump", source.dump())
        blobs, new = await self._put_blobs(known, progress)
        lines = (json.dumps([name, one.size, one.sha256]) for name, one in sorted(blobs.items()))
        index = "".join(f"{line}\n" for line in lines).encode()
        manifest = Manifest(
            installation=source.installation,
            at=at,
            licorne=source.licorne,
            schema=source.schema,
            database=database,
            blobs=await self._put(f"indexes/{stamp}.jsonl", one_chunk(index)),
            blob_count=len(blobs),
            slots=await self._put(f"{SLOTS}{stamp}.tar", source.slots.pack()),
            audit_heads=await self._put(f"audit-heads/{stamp}.tar", source.audit_heads.pack()),
        )
        await self._store.put(manifest.name, one_chunk(encode(manifest)))
        await self._record(stamp)
        removed, kept = await self._remove_old_slots(at)
        return BackedUp(manifest, new, removed, kept)

    async def _put(self, name: str, chunks: AsyncIterable[bytes]) -> Piece:
        measured = Measured(chunks)
        await self._store.put(name, measured)
        return measured.piece(name)

    async def _put_blobs(
        self, known: dict[str, Piece], progress: Progress
    ) -> tuple[dict[str, Piece], int]:
        """Copy the blobs that no earlier backup has; give all that are here, and how many came."""
        blobs: dict[str, Piece] = {}
        new = 0
        async for name in self._source.blobs.names():
            if name in known:
                blobs[name] = known[name]
                continue
            try:
                blobs[name] = await self._put(blob_piece(name), self._source.blobs.read(name))
            except FileExistsError:  # an interrupted backup had brought it, whole
                blobs[name] = await self._measure(blob_piece(name))
            except BlobMissing:
                continue  # its message ended just now
            new += 1
            if new % _TELL_EVERY == 0:
                progress(f"{new} new attachments …")
        return blobs, new

    async def _measure(self, name: str) -> Piece:
        measured = Measured(self._store.read(name))
        async for _ in measured:
            pass
        return measured.piece(name)

    async def _remove_old_slots(self, now: datetime) -> tuple[int, int]:
        """Copies of slots end after the days that the promise names (threat 9)."""
        removed = kept = 0
        old = [
            name
            async for name in self._store.names(SLOTS)
            if (at := time_of(name)) is not None and now - at > self._slot_copies_kept
        ]
        for name in old:
            if await self._store.remove(name):
                removed += 1
            else:
                kept += 1
        return removed, kept

    async def _record(self, stamp: str) -> None:
        async with self._database.tenant(OrganizationId(INSTALLATION_CHAIN)) as connection:
            event = AuditEvent(
                id=self._new_id(),
                organization=None,
                at=self._clock.now(),
                tag=Tag.BACKUP_MADE,
                actor=Actor.operator(),
                detail=stamp,
            )
            await audit.record(connection, event)
