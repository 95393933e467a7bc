"""The queue's manager (pgqueuer), kept running over restarts of the database.

Two wires are crossed here on purpose. A job whose end could not be noted is held, not deleted, and
queued again a little later. And the manager is told to stop, never cancelled: a job cancelled on
its way would be taken for done.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.settings import DBSettings
from pgqueuer.ports.driver import NotifyCallback

from licorne.edges.worker.handlers import Handler
from licorne.store.database import Database
from licorne.store.jobs import JobName

log = structlog.get_logger("licorne.worker")


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """``redelivery``: how long a job of a worker that has died waits for the next one."""

    batch: int = 100
    most_at_once: int = 200  # a carrier that hangs must not hold up the others
    redelivery: timedelta = timedelta(seconds=15)
    poll: timedelta = timedelta(seconds=5)  # beside notifications, which wake it soon


class _ListensFirst(AsyncpgPoolDriver):
    """Notifies once it listens.

    The manager's first probe of its listener would else be sent while the listener's connection is
    being opened, and ten seconds later be taken for a sign that the listener has failed.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database.pool)
        self._listens = asyncio.Event()

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await super().add_listener(channel, callback)
        self._listens.set()

    async def notify(self, channel: str, payload: str) -> None:
        await self._listens.wait()
        await super().notify(channel, payload)


def job_queries(database: Database, driver: AsyncpgPoolDriver | None = None) -> Queries:
    """Speak to pgqueuer's tables, which lie in the schema ``jobs``."""
    settings = DBSettings(db_schema="jobs")
    return Queries(
        driver or AsyncpgPoolDriver(database.pool),
        qbe=QueryBuilderEnvironment(settings),
        qbq=QueryQueueBuilder(settings),
        qbs=QuerySchedulerBuilder(settings),
    )


async def work_off_jobs(
    database: Database,
    handlers: dict[JobName, Handler],
    settings: QueueSettings,
    stop: asyncio.Event,
) -> None:
    """Hand jobs to their handlers until ``stop``; jobs that have begun are finished first."""
    failures = 0
    while not stop.is_set():
        manager = QueueManager(job_queries(database, _ListensFirst(database)))
        for name, handler in handlers.items():
            manager.entrypoint(name.value, accepts_context=False, on_failure="hold")(handler)
        stopping = asyncio.create_task(_pass_on(stop, manager.shutdown))
        try:
            await manager.run(
                dequeue_timeout=settings.poll,
                batch_size=settings.batch,
                max_concurrent_tasks=settings.most_at_once,
                heartbeat_timeout=settings.redelivery,
                shutdown_on_listener_failure=True,
            )
            failures = 0
        except Exception as problem:  # noqa: BLE001 - its text may hold anything
            failures += 1
            log.warning("job queue lost", kind=type(problem).__name__, failures=failures)
        finally:
            stopping.cancel()
        if not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), min(0.2 * 2 ** min(failures, 7), 10))


async def queue_held_jobs_again(database: Database) -> int:
    """Queue jobs again whose end could not be noted; give how many there were."""
    queries = job_queries(database)
    held = await queries.list_failed_jobs(limit=500)
    if held:
        await queries.requeue_jobs([job.id for job in held])
    return len(held)


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()
