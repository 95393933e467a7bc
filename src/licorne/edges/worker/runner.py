"""A worker: jobs as they come, and what comes round by itself."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

import structlog

from licorne.edges.worker.handlers import build_handlers
from licorne.edges.worker.periodic import Periodic, keep_doing
from licorne.edges.worker.queue import QueueSettings, queue_held_jobs_again, work_off_jobs
from licorne.edges.worker.use_cases import WorkerUseCases
from licorne.store.database import Database
from licorne.store.jobs import JobName

MAILS = (JobName.MAIL_NOTICE, JobName.MAIL_ALARM)

log = structlog.get_logger("licorne.worker")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How often what comes round comes round, in seconds. The audit must be linked within one."""

    queue: QueueSettings = field(default_factory=QueueSettings)
    sequence_audit: float = 0.5
    expire: float = 10.0
    destroy_due: float = 600.0
    shred: float = 30.0
    forget_ended: float = 300.0
    held_jobs: float = 30.0
    pass_on_events: float = 1.0


async def run_worker(
    database: Database,
    use_cases: WorkerUseCases,
    stop: asyncio.Event,
    settings: WorkerSettings | None = None,
) -> None:
    """Work until ``stop`` is set, then finish what has begun. ``database`` is ``licorne_worker``'s.

    Set ``stop`` rather than cancelling. Any number of workers may run on one database.
    """
    settings = settings or WorkerSettings()
    rounds = (
        Periodic("sequence_audit", settings.sequence_audit, use_cases.sequence_audit),
        Periodic("expire", settings.expire, use_cases.expire),
        Periodic("destroy_due", settings.destroy_due, use_cases.destroy_due),
        Periodic("shred", settings.shred, use_cases.shred.all_open),
        Periodic("forget_ended", settings.forget_ended, use_cases.forget_ended),
        Periodic("pass_on_events", settings.pass_on_events, use_cases.pass_on_events),
        Periodic("held_jobs", settings.held_jobs, partial(queue_held_jobs_again, database)),
    )
    handlers = build_handlers(use_cases)
    # Apart: a program's server that hangs must not hold up a text to a patient (threat 20), and
    # neither must a mail relay.
    webhooks = {JobName.WEBHOOK: handlers.pop(JobName.WEBHOOK)}
    mails = {name: handlers.pop(name) for name in MAILS}
    async with asyncio.TaskGroup() as tasks:
        for some in (handlers, webhooks, mails):
            tasks.create_task(work_off_jobs(database, some, settings.queue, stop))
        for periodic in rounds:
            tasks.create_task(keep_doing(periodic, stop))
    await _link_the_rest(use_cases)


async def _link_the_rest(use_cases: WorkerUseCases) -> None:
    """Before leaving, link what the last jobs wrote and keep the heads; a start would do it too."""
    try:
        await use_cases.sequence_audit()
        await use_cases.sequence_audit.keep_heads()
    except Exception as problem:  # noqa: BLE001 - the database may be gone before us
        log.warning("audit not linked at the stop", kind=type(problem).__name__)
