"""Mails a member that replies wait: a link to the office, and nothing of who wrote or what.

What is needed is looked at when the mail goes, not when it was asked for: who has read everything,
or may read it no more, is sent nothing. A mail is marked as being sent before the relay is asked;
one that is found so was interrupted, may have arrived, and isn't sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.ids import MemberId, OrganizationId, TeamId, ThreadId
from licorne.domain.identity.language import Language
from licorne.domain.message.reply_notice import NoticeKind, NoticeState, ReplyNotice, wait_after
from licorne.ports.clock import Clock
from licorne.ports.mail_relay import (
    MailInDoubt,
    MailNotTaken,
    MailRelay,
    MailTaken,
    OutgoingMail,
)
from licorne.ports.randomness import Randomness
from licorne.store import audit, jobs, members, organizations, reply_notices, teams
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_email, open_member_name


@dataclass(frozen=True, slots=True)
class ReplyMail:
    """All that a mail may say. Nothing in it comes from a contact."""

    kind: NoticeKind
    practice: str
    threads: tuple[ThreadId, ...]  # with replies, that the member may read: two at most
    whose: str = ""  # an escalation's: the team's name, or the colleague's


@dataclass(frozen=True, slots=True)
class WordedMail:
    subject: str
    text: str


Word = Callable[[ReplyMail, str], WordedMail]  # what it says, in a language (BCP 47)


class MailNotice:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        relay: MailRelay | None,
        word: Word,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._relay = relay
        self._word = word
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, job: jobs.MailNotice) -> timedelta | None:
        """Send it once; give how long to wait for the next try, None when there is none."""
        async with self._database.tenant(job.organization) as connection:
            notice = await reply_notices.fetch(connection, job.organization, job.notice)
            if notice is None:
                return None
            if notice.state is NoticeState.SENDING:
                await self._end(connection, notice, NoticeState.IN_DOUBT, "interrupted")
                return None
            if notice.state is not NoticeState.WAITING:
                return None
            mail = await self._mail(connection, notice)
            if mail is None:
                await self._end(connection, notice, NoticeState.NOT_NEEDED)
                return None
            if self._relay is None:
                await self._end(connection, notice, NoticeState.NO_RELAY)
                return None
            tries = notice.tries + 1
            await reply_notices.set_state(connection, notice, NoticeState.SENDING, tries=tries)
        answer = await self._relay.send(mail)
        async with self._database.tenant(job.organization) as connection:
            found = await reply_notices.fetch(connection, job.organization, job.notice)
            if found is None:
                return None
            return await self._note(connection, found, answer)

    async def _note(
        self,
        connection: Connection,
        notice: ReplyNotice,
        answer: MailTaken | MailNotTaken | MailInDoubt,
    ) -> timedelta | None:
        if isinstance(answer, MailTaken):
            await self._end(connection, notice, NoticeState.SENT)
            return None
        if isinstance(answer, MailInDoubt):
            await self._end(connection, notice, NoticeState.IN_DOUBT, "no_answer")
            return None
        wait = None if answer.is_permanent else wait_after(notice.tries)
        if wait is None:
            await self._end(connection, notice, NoticeState.FAILED, answer.reason.value)
        else:
            await reply_notices.set_state(
                connection,
                notice,
                NoticeState.WAITING,
                tries=notice.tries,
                reason=answer.reason.value,
            )
        return wait

    async def _mail(self, connection: Connection, notice: ReplyNotice) -> OutgoingMail | None:
        """Compose it from what is so now; nothing where nobody has to be told any more."""
        organization = notice.organization
        member = await members.fetch(connection, organization, notice.member)
        about = await organizations.fetch(connection, organization)
        if member is None or not member.may_act or about is None:
            return None
        wishes = await reply_notices.wishes(connection, organization, notice.member)
        if notice.kind is NoticeKind.REPLY and not wishes.reply_mails:
            return None
        said = await self._said(connection, notice, about.name)
        if said is None:
            return None
        language = (member.language or about.language or Language.ENGLISH).value
        worded = self._word(said, language)
        email = open_member_email(self._keyring, organization, member.id, member.email_sealed)
        return OutgoingMail(
            id=notice.id.hex,
            to=parse_email_address(email),
            subject=worded.subject,
            text=worded.text,
            language=language,
        )

    async def _said(
        self, connection: Connection, notice: ReplyNotice, practice: str
    ) -> ReplyMail | None:
        organization, member = notice.organization, notice.member
        if notice.inbox is None:
            now = self._clock.now()
            unread = await reply_notices.unread_threads(connection, organization, member, now)
            return ReplyMail(notice.kind, practice, unread) if unread else None
        waiting = await reply_notices.waits_in(
            connection, organization, notice.inbox, notice.covers
        )
        if not waiting:
            return None
        readable = await reply_notices.may_read(connection, organization, member, notice.inbox)
        whose = await self._whose(connection, organization, notice)
        return ReplyMail(notice.kind, practice, waiting if readable else (), whose)

    async def _whose(
        self, connection: Connection, organization: OrganizationId, notice: ReplyNotice
    ) -> str:
        assert notice.inbox is not None, "an escalation is about an inbox"
        team = await teams.fetch(connection, organization, TeamId(notice.inbox))
        if team is not None:
            return team.name
        colleague = await members.fetch(connection, organization, MemberId(notice.inbox))
        if colleague is None:
            return ""
        return open_member_name(self._keyring, organization, colleague.id, colleague.name_sealed)

    async def _end(
        self,
        connection: Connection,
        notice: ReplyNotice,
        state: NoticeState,
        reason: str | None = None,
    ) -> None:
        """Write down what became of it; what a member got, or didn't, stands in the trail."""
        now = self._clock.now()
        await reply_notices.set_state(
            connection, notice, state, tries=notice.tries, reason=reason, done_at=now
        )
        if state in (NoticeState.NOT_NEEDED, NoticeState.NO_RELAY):
            return
        is_sent = state is NoticeState.SENT
        event = AuditEvent(
            id=self._new_id(),
            organization=notice.organization,
            at=now,
            tag=Tag.REPLY_MAIL_SENT if is_sent else Tag.REPLY_MAIL_FAILED,
            actor=Actor.system(),
            subject=notice.member,
            outcome=Outcome.DONE if is_sent else Outcome.REFUSED,
            detail=reason,
        )
        await audit.record(connection, event)
