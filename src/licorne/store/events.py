"""Events across processes: that something changed, never what (LISTEN/NOTIFY, ids only)."""

import asyncio
import enum
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import asyncpg

from licorne.domain.identity.ids import OrganizationId
from licorne.store.after_commit import Told, collect
from licorne.store.database import Connection

CHANNEL = "licorne_changes"
_QUEUE = 1000


class Changed(enum.StrEnum):
    THREAD = "thread"
    DELIVERY = "delivery"
    MAILBOX = "mailbox"
    ALARM = "alarm"  # for owners and officers


@dataclass(frozen=True, slots=True)
class Change:
    organization: OrganizationId
    kind: Changed
    id: uuid.UUID

    @property
    def told(self) -> Told:
        return Told(CHANNEL, f"{self.organization}:{self.kind.value}:{self.id}")


async def announce_change(connection: Connection, change: Change) -> None:
    """Tell every process, once the transaction has committed."""
    told = change.told
    if not collect(connection, told):
        await connection.execute("SELECT pg_notify($1, $2)", told.channel, told.payload)


class ChangeFeed:
    """One listening connection per process, handed on to any number of listeners.

    A listener that doesn't keep up loses its oldest changes: they only say "look again".
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None
        self._listeners: set[asyncio.Queue[Change]] = set()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_listening())

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=5)

    @asynccontextmanager
    async def listen(self, organization: OrganizationId) -> AsyncIterator[asyncio.Queue[Change]]:
        """Give a queue of this organization's changes for as long as the block lasts."""
        queue: asyncio.Queue[Change] = _OneOrganization(organization, maxsize=_QUEUE)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def _keep_listening(self) -> None:
        while True:
            try:
                self._connection = await asyncpg.connect(self._url)
                lost = asyncio.Event()
                self._connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
                await self._connection.add_listener(CHANNEL, self._heard)
                await lost.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(1)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        organization, kind, identity = str(payload).split(":")
        change = Change(OrganizationId(uuid.UUID(organization)), Changed(kind), uuid.UUID(identity))
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(change)


class _OneOrganization(asyncio.Queue[Change]):
    """A queue that takes only one organization's changes."""

    def __init__(self, organization: OrganizationId, maxsize: int) -> None:
        super().__init__(maxsize)
        self._organization = organization

    def put_nowait(self, item: Change) -> None:
        if item.organization == self._organization:
            super().put_nowait(item)
