"""Forgets what has served its time: ended sessions, old rate buckets, receipts, repeat keys."""

from datetime import timedelta

from licorne.ports.clock import Clock
from licorne.store import expiry, record_releases
from licorne.store.database import Database

# No role's sessions may idle longer; each ends them at its own, shorter limit when it is used.
LONGEST_IDLE = timedelta(minutes=60)


class ForgetEnded:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self) -> None:
        async with self._database.before_tenant() as connection:
            await expiry.forget_ended(connection, self._clock.now(), LONGEST_IDLE)
            await record_releases.forget_ended(connection, self._clock.now())
            await expiry.prune_job_log(connection)
