"""What is told once a transaction has committed: that something changed, that jobs wait.

Not within the transaction, because PostgreSQL lets those that notify commit one at a time, each
waiting for the disk alone. It is collected while the transaction runs, and told by one that keeps
nothing, for all that committed within a moment. Where a process dies in between nobody is told, and
finds out a little later by looking.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import asyncpg

# Seconds that the first one told waits for others; twice as long each time while there is always
# more, so that whoever hears does its work in fewer and larger rounds.
_SHORTEST_MOMENT = 0.02
_LONGEST_MOMENT = 0.25


@dataclass(frozen=True, slots=True)
class Told:
    """A notification: ids only, never what changed."""

    channel: str
    payload: str


# The queue's manager wants a word of its own kind, which the database puts together.
JOBS_WAIT = Told("jobs wait", "")

# "on" would have whoever listens wait for the disk, too.
_TELL = """
    SELECT set_config('synchronous_commit', 'off', true),
           (SELECT count(pg_notify(channel, payload))
              FROM unnest($1::text[], $2::text[]) AS u (channel, payload)),
           CASE WHEN $3 THEN jobs.tell_that_jobs_wait() END
"""

# Transactions under way that collect, by the identity of the connection that each is on.
_collecting: dict[int, list[Told]] = {}


def collect(connection: object, told: Told) -> bool:
    """Have it told after the transaction on this connection; False where nobody collects."""
    collected = _collecting.get(id(connection))
    if collected is None:
        return False
    collected.append(told)
    return True


class AfterCommit:
    """Collects and tells for one pool's transactions."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: dict[Told, None] = {}
        self._telling: asyncio.Task[None] | None = None

    @contextmanager
    def collecting(self, connection: object) -> Iterator[None]:
        """Tell what the block had to tell, unless it fails. It ends when the commit is through."""
        collected: list[Told] = []
        _collecting[id(connection)] = collected
        try:
            yield
        finally:
            del _collecting[id(connection)]
        self.add(*collected)

    def add(self, *told: Told) -> None:
        """Tell soon. For what is committed already."""
        if not told:
            return
        self._waiting.update(dict.fromkeys(told))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def close(self) -> None:
        """Tell what is left to tell."""
        if self._telling is not None:
            await self._telling

    async def _tell(self) -> None:
        moment = _SHORTEST_MOMENT
        while self._waiting:
            await asyncio.sleep(moment)
            moment = min(2 * moment, _LONGEST_MOMENT)
            told, self._waiting = list(self._waiting), {}
            changes = [one for one in told if one is not JOBS_WAIT]
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await self._pool.fetchval(
                    _TELL,
                    [one.channel for one in changes],
                    [one.payload for one in changes],
                    len(changes) < len(told),
                )
