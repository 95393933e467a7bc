"""What every slot store holds, on disk or shared: never given twice, durable first, gone for good."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.object_server import ObjectServer

from licorne.adapters.file_sets.object_pages import TarredObjects
from licorne.adapters.file_sets.tar import TarredFolder
from licorne.adapters.slots.disk import SLOTS_PER_PAGE, DiskSlotStore
from licorne.adapters.slots.object_store import ObjectSlotStore
from licorne.adapters.system import SystemRandomness
from licorne.domain.sealing.records import SlotReference
from licorne.ports.slot_store import SlotDestroyed, SlotStoreFull

RANDOMNESS = SystemRandomness()
Store = DiskSlotStore | ObjectSlotStore


@pytest_asyncio.fixture(params=["disk", "object_store"])
async def open_store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[[], Store]]:
    """Open the same store once more, as another process does."""
    opened: list[Store] = []
    if request.param == "object_store":
        server: ObjectServer = request.getfixturevalue("object_server")
        storage = server.may_do_all(server.bucket(), "slots")
        await ObjectSlotStore(storage, RANDOMNESS).create()

    def open_once_more() -> Store:
        if request.param == "disk":
            opened.append(DiskSlotStore(tmp_path, RANDOMNESS))
        else:
            opened.append(ObjectSlotStore(storage, RANDOMNESS))
        return opened[-1]

    yield open_once_more
    for store in opened:
        store.close()
    await asyncio.sleep(0)


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


async def test_a_slot_reads_back_what_it_was_given_as_in_any_process(
    store: Store, open_store: Callable[[], Store]
):
    slot, secret = await store.take()
    assert len(secret) == 32
    assert await store.read(slot) == secret
    assert await open_store().read(slot) == secret


async def test_no_slot_is_given_twice_however_many_ask_at_once(
    store: Store, open_store: Callable[[], Store]
):
    other = open_store()
    asked = [one.take() for one in (store, other) for _ in range(2 * SLOTS_PER_PAGE + 5)]
    taken = await asyncio.gather(*asked)
    assert len({slot for slot, _ in taken}) == len(taken)
    assert len({secret for _, secret in taken}) == len(taken)
    for slot, secret in taken[:: SLOTS_PER_PAGE // 2]:
        assert await store.read(slot) == secret


async def test_a_destroyed_slot_is_gone_for_everybody_and_its_neighbours_stay(
    store: Store, open_store: Callable[[], Store]
):
    first, second = [await store.take() for _ in range(2)]
    await store.destroy(first[0])
    for one in (store, open_store()):
        with pytest.raises(SlotDestroyed) as ended:
            await one.read(first[0])
        assert ended.value.slot == first[0]
        assert await one.read(second[0]) == second[1]


async def test_two_who_destroy_in_one_page_at_once_both_have_their_way(
    store: Store, open_store: Callable[[], Store]
):
    other = open_store()
    slots = [(await store.take())[0] for _ in range(8)]
    kept, secret = await store.take()
    await asyncio.gather(
        *((store if number % 2 else other).destroy(slot) for number, slot in enumerate(slots))
    )
    for slot in slots:
        with pytest.raises(SlotDestroyed):
            await store.read(slot)
    assert await store.read(kept) == secret


async def test_destroying_again_or_what_never_was_does_no_harm(store: Store):
    slot, _ = await store.take()
    await store.destroy(slot)
    await store.destroy(slot)
    await store.destroy(SlotReference(uuid.uuid4(), 3))
    with pytest.raises(SlotDestroyed):
        await store.read(slot)


async def test_a_page_that_is_missing_means_its_slots_are_destroyed(store: Store):
    with pytest.raises(SlotDestroyed):
        await store.read(SlotReference(uuid.uuid4(), 0))


async def test_an_index_outside_the_page_is_refused(store: Store):
    slot, _ = await store.take()
    for index in (-1, SLOTS_PER_PAGE):
        with pytest.raises(ValueError, match="no slot"):
            await store.read(SlotReference(slot.page, index))


async def test_somebody_who_leaves_while_waiting_costs_nobody_a_page(store: Store):
    waiting = [asyncio.ensure_future(store.take()) for _ in range(4)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    taken = await asyncio.gather(*waiting[1:])
    assert len({slot.page for slot, _ in taken}) == 1


async def test_a_bucket_without_a_slot_store_is_a_fault_and_not_the_end_of_every_message(
    object_server: ObjectServer,
):
    wrong = ObjectSlotStore(object_server.may_do_all(object_server.bucket()), RANDOMNESS)
    slot = SlotReference(uuid.uuid4(), 0)
    with pytest.raises(FileNotFoundError):
        await wrong.read(slot)
    with pytest.raises(FileNotFoundError):
        await wrong.destroy(slot)
    with pytest.raises(SlotStoreFull):
        await wrong.take()


async def test_a_shared_store_that_is_away_asks_to_try_again_later(object_server: ObjectServer):
    storage = object_server.may_do_all(object_server.bucket())
    await ObjectSlotStore(storage, RANDOMNESS).create()
    away = ObjectSlotStore(replace(storage, access_key_id="nobody"), RANDOMNESS)
    with pytest.raises(SlotStoreFull):
        await away.take()


async def test_a_backup_of_shared_slots_can_be_restored_to_a_disk_and_back(
    object_server: ObjectServer, tmp_path: Path
):
    first = object_server.may_do_all(object_server.bucket(), "slots")
    shared = ObjectSlotStore(first, RANDOMNESS)
    await shared.create()
    kept, ended = await shared.take(), await shared.take()
    await shared.destroy(ended[0])
    shared.close()
    await TarredFolder(tmp_path / "slots").unpack(TarredObjects(first).pack())
    disk = DiskSlotStore(tmp_path / "slots", RANDOMNESS)
    assert await disk.read(kept[0]) == kept[1]
    with pytest.raises(SlotDestroyed):
        await disk.read(ended[0])
    disk.close()
    second = object_server.may_do_all(object_server.bucket(), "slots")
    await TarredObjects(second).unpack(TarredFolder(tmp_path / "slots").pack())
    back = ObjectSlotStore(second, RANDOMNESS)
    assert await back.read(kept[0]) == kept[1]


async def test_threat_9_slots_that_are_still_there_are_never_written_over_by_a_backup(
    object_server: ObjectServer,
):
    storage = object_server.may_do_all(object_server.bucket())
    store = ObjectSlotStore(storage, RANDOMNESS)
    await store.create()
    slot, _ = await store.take()
    backup = [chunk async for chunk in TarredObjects(storage).pack()]
    await store.destroy(slot)

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in backup:
            yield chunk

    await TarredObjects(storage).unpack(chunks())
    with pytest.raises(SlotDestroyed):
        await store.read(slot)
    store.close()
