"""A practice whose members are told by email of replies: worker's use cases, a real relay.

async with reply_world(cluster, tmp_path) as replies:
    await replies.reply(token, "It hurts.")
    await replies.work()
    assert replies.post.mails[0].to == replies.member.email
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from tests.support.mail_relay import Post, mail_relay
from tests.support.pickup_world import PickupWorld, pickup_world
from tests.support.practice_world import Person, PracticeWorld

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.receiving.mail_notice import MailNotice
from licorne.application.receiving.reply import Replied
from licorne.application.receiving.tell_of_reply import TellOfReply
from licorne.domain.message.content import Content
from licorne.edges.worker.reply_mail_wording import ReplyMailWording
from licorne.ports.mail_relay import MailRelay
from licorne.store import jobs
from licorne.store.database import Database, open_database

OFFICE = "https://text.practice.example"
_KINDS = {
    "tell_of_reply": jobs.TellOfReply,
    "escalate_reply": jobs.EscalateReply,
    "mail_notice": jobs.MailNotice,
}


@dataclass
class ReplyWorld:
    pickup: PickupWorld
    post: Post
    worker: Database
    relay: MailRelay | None
    _claimed: dict[UUID, str] = field(default_factory=dict)

    @property
    def world(self) -> PracticeWorld:
        return self.pickup.world

    @property
    def member(self) -> Person:
        return self.pickup.member

    async def reply(self, token: str, text: str = "It still hurts.") -> None:
        """Answer as a contact does, claiming the mailbox at the first time."""
        delivery = await self.pickup.delivery(token)
        mailbox = (await self.pickup.row(token))["mailbox_id"]
        if mailbox not in self._claimed:
            self._claimed[mailbox] = (await self.pickup.claim(token)).cookie
        contact = await self.pickup.contact(self._claimed[mailbox], mailbox)
        answer = await self.pickup.use.reply(contact, delivery, Content(None, text))
        assert isinstance(answer, Replied), answer

    def use_cases(self) -> tuple[TellOfReply, MailNotice]:
        clock, randomness = self.world.clock, self.world.randomness
        return (
            TellOfReply(self.worker, clock, randomness),
            MailNotice(
                self.worker,
                self.world.keyring,
                self.relay,
                ReplyMailWording(OFFICE),
                clock,
                randomness,
            ),
        )

    async def queued(self) -> list[tuple[int, str, bytes, timedelta]]:
        """What the queue holds: id, kind, payload, and in how long it is to run."""
        rows = await self.pickup.owner.fetch(
            "SELECT id, entrypoint, payload, execute_after - now() AS wait FROM jobs.pgqueuer"
            " WHERE entrypoint = ANY($1::text[]) ORDER BY execute_after, id",
            list(_KINDS),
        )
        return [tuple(row) for row in rows]

    async def work(self, within: timedelta = timedelta(minutes=30)) -> None:
        """Do the jobs that fall due within a time, in order, as a worker would; each once."""
        tell, mail = self.use_cases()
        while True:
            due = [one for one in await self.queued() if one[3] <= within]
            if not due:
                return
            number, kind, payload, _wait = due[0]
            job = msgspec.json.decode(payload, type=_KINDS[kind])
            await self.pickup.owner.execute("DELETE FROM jobs.pgqueuer WHERE id = $1", number)
            if kind == "mail_notice":
                again = await mail(job)
            elif kind == "escalate_reply":
                again = await tell.escalate(job)
            else:
                again = await tell(job)
            if again is not None:
                await self.pickup.owner.execute(
                    "INSERT INTO jobs.pgqueuer (priority, entrypoint, payload, execute_after,"
                    " status) VALUES (0, $1, $2, now() + $3, 'queued')",
                    kind,
                    payload,
                    again,
                )

    async def states(self) -> list[str]:
        rows = await self.pickup.owner.fetch("SELECT state FROM reply_notice ORDER BY id")
        return [row["state"] for row in rows]

    def links(self) -> list[str]:
        return [link for mail in self.post.mails for link in re.findall(r"https?://\S+", mail.text)]


@asynccontextmanager
async def reply_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[ReplyWorld]:
    async with pickup_world(cluster, home) as pickup, mail_relay(home) as post:
        worker = await open_database(pickup.world.worker_url, size=3)
        try:
            yield ReplyWorld(pickup, post, worker, post.relay())
        finally:
            await worker.close()
