"""From a job of the queue to a use case, and from what went wrong to a later try.

The queue keeps the text of exceptions in its log, so nothing but a coded retry leaves a handler.
A job that fails is tried again, ever less often; it is never dropped.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from pgqueuer import RetryRequested
from pgqueuer.domain.models import Job

from licorne.edges.worker.use_cases import WorkerUseCases
from licorne.store.jobs import (
    JobName,
    decode_announce,
    decode_answer_text,
    decode_escalate_reply,
    decode_mail_alarm,
    decode_mail_notice,
    decode_shred,
    decode_tell_of_reply,
    decode_tell_webhook,
)

Handler = Callable[[Job], Awaitable[None]]

# Not a wait of the business (those are decided by the domain) but of a fault: a database that is
# away, a disk that is full.
_SHORTEST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
_ANNOUNCEMENTS = uuid.UUID("6b1f8c34-0d0b-5c0e-9a55-2c3de6a1b7f4")  # namespace: ours, arbitrary

log = structlog.get_logger("licorne.worker")


def build_handlers(use_cases: WorkerUseCases) -> dict[JobName, Handler]:
    """Give a handler for every kind of job."""

    async def announce(job: Job) -> timedelta | None:
        asked = decode_announce(job.payload or b"")
        return await use_cases.announce(asked, asked.announcement or announcement_of(job.id))

    async def shred(job: Job) -> timedelta | None:
        asked = decode_shred(job.payload or b"")
        await use_cases.shred(asked.organization, asked.order)
        return None

    async def webhook(job: Job) -> timedelta | None:
        return await use_cases.tell_webhook(decode_tell_webhook(job.payload or b""))

    async def tell_of_reply(job: Job) -> timedelta | None:
        await use_cases.tell_of_reply(decode_tell_of_reply(job.payload or b""))
        return None

    async def escalate_reply(job: Job) -> timedelta | None:
        asked = decode_escalate_reply(job.payload or b"")
        return await use_cases.tell_of_reply.escalate(asked)

    async def mail_notice(job: Job) -> timedelta | None:
        return await use_cases.mail_notice(decode_mail_notice(job.payload or b""))

    async def mail_alarm(job: Job) -> timedelta | None:
        return await use_cases.mail_alarm(decode_mail_alarm(job.payload or b""))

    async def answer_text(job: Job) -> timedelta | None:
        return await use_cases.answer_text(decode_answer_text(job.payload or b""))

    return {
        JobName.MAIL_ALARM: _never_dropped(JobName.MAIL_ALARM, mail_alarm),
        JobName.ANSWER_TEXT: _never_dropped(JobName.ANSWER_TEXT, answer_text),
        JobName.TELL_OF_REPLY: _never_dropped(JobName.TELL_OF_REPLY, tell_of_reply),
        JobName.ESCALATE_REPLY: _never_dropped(JobName.ESCALATE_REPLY, escalate_reply),
        JobName.MAIL_NOTICE: _never_dropped(JobName.MAIL_NOTICE, mail_notice),
        JobName.WEBHOOK: _never_dropped(JobName.WEBHOOK, webhook),
        JobName.ANNOUNCE: _never_dropped(JobName.ANNOUNCE, announce),
        JobName.SHRED: _never_dropped(JobName.SHRED, shred),
    }


def announcement_of(job: int) -> uuid.UUID:
    """Name the announcement that a job begins: the same each time the job is handed out."""
    return uuid.uuid5(_ANNOUNCEMENTS, str(job))


def _never_dropped(name: JobName, work: Callable[[Job], Awaitable[timedelta | None]]) -> Handler:
    async def handle(job: Job) -> None:
        code = "waits"
        try:
            pause = await work(job)
        except asyncio.CancelledError:
            # The queue would take a cancelled job for done. It goes back instead, at once.
            code, pause = "interrupted", timedelta(0)
        except Exception as problem:  # noqa: BLE001 - its text may hold anything: code it
            code = type(problem).__name__
            pause = min(_SHORTEST_PAUSE * 2 ** min(job.attempts, 10), _LONGEST_PAUSE)
            log.warning("job failed", job=name.value, id=job.id, kind=code, tries=job.attempts + 1)
        if pause is not None:
            raise RetryRequested(delay=pause, reason=code)

    return handle
