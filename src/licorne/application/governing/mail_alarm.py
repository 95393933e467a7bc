"""Tells an owner or officer of an alarm by email: who did what, when, and nothing of a patient.

An alarm that may have arrived twice is better than one that never did, so an interrupted mail is
sent again, under the same id.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.language import Language
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.ports.clock import Clock
from licorne.ports.mail_relay import MailNotTaken, MailRelay, OutgoingMail
from licorne.ports.randomness import Randomness
from licorne.store import alarms, audit, jobs, members, organizations
from licorne.store.alarms import AlarmKind
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_email, open_member_name

_AGAIN = timedelta(seconds=20)
_GIVEN_UP = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class AlarmMail:
    """All that a mail of an alarm may say. Nothing in it comes from, or is about, a contact."""

    kind: AlarmKind
    practice: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WordedAlarm:
    subject: str
    text: str


WordAlarm = Callable[[AlarmMail, str], WordedAlarm]  # what it says, in a language (BCP 47)


class MailAlarm:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        relay: MailRelay | None,
        word: WordAlarm,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._relay = relay
        self._word = word
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, job: jobs.MailAlarm) -> timedelta | None:
        """Send it; give how long to wait for the next try, None when there is none."""
        if self._relay is None:
            return None
        async with self._database.tenant(job.organization) as connection:
            alarm = await alarms.fetch(connection, job.organization, job.alarm)
            mail = None if alarm is None else await self._mail(connection, job, alarm)
        if alarm is None or mail is None:
            return None
        answer = await self._relay.send(mail)
        refused = isinstance(answer, MailNotTaken)
        if (
            isinstance(answer, MailNotTaken)
            and not answer.is_permanent
            and self._clock.now() < alarm.raised_at + _GIVEN_UP
        ):
            return _AGAIN
        event = AuditEvent(
            id=self._new_id(),
            organization=job.organization,
            at=self._clock.now(),
            tag=Tag.ALARM_MAILED,
            actor=Actor.system(),
            subject=job.member,
            outcome=Outcome.REFUSED if refused else Outcome.DONE,
            detail=answer.reason.value if isinstance(answer, MailNotTaken) else None,
        )
        async with self._database.tenant(job.organization) as connection:
            await audit.record(connection, event)
        return None

    async def _mail(
        self, connection: Connection, job: jobs.MailAlarm, alarm: alarms.Alarm
    ) -> OutgoingMail | None:
        organization = job.organization
        member = await members.fetch(connection, organization, job.member)
        raiser = await members.fetch(connection, organization, alarm.raised_by)
        about = await organizations.fetch(connection, organization)
        if member is None or raiser is None or about is None:
            return None
        if not member.may_act or not is_allowed(member.role, Permission.HEAR_ALARMS):
            return None
        by = open_member_name(self._keyring, organization, raiser.id, raiser.name_sealed)
        language = (member.language or about.language or Language.ENGLISH).value
        worded = self._word(AlarmMail(alarm.kind, about.name, by, alarm.raised_at), language)
        email = open_member_email(self._keyring, organization, member.id, member.email_sealed)
        return OutgoingMail(
            id=uuid.uuid5(alarm.id, str(member.id)).hex,
            to=parse_email_address(email),
            subject=worded.subject,
            text=worded.text,
            language=language,
        )
