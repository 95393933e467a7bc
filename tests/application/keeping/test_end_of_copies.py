from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.slots.disk import DiskSlotStore
from licorne.adapters.system import SystemRandomness
from licorne.application.keeping.expire import ExpireCopies
from licorne.application.keeping.forget import ForgetEnded
from licorne.application.keeping.shred import Shred
from licorne.ports.slot_store import SlotDestroyed
from licorne.store.jobs import decode_shred

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster) as made:
        yield made


@pytest_asyncio.fixture
async def slots(tmp_path: Path) -> AsyncIterator[DiskSlotStore]:
    for folder in ("slots", "blobs"):
        (tmp_path / folder).mkdir(mode=0o700)
    store = DiskSlotStore(tmp_path / "slots", SystemRandomness())
    yield store
    store.close()


def shredder(elm: Practice, slots: DiskSlotStore, tmp_path: Path) -> Shred:
    return Shred(
        elm.worker, slots, DiskBlobStore(tmp_path / "blobs"), elm.clock, SystemRandomness()
    )


async def test_an_expired_message_is_marked_told_and_its_slot_destroyed(
    elm: Practice, slots: DiskSlotStore, tmp_path: Path
) -> None:
    slot, _ = await slots.take()
    delivery = await elm.add_delivery(expires_in=HOUR, slot=slot)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(HOUR)

    assert await expire() == 1

    assert await elm.state_of(delivery) == "expired"
    assert await elm.story_of(delivery) == ["expired"]
    job = decode_shred(await elm.owner.fetchval("SELECT payload FROM jobs.pgqueuer"))
    await shredder(elm, slots, tmp_path)(job.organization, job.order)
    with pytest.raises(SlotDestroyed):
        await slots.read(slot)
    assert await elm.audit_tags() == ["system:message:expired", "system:copy:shredded"]


async def test_what_has_time_left_is_left_alone(elm: Practice) -> None:
    delivery = await elm.add_delivery(expires_in=HOUR)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(HOUR - timedelta(seconds=1))
    assert await expire() == 0
    assert await elm.state_of(delivery) == "accepted"


async def test_expiring_twice_orders_one_shredding(elm: Practice) -> None:
    await elm.add_delivery(expires_in=HOUR)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(HOUR)
    await expire()
    await expire()
    assert await elm.owner.fetchval("SELECT count(*) FROM shred_order") == 1


async def test_a_clock_set_a_day_ahead_ends_no_message_early(elm: Practice) -> None:
    """Threat 37."""
    delivery = await elm.add_delivery(expires_in=HOUR)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.jump(timedelta(days=1))
    assert await expire() == 0
    assert await elm.state_of(delivery) == "accepted"


async def test_an_order_that_no_job_carried_out_is_carried_out_anyway(
    elm: Practice, slots: DiskSlotStore, tmp_path: Path
) -> None:
    slot, _ = await slots.take()
    await elm.add_delivery(expires_in=HOUR, slot=slot)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(HOUR)
    await expire()
    await elm.owner.execute("DELETE FROM jobs.pgqueuer")
    shred = shredder(elm, slots, tmp_path)

    assert await shred.all_open() == 1
    assert await shred.all_open() == 0

    with pytest.raises(SlotDestroyed):
        await slots.read(slot)


async def test_shredding_twice_tells_once(
    elm: Practice, slots: DiskSlotStore, tmp_path: Path
) -> None:
    slot, _ = await slots.take()
    await elm.add_delivery(expires_in=HOUR, slot=slot)
    elm.clock.pass_time(HOUR)
    expire = ExpireCopies(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(HOUR)
    await expire()
    order = await elm.owner.fetchval("SELECT id FROM shred_order")
    shred = shredder(elm, slots, tmp_path)
    await shred(elm.organization, order)
    await shred(elm.organization, order)
    assert (await elm.audit_tags()).count("system:copy:shredded") == 1


async def test_ended_sessions_are_forgotten_and_live_ones_kept(elm: Practice) -> None:
    delivery = await elm.add_delivery()
    mailbox = await elm.owner.fetchval("SELECT mailbox_id FROM delivery WHERE id = $1", delivery)
    now = elm.clock.now()
    for cookie, seen, ends in (
        (b"ended", now, now - HOUR),
        (b"idle", now - 3 * HOUR, now + HOUR),
        (b"live", now, now + HOUR),
    ):
        await elm.owner.execute(
            "INSERT INTO contact_session (cookie_hash, organization_id, mailbox_id, key_id,"
            " wrapped, created_at, seen_at, ends_at) VALUES ($1, $2, $3, $3, '', $4, $4, $5)",
            cookie, elm.organization, mailbox, seen, ends,
        )  # fmt: skip

    await ForgetEnded(elm.worker, elm.clock)()

    rows = await elm.owner.fetch("SELECT cookie_hash FROM contact_session")
    assert [row["cookie_hash"] for row in rows] == [b"live"]
