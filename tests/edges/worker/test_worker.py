import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.support.scripted_carrier import DOWN, ScriptedCarrier
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.audit_heads.files import HeadFiles
from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.slots.disk import DiskSlotStore
from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.adapters.webhooks.http_sender import HttpWebhookSender
from licorne.application.governing.mail_alarm import MailAlarm
from licorne.application.governing.tell_webhooks import PassOnEvents, TellWebhook
from licorne.application.keeping.destroy_records import DestroyDue
from licorne.application.keeping.expire import ExpireCopies
from licorne.application.keeping.forget import ForgetEnded
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.application.keeping.shred import Shred
from licorne.application.receiving.answer_text import AnswerText
from licorne.application.receiving.mail_notice import MailNotice
from licorne.application.receiving.tell_of_reply import TellOfReply
from licorne.application.sending.announce import AnnounceDelivery
from licorne.application.sending.carriers import Carriers
from licorne.domain.identity.ids import DeliveryId
from licorne.edges.worker.alarm_mail_wording import AlarmMailWording
from licorne.edges.worker.handlers import announcement_of
from licorne.edges.worker.queue import QueueSettings
from licorne.edges.worker.reply_mail_wording import ReplyMailWording
from licorne.edges.worker.runner import WorkerSettings, run_worker
from licorne.edges.worker.use_cases import WorkerUseCases
from licorne.ports.sms_carrier import Accepted, Answer, Outbound, SmsCarrier
from licorne.store import jobs
from licorne.store.jobs import Announce

PATIENCE = 20.0  # seconds
QUICK = WorkerSettings(
    queue=QueueSettings(redelivery=timedelta(seconds=2), poll=timedelta(seconds=1)),
    sequence_audit=0.1,
    expire=0.2,
    shred=0.2,
    held_jobs=0.2,
)


@dataclass
class World:
    elm: Practice
    home: Path
    use_cases: WorkerUseCases

    def with_carriers(self, *carriers: SmsCarrier) -> WorkerUseCases:
        known = Carriers({one.name: one for one in carriers}, tuple(one.name for one in carriers))
        announce = AnnounceDelivery(
            self.elm.worker,
            self.elm.keyring,
            known,
            SystemClock(),
            SystemRandomness(),
            pickup_url="https://x/m",
        )
        return replace(self.use_cases, announce=announce)

    async def ask_to_announce(self, delivery: DeliveryId) -> None:
        async with self.elm.app.tenant(self.elm.organization) as connection:
            await jobs.enqueue(connection, Announce(self.elm.organization, delivery))

    async def jobs_left(self) -> int:
        return await self.elm.owner.fetchval("SELECT count(*) FROM jobs.pgqueuer")


@pytest_asyncio.fixture
async def world(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[World]:
    for folder in ("slots", "blobs"):
        (tmp_path / folder).mkdir(mode=0o700)
    clock, randomness = SystemClock(), SystemRandomness()
    slots = DiskSlotStore(tmp_path / "slots", randomness)
    async with practice(cluster) as elm:
        elm.clock._at = clock.now()  # rows of this moment
        phone = DemoPhone(tmp_path / "demo-phone", clock)
        known = Carriers({phone.name: phone}, (phone.name,))
        use_cases = WorkerUseCases(
            announce=AnnounceDelivery(
                elm.worker, elm.keyring, known, clock, randomness, pickup_url="https://x/m"
            ),
            shred=Shred(elm.worker, slots, DiskBlobStore(tmp_path / "blobs"), clock, randomness),
            expire=ExpireCopies(elm.worker, clock, randomness),
            destroy_due=DestroyDue(elm.worker, clock, randomness),
            sequence_audit=SequenceAudit(
                elm.worker, elm.keyring, HeadFiles(tmp_path / "audit-heads"), clock
            ),
            forget_ended=ForgetEnded(elm.worker, clock),
            pass_on_events=PassOnEvents(elm.worker, clock, randomness),
            tell_webhook=TellWebhook(
                elm.worker, elm.keyring, HttpWebhookSender(), clock, randomness
            ),
            answer_text=AnswerText(elm.worker, elm.keyring, known, clock),
            tell_of_reply=TellOfReply(elm.worker, clock, randomness),
            mail_notice=MailNotice(
                elm.worker, elm.keyring, None, ReplyMailWording("https://x"), clock, randomness
            ),
            mail_alarm=MailAlarm(
                elm.worker, elm.keyring, None, AlarmMailWording("https://x"), clock, randomness
            ),
        )
        yield World(elm, tmp_path, use_cases)
    slots.close()


@asynccontextmanager
async def working(
    world: World, use_cases: WorkerUseCases, settings: WorkerSettings = QUICK
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(world.elm.worker, use_cases, stop, settings))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task


async def until(condition: Callable[[], Awaitable[bool]]) -> float:
    """Wait until it is so; give the seconds it took."""
    begun = time.monotonic()
    while not await condition():
        assert time.monotonic() - begun < PATIENCE, "it didn't come about"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def test_an_accepted_message_is_announced_within_a_second(world: World) -> None:
    delivery = await world.elm.add_delivery()
    carrier = ScriptedCarrier("one")

    async def sent() -> bool:
        return bool(carrier.sent)

    async with working(world, world.with_carriers(carrier)):
        await asyncio.sleep(0.3)  # an idle worker, so that it is the notification that wakes it
        await world.ask_to_announce(delivery)
        assert await until(sent) < 1.0


async def test_the_demos_phone_rings_and_the_story_is_told(world: World) -> None:
    delivery = await world.elm.add_delivery("+12114367789", flags=("not_assignable",))
    await world.ask_to_announce(delivery)

    async def on_handset() -> bool:
        return await world.elm.state_of(delivery) == "on_handset"

    async with working(world, world.use_cases):
        await until(on_handset)

    [text] = DemoPhone(world.home / "demo-phone", SystemClock()).read()
    assert text.to == "+12114367789"
    assert await world.elm.story_of(delivery) == ["notified demo_phone", "on_handset demo_phone"]


@pytest.mark.parametrize("what", ["tell_webhook", "mail_notice"])
async def test_others_servers_that_hang_hold_up_no_text(world: World, what: str) -> None:
    """Threat 20: webhooks or mails, as many of them as a worker takes on at once."""
    most, carrier = 4, ScriptedCarrier("one")
    queue = replace(QUICK.queue, batch=most // 2, most_at_once=most)
    hanging, released = 0, asyncio.Event()

    async def hang(_job: jobs.TellWebhook | jobs.MailNotice) -> None:
        nonlocal hanging
        hanging += 1
        await released.wait()

    async def all_hang() -> bool:
        return hanging == most

    async def sent() -> bool:
        return bool(carrier.sent)

    delivery = await world.elm.add_delivery()
    organization = world.elm.organization
    async with world.elm.app.tenant(organization) as connection:
        for _ in range(most + 2):
            one: jobs.Job = jobs.MailNotice(organization, uuid.uuid4())
            if what == "tell_webhook":
                one = jobs.TellWebhook(organization, uuid.uuid4(), uuid.uuid4())
            await jobs.enqueue(connection, one)
    use_cases = replace(world.with_carriers(carrier), **{what: hang})
    async with working(world, use_cases, replace(QUICK, queue=queue)):
        try:
            await until(all_hang)
            await world.ask_to_announce(delivery)
            await until(sent)
            assert hanging == most
        finally:
            released.set()


async def test_the_audit_is_linked_within_a_second(world: World) -> None:
    """Also what was written while no worker ran."""
    delivery = await world.elm.add_delivery()

    async def linked() -> bool:
        count = await world.elm.owner.fetchval("SELECT count(*) FROM audit_link")
        return count > 0 and count == len(await world.elm.audit_tags())

    async with working(world, world.use_cases):
        await world.ask_to_announce(delivery)
        await until(linked)


async def test_two_workers_announce_each_delivery_once(world: World) -> None:
    deliveries = [await world.elm.add_delivery() for _ in range(30)]
    carrier = ScriptedCarrier("one")
    use_cases = world.with_carriers(carrier)

    async def done() -> bool:
        return await world.jobs_left() == 0

    async with working(world, use_cases), working(world, use_cases):
        for delivery in deliveries:
            await world.ask_to_announce(delivery)
        await until(done)

    assert len(carrier.sent) == len(deliveries)
    assert {await world.elm.state_of(delivery) for delivery in deliveries} == {"notified"}


async def test_a_job_that_must_wait_is_done_when_its_time_has_come(world: World) -> None:
    delivery = await world.elm.add_delivery()
    carrier = ScriptedCarrier("one", DOWN, Accepted())

    async def notified() -> bool:
        return await world.elm.state_of(delivery) == "notified"

    async with working(world, world.with_carriers(carrier)):
        await world.ask_to_announce(delivery)
        took = await until(notified)

    assert took >= 4.5, "the back-off between two rounds"
    assert len(carrier.sent) == 2


async def test_a_job_of_a_worker_that_was_killed_is_taken_over(world: World) -> None:
    delivery = await world.elm.add_delivery()
    await world.ask_to_announce(delivery)
    await world.elm.owner.execute(
        "UPDATE jobs.pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(),"
        " heartbeat = now() - interval '10 seconds'"
    )

    async def on_handset() -> bool:
        return await world.elm.state_of(delivery) == "on_handset"

    async with working(world, world.use_cases):
        await until(on_handset)


async def test_a_worker_goes_on_when_the_database_cut_all_connections(
    world: World, cluster: EmbeddedPostgres
) -> None:
    first, second = await world.elm.add_delivery(), await world.elm.add_delivery()
    carrier = ScriptedCarrier("one")

    async def sent(count: int) -> bool:
        return len(carrier.sent) == count

    async with working(world, world.with_carriers(carrier)):
        await world.ask_to_announce(first)
        await until(lambda: sent(1))
        superuser = await asyncpg.connect(cluster.socket_url())
        for _ in range(3):
            await superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'licorne_worker'"
            )
            await asyncio.sleep(0.1)
        await superuser.close()
        await world.ask_to_announce(second)
        await until(lambda: sent(2))


async def test_a_failing_job_is_tried_again_and_leaves_no_words_behind(world: World) -> None:
    """Threat 38: the queue's log keeps the text of exceptions."""

    class Broken:
        calls = 0

        async def __call__(self, job: Announce, announcement: uuid.UUID) -> None:
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError("canary: chemotherapy for +12125550123")

    broken = Broken()
    delivery = await world.elm.add_delivery()

    async def done() -> bool:
        return await world.jobs_left() == 0

    async with working(world, replace(world.use_cases, announce=broken)):  # type: ignore[arg-type]
        await world.ask_to_announce(delivery)
        await until(done)

    assert broken.calls == 2
    kept = str(await world.elm.owner.fetch("SELECT * FROM jobs.pgqueuer_log"))
    assert "RuntimeError" in kept
    assert "canary" not in kept
    assert "5550123" not in kept


async def test_a_job_that_was_held_is_done_after_all(world: World) -> None:
    delivery = await world.elm.add_delivery()
    await world.ask_to_announce(delivery)
    await world.elm.owner.execute("UPDATE jobs.pgqueuer SET status = 'failed'")

    async def on_handset() -> bool:
        return await world.elm.state_of(delivery) == "on_handset"

    async with working(world, world.use_cases):
        await until(on_handset)


async def test_a_stop_lets_the_job_that_has_begun_end(world: World) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(ScriptedCarrier):
        async def send(self, message: Outbound) -> Answer:
            begun.set()
            await go_on.wait()
            return await super().send(message)

    delivery = await world.elm.add_delivery()
    async with working(world, world.with_carriers(Slow("one"))) as stop:
        await world.ask_to_announce(delivery)
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
        stop.set()
        go_on.set()

    assert await world.elm.state_of(delivery) == "notified"
    assert await world.jobs_left() == 0
    pending = await world.elm.owner.fetchval("SELECT count(*) FROM audit_pending")
    assert pending == 0, "what the last job wrote is linked before the worker leaves"


async def test_a_worker_that_is_cancelled_puts_its_jobs_back(world: World) -> None:
    begun = asyncio.Event()

    class Hanging(ScriptedCarrier):
        async def send(self, message: Outbound) -> Answer:
            begun.set()
            return await asyncio.Event().wait()  # type: ignore[return-value]

    delivery = await world.elm.add_delivery()
    stop = asyncio.Event()
    use_cases = world.with_carriers(Hanging("one"))
    await world.ask_to_announce(delivery)
    task = asyncio.create_task(run_worker(world.elm.worker, use_cases, stop, QUICK))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
    for running in asyncio.all_tasks():
        if "_dispatch" in str(running.get_coro()):
            running.cancel()

    async def back() -> bool:
        return await world.elm.owner.fetchval("SELECT count(*) FROM jobs.pgqueuer") == 1

    await until(back)
    stop.set()
    await task
    assert await world.jobs_left() == 1


def test_a_job_has_one_announcement_however_often_it_is_handed_out() -> None:
    assert announcement_of(7) == announcement_of(7)
    assert announcement_of(7) != announcement_of(8)


async def test_jobs_about_replies_that_are_gone_are_worked_off(world: World) -> None:
    organization, nothing = world.elm.organization, uuid.uuid4()
    async with world.elm.app.tenant(organization) as connection:
        await jobs.enqueue(connection, jobs.TellOfReply(organization, DeliveryId(nothing)))
        await jobs.enqueue(connection, jobs.EscalateReply(organization, DeliveryId(nothing)))
        await jobs.enqueue(connection, jobs.MailNotice(organization, nothing))

    async def done() -> bool:
        return await world.jobs_left() == 0

    async with working(world, world.use_cases):
        await until(done)
