"""The roles as processes: each opens what it needs, serves until SIGTERM, and finishes its work."""

import asyncio
import contextlib
import os
import signal
from functools import partial

import uvloop

from licorne.adapters.audit_heads.files import HeadFiles
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
from licorne.application.sending.authenticate_submission import AuthenticateSubmission
from licorne.application.sending.take_receipt import TakeReceipt
from licorne.application.sending.use_app_password import UseAppPassword
from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker
from licorne.edges.submission.server import SubmissionServer
from licorne.edges.submission.take_message import SubmissionUseCases, TakeMessage
from licorne.edges.worker.alarm_mail_wording import AlarmMailWording
from licorne.edges.worker.reply_mail_wording import ReplyMailWording
from licorne.edges.worker.runner import run_worker
from licorne.edges.worker.use_cases import WorkerUseCases
from licorne.store.database import open_database
from licorne.wiring.carriers import open_carriers
from licorne.wiring.core import Core, compose_sending
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening_carriers import listening
from licorne.wiring.logging import configure_logging
from licorne.wiring.relay import mail_relay
from licorne.wiring.sealed import mail_refused_while_sealed, open_core_when_unsealed
from licorne.wiring.supervisor import Ready
from licorne.wiring.texts import compose_text_taker
from licorne.wiring.web import serve_web
from licorne.wiring.webhooks import webhook_sender

_WORKER_CONNECTIONS = 8
_QUEUE_CONNECTIONS = 6
_WORKER_YIELDS = 10


def run_web(installation: Installation, ready: Ready) -> None:
    configure_logging()
    uvloop.run(serve_web(installation, ready))


def run_submission(installation: Installation, ready: Ready) -> None:
    configure_logging()
    uvloop.run(_submission(installation, ready))


def run_worker_role(installation: Installation, ready: Ready) -> None:
    configure_logging()
    os.nice(_WORKER_YIELDS)  # people who write come before texts that go out a moment later
    uvloop.run(_worker(installation, ready))


async def _submission(installation: Installation, ready: Ready) -> None:
    if installation.tls is None:
        raise RuntimeError("the mail server needs a certificate")
    async with contextlib.AsyncExitStack() as stack:
        refused = partial(mail_refused_while_sealed, [*installation.smtp, *installation.smtps])
        core = await stack.enter_async_context(open_core_when_unsealed(installation, refused))
        mime = await stack.enter_async_context(BoundedMimeWorker())
        server = SubmissionServer(
            TakeMessage(compose_submission(core), mime),
            installation.tls,
            installation.settings.smtp_name,
        )
        await server.start(installation.smtp, installation.smtps)
        ready()
        await until_stopped()
        await server.stop()


def compose_submission(core: Core) -> SubmissionUseCases:
    sending = compose_sending(core)
    return SubmissionUseCases(
        authenticate=AuthenticateSubmission(core.app, core.keyring, core.clock, core.randomness),
        use_app_password=UseAppPassword(
            sending.reservations, core.app, core.clock, core.randomness
        ),
        reservations=sending.reservations,
        check_recipient=sending.check_recipient,
        send=sending.send,
    )


async def _worker(installation: Installation, ready: Ready) -> None:
    async with (
        open_core_when_unsealed(installation) as core,
        open_carriers(core, installation.public_url) as carriers,
    ):
        database = await open_database(
            installation.urls.worker, size=_WORKER_CONNECTIONS, keeps_no_state=True
        )
        # A job may be handed out again after a crash of the database, and does no harm then; so
        # the queue's own notes don't wait for the disk. Its listener clears its own session.
        queue = await open_database(
            installation.urls.worker,
            size=_QUEUE_CONNECTIONS,
            settings={"synchronous_commit": "off"},
            keeps_no_state=True,
        )
        clock, randomness = core.clock, core.randomness
        heads = HeadFiles(installation.home.audit_heads)
        use_cases = WorkerUseCases(
            announce=AnnounceDelivery(
                database,
                core.keyring,
                carriers,
                clock,
                randomness,
                pickup_url=installation.pickup_url,
            ),
            shred=Shred(database, core.slots, core.blobs, clock, randomness),
            expire=ExpireCopies(database, clock, randomness),
            destroy_due=DestroyDue(database, clock, randomness),
            sequence_audit=SequenceAudit(database, core.keyring, heads, clock),
            forget_ended=ForgetEnded(database, clock),
            pass_on_events=PassOnEvents(database, clock, randomness),
            tell_webhook=TellWebhook(
                database, core.keyring, webhook_sender(core.settings), clock, randomness
            ),
            answer_text=AnswerText(database, core.keyring, carriers, clock),
            tell_of_reply=TellOfReply(database, clock, randomness),
            mail_notice=MailNotice(
                database,
                core.keyring,
                mail_relay(core.home, core.settings),
                ReplyMailWording(installation.public_url),
                clock,
                randomness,
            ),
            mail_alarm=MailAlarm(
                database,
                core.keyring,
                mail_relay(core.home, core.settings),
                AlarmMailWording(installation.public_url),
                clock,
                randomness,
            ),
        )
        stop = asyncio.Event()
        stopping = asyncio.create_task(_set_when_stopped(stop))
        ready()
        try:
            taking = TakeReceipt(core.app, carriers, clock, randomness, compose_text_taker(core))
            async with listening(carriers, taking.take):
                await run_worker(queue, use_cases, stop)
        finally:
            stopping.cancel()
            await queue.close()
            await database.close()


async def until_stopped() -> None:
    """Wait for SIGTERM."""
    stop = asyncio.Event()
    await _set_when_stopped(stop)


async def _set_when_stopped(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
