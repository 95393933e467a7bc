"""Shred slots on disk: pages of 128 slots of 32 random bytes, one file each.

A page is made whole, with O_EXCL, and fsynced (file and directory) before any of its slots is
given out; a thread makes pages ahead, so that sealing waits only when it outruns the disk. A page
belongs to the process that made it, which alone remembers how far it has come: after a crash the
rest of its page is never used (4 KiB lost), and no slot is ever given twice.

Destroying overwrites in place and fsyncs. That is what a file system can promise; on storage that
keeps old blocks (snapshots, copy-on-write, worn flash) the disk itself must be encrypted.

Layout: ``<root>/ab/abcdef….page``, 0600 in directories of 0700.
"""

import asyncio
import errno
import os
import uuid
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from licorne.adapters.durable_files import make_private_directory, sync_directory, write_all
from licorne.domain.sealing.records import SlotReference
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SLOT_BYTES, SlotDestroyed, SlotStoreFull

SLOTS_PER_PAGE = 128
_ZERO = bytes(SLOT_BYTES)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(slots=True)
class _Page:
    id: uuid.UUID
    content: bytes
    used: int = 0


class DiskSlotStore:
    """One per process and event loop. ``root`` must be there: a missing one isn't made anew,
    since every message would then look destroyed.
    """

    def __init__(self, root: Path, randomness: Randomness, pages_ahead: int = 4) -> None:
        self._root = root
        self._randomness = randomness
        self._pages_ahead = pages_ahead
        self._lease_pages()

    async def take(self) -> tuple[SlotReference, bytes]:
        if os.getpid() != self._process:
            self._lease_pages()  # forked: the parent's pages are the parent's
        page = self._page
        if page is None or page.used == SLOTS_PER_PAGE:
            page = await self._next_page()
        index = page.used
        page.used += 1
        return SlotReference(page.id, index), _slot_of(page.content, index)

    async def read(self, slot: SlotReference) -> bytes:
        # Not in a thread: 32 bytes of a page that is nearly always cached, about 10 µs.
        try:
            handle = os.open(self._path(slot), os.O_RDONLY)
        except FileNotFoundError:
            self._insist_on_root()
            raise SlotDestroyed(slot) from None
        try:
            secret = os.pread(handle, SLOT_BYTES, slot.index * SLOT_BYTES)
        finally:
            os.close(handle)
        if len(secret) != SLOT_BYTES:
            raise OSError(errno.EIO, f"slot page {slot.page} is cut off")
        if secret == _ZERO:
            raise SlotDestroyed(slot)
        return secret

    async def destroy(self, slot: SlotReference) -> None:
        await asyncio.to_thread(self._overwrite, slot)

    def close(self) -> None:
        """Stop making pages. What was made ahead and not used is left unused."""
        self._maker.shutdown(wait=True, cancel_futures=True)

    def _lease_pages(self) -> None:
        self._insist_on_root()
        self._process = os.getpid()
        self._page: _Page | None = None
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="slot-pages")
        self._turn = asyncio.Lock()
        self._coming: deque[Future[_Page | OSError]] = deque()
        self._order_pages()

    def _order_pages(self) -> None:
        while len(self._coming) < self._pages_ahead:
            self._coming.append(self._maker.submit(self._try_to_make_page))

    async def _next_page(self) -> _Page:
        async with self._turn:
            if self._page is not None and self._page.used < SLOTS_PER_PAGE:
                return self._page  # somebody before us in the queue brought it
            self._order_pages()
            coming = self._coming[0]
            if not coming.done():
                await asyncio.wait((asyncio.wrap_future(coming),))
            self._coming.popleft()
            self._order_pages()
            made = coming.result()
            if isinstance(made, OSError):
                if made.errno in _NO_ROOM:
                    raise SlotStoreFull from made
                raise made
            self._page = made
            return made

    def _try_to_make_page(self) -> _Page | OSError:
        # A fault is a value here: pages are made ahead, and it may be that nobody asks.
        try:
            return self._make_page()
        except OSError as error:
            return error

    def _make_page(self) -> _Page:
        page = _Page(
            uuid.UUID(bytes=self._randomness.bytes(16), version=4),
            self._randomness.bytes(SLOTS_PER_PAGE * SLOT_BYTES),
        )
        path = self._path(SlotReference(page.id, 0))
        make_private_directory(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(handle, page.content)
            os.fsync(handle)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        sync_directory(path.parent)
        return page

    def _overwrite(self, slot: SlotReference) -> None:
        try:
            handle = os.open(self._path(slot), os.O_WRONLY)
        except FileNotFoundError:
            self._insist_on_root()
            return
        try:
            os.pwrite(handle, _ZERO, slot.index * SLOT_BYTES)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _path(self, slot: SlotReference) -> Path:
        if not 0 <= slot.index < SLOTS_PER_PAGE:
            raise ValueError("no slot of that number in a page")
        name = slot.page.hex
        return self._root / name[:2] / f"{name}.page"

    def _insist_on_root(self) -> None:
        if not self._root.is_dir():
            raise FileNotFoundError(
                errno.ENOENT, "the slot store's directory is missing; is it mounted?"
            )


def _slot_of(content: bytes, index: int) -> bytes:
    return content[index * SLOT_BYTES : (index + 1) * SLOT_BYTES]
