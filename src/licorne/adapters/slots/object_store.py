"""Shred slots in an S3-compatible store, for installations on more than one machine.

As on disk: pages of 128 slots, made whole before a slot of theirs is given out, each belonging to
the process that made it. Destroying replaces the page without the slot, only if nobody has
replaced it since (If-Match), so that two who destroy at once don't bring a slot back.

Replacing is all that such a store can promise: the bucket must be without versioning, object lock
and replication that keeps old objects, and must not be the backups'. Reading a slot is a request
over the network, some milliseconds where the disk takes microseconds.

Layout: ``<prefix>/ab/abcdef….page`` and ``<prefix>/slot-store``, which says that this is one:
without it nothing is taken for destroyed.
"""

import asyncio
import errno
import os
import uuid
from dataclasses import dataclass

import obstore
from obstore.exceptions import PreconditionError

from licorne.adapters.object_storage import (
    FAULTS,
    ObjectStorage,
    is_there,
    open_bucket,
    put_new,
)
from licorne.domain.sealing.records import SlotReference
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SLOT_BYTES, SlotDestroyed, SlotStoreAway

SLOTS_PER_PAGE = 128
MARKER = "slot-store"
_ZERO = bytes(SLOT_BYTES)
_TRIES = 20  # of replacing a page that others replace, too


@dataclass(slots=True)
class _Page:
    id: uuid.UUID
    content: bytes
    used: int = 0

    @property
    def is_used_up(self) -> bool:
        return self.used == SLOTS_PER_PAGE


class ObjectSlotStore:
    """One per process and event loop."""

    _page: _Page | None
    _turn: asyncio.Lock
    _ahead: "asyncio.Task[_Page | Exception] | None"

    def __init__(self, storage: ObjectStorage, randomness: Randomness) -> None:
        self._bucket = open_bucket(storage)
        self._randomness = randomness
        self._begin()

    async def create(self) -> None:
        """Make an empty store, at the installation's beginning. Again does no harm."""
        try:
            await put_new(self._bucket, MARKER, b"shred slots 1\n")
        except FileExistsError:
            return
        except FAULTS as error:
            raise SlotStoreAway from error

    async def take(self) -> tuple[SlotReference, bytes]:
        if os.getpid() != self._process:
            self._begin()  # forked: the parent's pages are the parent's
        while (page := self._page) is None or page.is_used_up:
            async with self._turn:
                if self._page is None or self._page.is_used_up:
                    self._page = await self._next_page()
        index = page.used
        page.used += 1
        return SlotReference(page.id, index), page.content[index * SLOT_BYTES :][:SLOT_BYTES]

    async def read(self, slot: SlotReference) -> bytes:
        try:
            secret = bytes(
                await obstore.get_range_async(
                    self._bucket, _path(slot), start=slot.index * SLOT_BYTES, length=SLOT_BYTES
                )
            )
        except FileNotFoundError:
            await self._insist_on_store()
            raise SlotDestroyed(slot) from None
        except FAULTS as error:
            raise SlotStoreAway from error
        if len(secret) != SLOT_BYTES:
            raise OSError(errno.EIO, f"slot page {slot.page} is cut off")
        if secret == _ZERO:
            raise SlotDestroyed(slot)
        return secret

    async def destroy(self, slot: SlotReference) -> None:
        for _ in range(_TRIES):
            try:
                await self._replace_without(slot)
            except PreconditionError:
                continue  # another slot of the page was destroyed just now
            except FileNotFoundError:
                await self._insist_on_store()
            except FAULTS as error:
                raise SlotStoreAway from error
            return
        raise SlotStoreAway

    def close(self) -> None:
        """Stop making pages. What was made ahead and not used is left unused."""
        if self._ahead is not None:
            self._ahead.cancel()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._page = None
        self._turn = asyncio.Lock()
        self._ahead = None

    async def _replace_without(self, slot: SlotReference) -> None:
        found = await obstore.get_async(self._bucket, _path(slot))
        page = bytearray(bytes(await found.bytes_async()))
        start = slot.index * SLOT_BYTES
        page[start : start + SLOT_BYTES] = _ZERO
        await obstore.put_async(
            self._bucket, _path(slot), bytes(page), mode={"e_tag": found.meta["e_tag"]}
        )

    async def _next_page(self) -> _Page:
        ahead = self._ahead or asyncio.create_task(self._try_to_make_page())
        self._ahead = ahead  # kept, should this caller leave while it waits
        made = await asyncio.shield(ahead)
        self._ahead = asyncio.create_task(self._try_to_make_page())
        if isinstance(made, Exception):
            raise SlotStoreAway from made
        return made

    async def _try_to_make_page(self) -> _Page | Exception:
        # A fault is a value here: a page is made ahead, and it may be that nobody asks.
        page = _Page(
            uuid.UUID(bytes=self._randomness.bytes(16), version=4),
            self._randomness.bytes(SLOTS_PER_PAGE * SLOT_BYTES),
        )
        try:
            await self._insist_on_store()
            await put_new(self._bucket, _path(SlotReference(page.id, 0)), page.content)
        except (*FAULTS, SlotStoreAway) as error:
            return error
        return page

    async def _insist_on_store(self) -> None:
        try:
            there = await is_there(self._bucket, MARKER)
        except FAULTS as error:
            raise SlotStoreAway from error
        if not there:
            raise FileNotFoundError(
                errno.ENOENT, "there is no slot store in this bucket; is it the right one?"
            )


def _path(slot: SlotReference) -> str:
    if not 0 <= slot.index < SLOTS_PER_PAGE:
        raise ValueError("no slot of that number in a page")
    name = slot.page.hex
    return f"{name[:2]}/{name}.page"
