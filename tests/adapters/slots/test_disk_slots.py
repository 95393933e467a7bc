"""Shred slots on disk: never given twice, durable first, gone for good."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from licorne.adapters.slots.disk import SLOTS_PER_PAGE, DiskSlotStore
from licorne.adapters.system import SystemRandomness
from licorne.domain.sealing.records import SlotReference
from licorne.ports.slot_store import SlotDestroyed, SlotStoreFull

RANDOMNESS = SystemRandomness()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "slots"
    root.mkdir(mode=0o700)
    return root


@pytest.fixture
def store(root: Path) -> Iterator[DiskSlotStore]:
    store = DiskSlotStore(root, RANDOMNESS, pages_ahead=2)
    yield store
    store.close()


async def test_two_processes_on_one_directory_never_share_a_page(root: Path, store: DiskSlotStore):
    other = DiskSlotStore(root, RANDOMNESS, pages_ahead=1)
    mine = {(await store.take())[0].page for _ in range(SLOTS_PER_PAGE + 1)}
    theirs = {(await other.take())[0].page for _ in range(SLOTS_PER_PAGE + 1)}
    assert not mine & theirs
    slot, secret = await other.take()
    assert await store.read(slot) == secret
    other.close()


async def test_a_destroyed_slot_is_gone_from_the_disk_and_its_neighbours_stay(
    root: Path, store: DiskSlotStore
):
    first, second = [await store.take() for _ in range(2)]
    page = root / first[0].page.hex[:2] / f"{first[0].page.hex}.page"
    assert first[1] in page.read_bytes()
    await store.destroy(first[0])
    assert first[1] not in page.read_bytes()
    with pytest.raises(SlotDestroyed) as ended:
        await store.read(first[0])
    assert ended.value.slot == first[0]
    assert await store.read(second[0]) == second[1]


async def test_a_directory_that_is_missing_is_a_fault_and_not_the_end_of_every_message(
    root: Path, store: DiskSlotStore
):
    slot, _ = await store.take()
    root.rename(root.with_name("unmounted"))
    with pytest.raises(FileNotFoundError):
        await store.read(slot)
    with pytest.raises(FileNotFoundError):
        await store.destroy(slot)
    with pytest.raises(FileNotFoundError):
        DiskSlotStore(root, RANDOMNESS)
    root.with_name("unmounted").rename(root)


async def test_a_page_cut_off_is_a_fault_and_not_an_end(root: Path, store: DiskSlotStore):
    slot, _ = await store.take()
    os.truncate(root / slot.page.hex[:2] / f"{slot.page.hex}.page", 10)
    with pytest.raises(OSError, match="cut off"):
        await store.read(slot)


async def test_nobody_else_can_read_the_pages(root: Path, store: DiskSlotStore):
    slot, _ = await store.take()
    page = root / slot.page.hex[:2] / f"{slot.page.hex}.page"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


async def test_a_slot_that_was_given_survives_the_end_of_its_process(root: Path):
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from licorne.adapters.slots.disk import DiskSlotStore\n"
        "from licorne.adapters.system import SystemRandomness\n"
        "async def main():\n"
        "    slot, secret = await DiskSlotStore(pathlib.Path(sys.argv[1]), SystemRandomness()).take()\n"
        "    print(slot, secret.hex(), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    slot, secret = done.stdout.split()
    store = DiskSlotStore(root, RANDOMNESS)
    assert await store.read(SlotReference.parse(slot)) == bytes.fromhex(secret)
    store.close()


async def test_a_forked_child_takes_pages_of_its_own(root: Path):
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from licorne.adapters.slots.disk import DiskSlotStore\n"
        "from licorne.adapters.system import SystemRandomness\n"
        "store = DiskSlotStore(pathlib.Path(sys.argv[1]), SystemRandomness())\n"
        "asyncio.run(store.take())\n"
        "child = os.fork()\n"
        "slot, _ = asyncio.run(store.take())\n"
        "print(slot.page, flush=True)\n"
        "if child: os.waitpid(child, 0)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(root)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert len(set(done.stdout.split())) == 2


async def test_a_full_disk_is_said_and_passes_by_itself(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    full = True
    really_sync = os.fsync

    def sync(handle: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        really_sync(handle)

    monkeypatch.setattr("licorne.adapters.slots.disk.os.fsync", sync)
    store = DiskSlotStore(root, RANDOMNESS, pages_ahead=1)
    with pytest.raises(SlotStoreFull):
        await store.take()
    assert not list(root.rglob("*.page"))
    full = False
    for attempt in range(3):
        try:
            slot, secret = await store.take()
            break
        except SlotStoreFull:  # the page ordered while the disk was full
            assert attempt < 2
    assert await store.read(slot) == secret
    store.close()
