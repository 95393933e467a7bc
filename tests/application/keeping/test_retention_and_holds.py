"""The practice's copy ends when its time has come, on order, and never under a legal hold."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.manual_clock import ManualClock
from tests.support.practice_world import Person, PracticeWorld, practice_world
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemRandomness
from licorne.application.acting_member import ActingMember
from licorne.application.keeping.destroy_records import DestroyDue, Destroyed, DestroyNow, WhyKept
from licorne.application.keeping.expire import ExpireCopies
from licorne.application.keeping.keep_holds import HoldRefusal, KeepHolds
from licorne.application.keeping.keep_retention import KeepRetention
from licorne.application.keeping.shred import Shred
from licorne.application.receiving.read_thread import ReadThread, Unreadable
from licorne.domain.identity.ids import ContactId, MessageId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.records.certificate import Cause, read_certificate
from licorne.domain.sealing.records import SlotReference
from licorne.ports.slot_store import SlotDestroyed
from licorne.store import holds, offboarding
from licorne.store.database import Database, open_database

DAY, YEAR = timedelta(days=1), timedelta(days=366)
SIX_YEARS = 6 * YEAR
NUMBER, OTHER = "+12125550123", "+12125550124"
SCAN = Attachment("scan.bin", "application/octet-stream", bytes(range(256)) * 1000)


@dataclass
class Keeping:
    world: PracticeWorld
    worker: Database
    owner: Person
    by: ActingMember

    def __post_init__(self) -> None:
        world = self.world
        self.expire = ExpireCopies(self.worker, world.clock, world.randomness)
        self.destroy_due = DestroyDue(self.worker, world.clock, world.randomness)
        self.destroy_now = DestroyNow(world.app, world.acts)
        self.holds = KeepHolds(world.app, world.keyring, world.acts)
        self.retention = KeepRetention(world.app, world.keyring, world.acts)
        self.shred = Shred(self.worker, world.slots, world.blobs, world.clock, world.randomness)

    async def pass_time(self, span: timedelta) -> None:
        self.world.clock.advance(span)
        await self.expire()

    async def row(self, message: MessageId):
        async with self.world.owner.before_tenant() as connection:
            return await connection.fetchrow(
                "SELECT m.*, d.contact_id, d.thread_id FROM licorne.message m"
                " JOIN licorne.delivery d ON d.message_id = m.id WHERE m.id = $1",
                message,
            )

    async def lives(self, message: MessageId) -> bool:
        return (await self.row(message))["practice_copy_ended_at"] is None

    async def destroyed(self) -> list[str]:
        async with self.world.owner.before_tenant() as connection:
            rows = await connection.fetch(
                "SELECT detail FROM licorne.audit_event WHERE outcome = 'done'"
                " AND tag LIKE '%:record:destroyed' ORDER BY at, id"
            )
        return [row["detail"] for row in rows]


@pytest.fixture
async def keeping(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[Keeping]:
    async with practice_world(cluster, tmp_path) as world:
        owner = await world.found()
        worker = await open_database(world.worker_url, size=3)
        try:
            yield Keeping(world, worker, owner, await world.as_member(owner))
        finally:
            await worker.close()


async def test_what_is_past_its_time_is_destroyed_everywhere_with_a_certificate(keeping: Keeping):
    world = keeping.world
    ada = await world.add_member("Ada Byron")
    sent = await world.send(ada, NUMBER, "An old result.", attachments=(SCAN,))
    row = await keeping.row(sent.message)
    await keeping.pass_time(SIX_YEARS)

    assert await keeping.destroy_due() == 1
    await keeping.shred.all_open()

    for column in ("practice_slot", "contact_slot"):
        with pytest.raises(SlotDestroyed):
            await world.slots.read(SlotReference.parse(row[column]))
    assert [path for path in (world.home / "blobs").rglob("*") if path.is_file()] == []
    (code,) = await keeping.destroyed()
    certificate = read_certificate(code)
    assert certificate is not None
    assert (certificate.count, certificate.cause) == (1, Cause.RETENTION)
    assert certificate.digest == hashlib.sha256(sent.message.bytes).hexdigest()
    assert certificate.first == row["created_at"].date()
    read = ReadThread(world.app, world.keyring, world.reader, world.acts)
    opened = await read(await world.as_member(ada), sent.deliveries[0].thread)
    assert opened is not None
    assert opened.messages[0].content == Unreadable("retention")


async def test_nothing_is_destroyed_before_six_years_by_the_calendar(keeping: Keeping):
    sent = await keeping.world.send(keeping.owner, NUMBER, "Kept.")
    created = (await keeping.row(sent.message))["created_at"]
    due = created.replace(year=created.year + 6, day=min(created.day, 28))
    await keeping.pass_time(due - created - DAY)
    assert await keeping.destroy_due() == 0
    await keeping.pass_time(5 * DAY)
    assert await keeping.destroy_due() == 1


async def test_a_longer_time_is_for_everything_and_a_shorter_one_for_what_comes(keeping: Keeping):
    early = await keeping.world.send(keeping.owner, NUMBER, "Under six years.")
    await keeping.retention.set(keeping.by, 10)
    late = await keeping.world.send(keeping.owner, NUMBER, "Under ten years.")
    assert (await keeping.retention(keeping.by)).years == 10
    await keeping.pass_time(SIX_YEARS)
    assert await keeping.destroy_due() == 0
    await keeping.retention.set(keeping.by, 6)
    assert await keeping.destroy_due() == 1
    assert not await keeping.lives(early.message)
    assert await keeping.lives(late.message)


@pytest.mark.parametrize("only_thread", [False, True])
async def test_what_is_held_outlasts_its_time_until_it_is_released(
    keeping: Keeping, only_thread: bool
):
    world = keeping.world
    ada = await world.add_member("Ada Byron")
    held = await world.send(ada, NUMBER, "In the lawsuit.")
    beside = await world.send(keeping.owner, NUMBER, "Another conversation.")
    other = await world.send(ada, OTHER, "Somebody else.")
    row = await keeping.row(held.message)
    thread = held.deliveries[0].thread if only_thread else None
    hold = await keeping.holds.place(keeping.by, row["contact_id"], thread, "Case 4711")
    assert isinstance(hold, uuid.UUID)
    await keeping.pass_time(SIX_YEARS)

    await keeping.destroy_due()

    assert await keeping.lives(held.message)
    assert await keeping.lives(beside.message) == (not only_thread)
    assert not await keeping.lives(other.message)
    (shown,) = await keeping.holds.list(keeping.by)
    assert (shown.reason, shown.placed_by) == ("Case 4711", keeping.owner.name)

    await keeping.holds.release(keeping.by, hold, "Settled")
    await keeping.destroy_due()
    assert not await keeping.lives(held.message)
    (shown,) = await keeping.holds.list(keeping.by)
    assert (shown.release_reason, shown.released_by) == ("Settled", keeping.owner.name)


async def test_a_held_conversation_stays_held_when_it_joins_another(keeping: Keeping):
    """A member leaves; their thread becomes one with their successor's."""
    world = keeping.world
    ada = await world.add_member("Ada Byron")
    held = await world.send(ada, NUMBER, "In the lawsuit.")
    theirs = await world.send(keeping.owner, NUMBER, "The successor's.")
    row = await keeping.row(held.message)
    await keeping.holds.place(keeping.by, row["contact_id"], row["thread_id"], "Case 4711")
    organization = keeping.owner.organization
    async with world.app.tenant(organization) as connection:
        (inbox,) = [
            one.inbox
            for one in await holds.threads_with(connection, organization, row["contact_id"])
            if one.thread == theirs.deliveries[0].thread
        ]
        await offboarding.move_thread(connection, organization, row["thread_id"], inbox)
    await keeping.pass_time(SIX_YEARS)
    await keeping.destroy_due()
    assert await keeping.lives(held.message)


async def test_who_destroys_waits_for_a_hold_that_is_being_placed(keeping: Keeping):
    world, organization = keeping.world, keeping.owner.organization
    sent = await world.send(keeping.owner, NUMBER, "Just in time.")
    row = await keeping.row(sent.message)
    await keeping.pass_time(SIX_YEARS)
    async with world.app.tenant(organization) as connection:
        await holds.take_turn(connection, organization)
        destroying = asyncio.create_task(keeping.destroy_due())
        await until_somebody_waits(world)
        assert not destroying.done()
        await connection.execute(
            "INSERT INTO legal_hold (organization_id, id, contact_id, reason_sealed, placed_by,"
            " placed_at) VALUES ($1, $2, $3, '', $4, now())",
            organization, uuid.uuid4(), row["contact_id"], keeping.owner.id,
        )  # fmt: skip
    assert await destroying == 0
    assert await keeping.lives(sent.message)


async def until_somebody_waits(world: PracticeWorld) -> None:
    async with asyncio.timeout(20), world.owner.before_tenant() as connection:
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ):
            await asyncio.sleep(0.02)


async def test_an_order_destroys_both_copies_of_one_persons_and_leaves_what_is_anothers(
    keeping: Keeping,
):
    world = keeping.world
    mine = await world.send(keeping.owner, NUMBER, "To one.")
    await world.reply(keeping.owner, mine.deliveries[0], "An answer.")
    shared = await send_to_two(keeping)
    row = await keeping.row(mine.message)
    contact = ContactId(row["contact_id"])

    done = await keeping.destroy_now(keeping.by, contact, None, Cause.WRONG_PERSON)
    await keeping.shred.all_open()

    assert done == Destroyed(2, 1)
    assert not await keeping.lives(mine.message)
    assert await keeping.lives(shared)
    for column in ("practice_slot", "contact_slot"):
        with pytest.raises(SlotDestroyed):
            await world.slots.read(SlotReference.parse(row[column]))
    (code,) = await keeping.destroyed()
    certificate = read_certificate(code)
    assert certificate is not None
    assert (certificate.count, certificate.cause) == (2, Cause.WRONG_PERSON)
    again = await keeping.destroy_now(keeping.by, contact, None, Cause.WRONG_PERSON)
    assert again is WhyKept.NOTHING


async def send_to_two(keeping: Keeping) -> MessageId:
    draft = Draft(
        organization=keeping.owner.organization,
        author=keeping.owner.actor,
        source=Source.OFFICE,
        recipients=(PhoneNumber.from_e164(NUMBER), PhoneNumber.from_e164(OTHER)),
        content=Content(None, "To two."),
    )
    return (await keeping.world.send_message(draft)).message


async def test_what_is_held_is_not_destroyed_on_order_and_the_try_is_recorded(keeping: Keeping):
    world = keeping.world
    held = await world.send(keeping.owner, NUMBER, "In the lawsuit.")
    row = await keeping.row(held.message)
    await keeping.holds.place(keeping.by, row["contact_id"], row["thread_id"], "Case 4711")
    done = await keeping.destroy_now(keeping.by, row["contact_id"], None, Cause.ORDERED)
    assert done is WhyKept.HELD
    assert await keeping.lives(held.message)
    tags = await world.audit_tags(keeping.owner.organization)
    assert "member:record:destroyed (refused)" in tags
    assert "member:record:destroyed" not in tags


async def test_a_hold_wants_a_reason_and_a_contact_of_this_practice(keeping: Keeping):
    world = keeping.world
    sent = await world.send(keeping.owner, NUMBER, "Ours.")
    row = await keeping.row(sent.message)
    eve = await world.as_member(await world.found("Elsewhere", "Eve Else"))
    place = keeping.holds.place
    assert await place(keeping.by, row["contact_id"], None, "  ") is HoldRefusal.NO_REASON
    assert await place(keeping.by, row["contact_id"], None, "x" * 501) is HoldRefusal.NO_REASON
    assert await place(eve, row["contact_id"], None, "Mine") is HoldRefusal.NOT_FOUND
    hold = await place(keeping.by, row["contact_id"], None, "Ours")
    assert isinstance(hold, uuid.UUID)
    assert await keeping.holds.release(eve, hold, "Mine") is HoldRefusal.NO_SUCH_HOLD
    assert await keeping.holds.list(eve) == ()


@pytest.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster, clock=ManualClock()) as made:
        yield made


async def test_a_clock_set_years_ahead_destroys_no_record(elm: Practice):
    """Threat 37."""
    await elm.add_delivery(expires_in=DAY)
    await elm.owner.execute("UPDATE message SET contact_copy_ended_at = now()")
    destroy = DestroyDue(elm.worker, elm.clock, SystemRandomness())
    elm.clock.jump(7 * YEAR)
    assert await destroy() == 0
    elm.clock.pass_time(7 * YEAR)
    assert await destroy() == 1


async def test_many_records_go_in_batches_each_with_its_certificate(
    elm: Practice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("licorne.application.keeping.destroy_records.AT_ONCE", 2)
    for _ in range(5):
        await elm.add_delivery(number=f"+1212555{_:04}", expires_in=DAY)
    await elm.owner.execute("UPDATE message SET contact_copy_ended_at = now()")
    destroy = DestroyDue(elm.worker, elm.clock, SystemRandomness())
    elm.clock.pass_time(7 * YEAR)
    assert await destroy() == 5
    assert await elm.audit_tags() == ["system:record:destroyed"] * 3
    assert await elm.owner.fetchval("SELECT count(*) FROM shred_order") == 5
