"""A reply waits: who may read it gets one mail, which says so and nothing of who wrote or what."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest_asyncio
from tests.support.api_world import acting
from tests.support.pickup_world import NUMBER
from tests.support.reply_world import OFFICE, ReplyWorld, reply_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.keep_contact import KeepContact
from licorne.application.governing.keep_language import KeepLanguage
from licorne.application.governing.keep_mail_wishes import KeepMailWishes
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language
from licorne.edges.worker.handlers import build_handlers
from licorne.edges.worker.queue import QueueSettings, work_off_jobs
from licorne.edges.worker.use_cases import WorkerUseCases
from licorne.store import jobs, reply_notices
from licorne.store.jobs import JobName
from licorne.store.reply_notices import MailWishes

SUBJECT, TEXT, ANSWER, NAME = (
    "Canary-subject-7Q", "Canary-text-7Q", "Canary-answer-7Q", "Canary Name7Q",
)  # fmt: skip


@pytest_asyncio.fixture
async def replies(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[ReplyWorld]:
    async with reply_world(cluster, tmp_path) as world:
        yield world


async def wish(replies: ReplyWorld, *, on: bool = True) -> None:
    keep = KeepMailWishes(replies.world.app, replies.world.acts)
    await keep.change(await acting(replies.world, replies.member), MailWishes(on))


async def test_threat_38_a_mail_of_a_reply_holds_nothing_of_it(replies: ReplyWorld):
    token = await replies.pickup.send(TEXT, subject=SUBJECT)
    thread = (await replies.pickup.row(token))["thread_id"]
    contact = ContactId((await replies.pickup.row(token))["contact_id"])
    member = await replies.world.as_member(replies.member)
    keep = KeepContact(
        replies.world.app, replies.world.keyring, replies.world.meet, replies.world.acts
    )
    await keep.rename(member, contact, NAME)
    await replies.reply(token, ANSWER)
    await replies.work()
    (mail,) = replies.post.mails
    assert (mail.to, mail.encrypted) == (replies.member.email, True)
    assert replies.links() == [f"{OFFICE}/office/mail/inbox/{thread}"]
    told = mail.raw.decode() + mail.text + str(mail.message["Subject"])
    for canary in ("Canary", "7Q", NUMBER, NUMBER[2:], str(contact), token):
        assert canary not in told, canary
    assert await replies.pickup.audit() != []
    assert "system:reply_mail:sent" in await replies.pickup.audit()


async def test_the_job_is_committed_with_the_reply_and_waits_two_minutes(replies: ReplyWorld):
    await replies.reply(await replies.pickup.send())
    ((_, kind, _, wait),) = await replies.queued()
    assert kind == "tell_of_reply"
    assert timedelta(seconds=90) < wait <= timedelta(minutes=2)


async def test_replies_that_come_together_are_one_mail_and_later_ones_another(replies: ReplyWorld):
    first, second = await replies.pickup.send(), await replies.pickup.send(number="+12125550124")
    await replies.reply(first)
    await replies.reply(first, "And another thing.")
    await replies.reply(second)
    await replies.work()
    assert len(replies.post.mails) == 1
    assert replies.links() == [f"{OFFICE}/office/mail/unread"]
    replies.world.clock.advance(timedelta(minutes=15))
    await replies.reply(second, "Are you there?")
    await replies.work()
    assert len(replies.post.mails) == 2
    assert await replies.states() == ["sent", "sent"]


async def test_a_mail_soon_after_another_waits_and_tells_what_comes_meanwhile(
    replies: ReplyWorld,
):
    token = await replies.pickup.send()
    await replies.reply(token)
    await replies.work()
    replies.world.clock.advance(timedelta(minutes=3))
    await replies.reply(token, "One more.")
    await replies.work(timedelta(minutes=3))
    assert [kind for _, kind, _, _ in await replies.queued()] == ["mail_notice"]
    await replies.reply(token, "And one more.")
    await replies.work()
    assert len(replies.post.mails) == 2


async def test_who_has_read_it_or_wants_no_mail_gets_none(replies: ReplyWorld):
    token = await replies.pickup.send()
    await replies.reply(token)
    await replies.pickup.owner.execute("UPDATE delivery SET state = 'seen' WHERE direction = 'in'")
    await replies.work()
    assert await replies.states() == []
    await wish(replies, on=False)
    await replies.reply(token)
    await replies.work()
    await wish(replies, on=True)
    await replies.reply(token)
    await replies.work(timedelta(minutes=2))
    assert len(replies.post.mails) == 1


async def test_switched_off_or_read_between_the_decision_and_the_mail_sends_none(
    replies: ReplyWorld,
):
    token = await replies.pickup.send()
    await replies.reply(token)
    tell, _mail = replies.use_cases()
    (delivery,) = await replies.pickup.owner.fetch("SELECT id FROM delivery WHERE direction = 'in'")
    organization = replies.member.organization
    await tell(jobs.TellOfReply(organization, delivery["id"]))
    await wish(replies, on=False)
    await replies.work()
    assert replies.post.mails == []
    assert await replies.states() == ["not_needed"]


async def test_a_job_that_comes_twice_tells_once_and_one_cut_short_isnt_sent_again(
    replies: ReplyWorld,
):
    await replies.reply(await replies.pickup.send())
    (delivery,) = await replies.pickup.owner.fetch("SELECT id FROM delivery WHERE direction = 'in'")
    organization = replies.member.organization
    tell, mail = replies.use_cases()
    for _ in range(2):
        await tell(jobs.TellOfReply(organization, delivery["id"]))
    (notice,) = await replies.pickup.owner.fetch("SELECT id FROM reply_notice")
    job = jobs.MailNotice(organization, notice["id"])
    for _ in range(2):
        assert await mail(job) is None
    assert len(replies.post.mails) == 1
    await replies.pickup.owner.execute("UPDATE reply_notice SET state = 'sending'")
    assert await mail(job) is None
    assert len(replies.post.mails) == 1
    assert await replies.states() == ["in_doubt"]
    assert "system:reply_mail:failed (refused)" in await replies.pickup.audit()


async def test_a_relay_that_is_away_is_asked_again_and_a_refused_mail_is_given_up(
    replies: ReplyWorld,
):
    token = await replies.pickup.send()
    await replies.reply(token)
    replies.post.answers = ["451 4.3.0 Not now", "451 4.3.0 Not now"]
    await replies.work()
    assert len(replies.post.mails) == 1
    assert await replies.states() == ["sent"]
    assert await replies.pickup.owner.fetchval("SELECT tries FROM reply_notice") == 3
    replies.post.refused[replies.member.email] = "550 5.1.1 Nobody"
    replies.world.clock.advance(timedelta(minutes=15))
    await replies.reply(token)
    await replies.work()
    assert await replies.states() == ["sent", "failed"]


async def test_silence_of_the_relay_is_left_in_doubt(replies: ReplyWorld):
    replies.post.hangs_up = True
    await replies.reply(await replies.pickup.send())
    await replies.work()
    assert await replies.states() == ["in_doubt"]
    assert len(replies.post.mails) == 1


async def test_without_a_relay_nothing_is_lost_and_nothing_waits(replies: ReplyWorld):
    replies.relay = None
    await replies.reply(await replies.pickup.send())
    await replies.work()
    assert await replies.states() == ["no_relay"]
    assert await replies.queued() == []


async def test_wishes_are_kept_and_recorded(replies: ReplyWorld):
    await wish(replies, on=False)
    async with replies.world.app.tenant(replies.member.organization) as connection:
        kept = await reply_notices.wishes(
            connection, replies.member.organization, replies.member.id
        )
    assert kept == MailWishes(reply_mails=False)
    assert "member:mail_wishes:changed" in await replies.pickup.audit()


async def test_a_mail_is_in_the_members_language(replies: ReplyWorld):
    keep = KeepLanguage(replies.world.app, replies.world.acts)
    await keep.own(await acting(replies.world, replies.member), Language.SPANISH)
    await replies.reply(await replies.pickup.send())
    await replies.work()
    (mail,) = replies.post.mails
    assert mail.message["subject"] == "Tiene una respuesta por leer"
    assert mail.message["content-language"] == "es"
    assert "Abra la oficina para leerla:" in mail.text
    assert "member:language:chosen" in await replies.pickup.audit()


async def test_a_worker_takes_the_jobs_from_the_queue_and_mails_once(replies: ReplyWorld):
    await replies.reply(await replies.pickup.send())
    await replies.pickup.owner.execute("UPDATE jobs.pgqueuer SET execute_after = now()")
    tell, mail = replies.use_cases()
    handlers = build_handlers(cast("WorkerUseCases", SimpleNamespace(
        tell_of_reply=tell, mail_notice=mail
    )))  # fmt: skip
    ours = {name: handlers[name] for name in (JobName.TELL_OF_REPLY, JobName.MAIL_NOTICE)}
    stop = asyncio.Event()
    queue = QueueSettings(poll=timedelta(seconds=1))
    working = asyncio.create_task(work_off_jobs(replies.worker, ours, queue, stop))
    try:
        async with asyncio.timeout(30):
            while await replies.states() != ["sent"]:
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working
    assert [one.to for one in replies.post.mails] == [replies.member.email]
    assert await replies.queued() == []
