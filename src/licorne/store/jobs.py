"""Jobs: rows of pgqueuer's queue, committed with the fact that causes them.

A handler may see a job twice and must do no harm by it. The payload holds ids only.
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from licorne.domain.identity.ids import DeliveryId, MemberId, OrganizationId
from licorne.store.after_commit import JOBS_WAIT, collect
from licorne.store.database import Connection


class JobName(enum.StrEnum):
    ANNOUNCE = "announce"
    SHRED = "shred"
    WEBHOOK = "webhook"
    TELL_OF_REPLY = "tell_of_reply"
    ESCALATE_REPLY = "escalate_reply"
    MAIL_NOTICE = "mail_notice"
    MAIL_ALARM = "mail_alarm"
    ANSWER_TEXT = "answer_text"


class NoticeKind(enum.StrEnum):
    """Why a text is sent: the first notice, a reminder of it, or a new link."""

    NOTICE = "notice"
    NUDGE = "nudge"
    FRESH_LINK = "fresh_link"


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell a contact that a delivery waits; ``announcement`` continues an earlier job's telling."""

    organization: OrganizationId
    delivery: DeliveryId
    kind: NoticeKind = NoticeKind.NOTICE
    announcement: uuid.UUID | None = None

    name = JobName.ANNOUNCE


@dataclass(frozen=True, slots=True)
class Shred:
    """Destroy what a shred order names."""

    organization: OrganizationId
    order: uuid.UUID

    name = JobName.SHRED


@dataclass(frozen=True, slots=True)
class TellWebhook:
    """Tell an endpoint of an event."""

    organization: OrganizationId
    endpoint: uuid.UUID
    event: uuid.UUID

    name = JobName.WEBHOOK


@dataclass(frozen=True, slots=True)
class TellOfReply:
    """See whether members have to be told of a reply by mail."""

    organization: OrganizationId
    delivery: DeliveryId

    name = JobName.TELL_OF_REPLY


@dataclass(frozen=True, slots=True)
class EscalateReply:
    """See whether a reply has waited too long."""

    organization: OrganizationId
    delivery: DeliveryId

    name = JobName.ESCALATE_REPLY


@dataclass(frozen=True, slots=True)
class MailNotice:
    """Send a member the mail that a notice stands for."""

    organization: OrganizationId
    notice: uuid.UUID

    name = JobName.MAIL_NOTICE


@dataclass(frozen=True, slots=True)
class MailAlarm:
    """Tell an owner or officer of an alarm by email."""

    organization: OrganizationId
    alarm: uuid.UUID
    member: MemberId

    name = JobName.MAIL_ALARM


@dataclass(frozen=True, slots=True)
class AnswerText:
    """Answer a text that somebody sent from a phone."""

    organization: OrganizationId
    text: uuid.UUID

    name = JobName.ANSWER_TEXT


Job = (
    Announce
    | Shred
    | TellWebhook
    | TellOfReply
    | EscalateReply
    | MailNotice
    | MailAlarm
    | AnswerText
)

_ENQUEUE = """
    INSERT INTO jobs.pgqueuer (priority, entrypoint, payload, execute_after, status)
    VALUES (0, $1, $2, now() + $3, 'queued')
"""


def encode(job: Job) -> bytes:
    """Give the payload of a job: JSON of its fields."""
    return msgspec.json.encode(job)


def decode_announce(payload: bytes) -> Announce:
    return msgspec.json.decode(payload, type=Announce)


def decode_shred(payload: bytes) -> Shred:
    return msgspec.json.decode(payload, type=Shred)


def decode_tell_webhook(payload: bytes) -> TellWebhook:
    return msgspec.json.decode(payload, type=TellWebhook)


def decode_tell_of_reply(payload: bytes) -> TellOfReply:
    return msgspec.json.decode(payload, type=TellOfReply)


def decode_escalate_reply(payload: bytes) -> EscalateReply:
    return msgspec.json.decode(payload, type=EscalateReply)


def decode_mail_notice(payload: bytes) -> MailNotice:
    return msgspec.json.decode(payload, type=MailNotice)


def decode_mail_alarm(payload: bytes) -> MailAlarm:
    return msgspec.json.decode(payload, type=MailAlarm)


def decode_answer_text(payload: bytes) -> AnswerText:
    return msgspec.json.decode(payload, type=AnswerText)


async def enqueue(connection: Connection, job: Job, *, after: timedelta = timedelta(0)) -> None:
    """Queue a job for when the transaction has committed and ``after`` has passed."""
    await connection.execute(_ENQUEUE, job.name.value, encode(job), after)
    await wake_workers(connection)


async def wake_workers(connection: Connection) -> None:
    """Tell the workers of new jobs, once the transaction has committed."""
    if not collect(connection, JOBS_WAIT):
        await connection.execute("SELECT jobs.tell_that_jobs_wait()")
