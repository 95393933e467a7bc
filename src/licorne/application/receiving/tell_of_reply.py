"""A reply has come: those who read the thread get a mail, unless somebody opens it first.

The job is committed with the reply and runs a little later, so that replies which come together are
told in one mail. Here is decided, member by member, that a mail is due; `MailNotice` sends it.
"""

from dataclasses import dataclass
from datetime import timedelta

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.message.reply_notice import KEPT, NoticeKind, NoticeState, ReplyNotice, due
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, jobs, reply_notices
from licorne.store.database import Connection, Database
from licorne.store.reply_notices import WaitingReply

_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Why:
    """``patience``: how old a reply must be to be told of."""

    kind: NoticeKind
    patience: timedelta


class TellOfReply:
    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, job: jobs.TellOfReply) -> None:
        """Decide on mails to whoever reads the thread, and ask for a look at it later."""
        organization, why = job.organization, _Why(NoticeKind.REPLY, _AT_ONCE)
        async with self._database.tenant(organization) as connection:
            reply = await reply_notices.waiting_reply(connection, organization, job.delivery)
            if reply is None:
                return  # somebody has opened it
            for member in await reply_notices.to_be_told(connection, organization, reply.thread):
                if is_allowed(member.role, Permission.READ_MESSAGES):
                    await self._ask(connection, organization, reply, member.id, why)
            policy = await reply_notices.escalation(connection, organization, reply.inbox)
            if policy is not None:
                later = reply.received_at + policy.after - self._clock.now()
                escalate = jobs.EscalateReply(organization, job.delivery)
                await jobs.enqueue(connection, escalate, after=max(later, _AT_ONCE))

    async def escalate(self, job: jobs.EscalateReply) -> timedelta | None:
        """Tell the colleague who is named for it; give the time to wait where it is too early."""
        organization = job.organization
        async with self._database.tenant(organization) as connection:
            reply = await reply_notices.waiting_reply(connection, organization, job.delivery)
            if reply is None:
                return None
            policy = await reply_notices.escalation(connection, organization, reply.inbox)
            if policy is None:
                return None
            early = reply.received_at + policy.after - self._clock.now()
            if early > _AT_ONCE:
                return early  # the policy was changed meanwhile
            colleague = await reply_notices.lock_member(connection, organization, policy.to)
            why = _Why(NoticeKind.ESCALATION, policy.after)
            if colleague is not None and await self._ask(
                connection, organization, reply, colleague.id, why
            ):
                event = AuditEvent(
                    self._new_id(),
                    organization,
                    self._clock.now(),
                    Tag.REPLY_ESCALATED,
                    Actor.system(),
                    reply.thread,
                )
                await audit.record(connection, event)
        return None

    async def _ask(
        self,
        connection: Connection,
        organization: OrganizationId,
        reply: WaitingReply,
        member: MemberId,
        why: _Why,
    ) -> bool:
        """Decide on a mail to one member, whose row is locked; False where one tells it already."""
        now = self._clock.now()
        inbox = reply.inbox.id if why.kind is NoticeKind.ESCALATION else None
        covered = await reply_notices.covered_until(
            connection, organization, member, why.kind, inbox
        )
        if covered is not None and covered >= reply.received_at:
            return False
        at = due(now, covered, why.patience)
        notice = ReplyNotice(
            organization=organization,
            id=self._new_id(),
            member=member,
            kind=why.kind,
            inbox=inbox,
            covers=at - why.patience,
            state=NoticeState.WAITING,
        )
        await reply_notices.add(connection, notice, now)
        await jobs.enqueue(connection, jobs.MailNotice(organization, notice.id), after=at - now)
        await reply_notices.forget_old(connection, organization, member, now - KEPT)
        return True
