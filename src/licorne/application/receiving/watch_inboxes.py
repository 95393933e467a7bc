"""Tells an open page that something changed in its member's inboxes, for as long as they may know.

Only ids go out, and only those of threads and deliveries that the member may read. Watching never
keeps a session alive; when the session ends, so does the watching.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import DeliveryId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.store import threads
from licorne.store.database import Database
from licorne.store.events import Change, Changed, ChangeFeed

SECONDS_BETWEEN_CHECKS = 20.0  # of the session: well within the minute that revoking may take


@dataclass(frozen=True, slots=True)
class InboxChanged:
    """A thread of this member changed; ``delivery`` is named where it is about one message."""

    thread: ThreadId
    delivery: DeliveryId | None


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """For those who hear alarms: look at them anew."""

    alarm: uuid.UUID


class WatchInboxes:
    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        is_live: Callable[[str], Awaitable[bool]],
        seconds_between_checks: float = SECONDS_BETWEEN_CHECKS,
    ) -> None:
        """``is_live`` says whether a cookie's session still lasts (`ResumeMemberSession`)."""
        self._database = database
        self._feed = feed
        self._is_live = is_live
        self._seconds = seconds_between_checks

    async def __call__(
        self, member: SignedInMember, cookie: str
    ) -> AsyncIterator[InboxChanged | AlarmRaised]:
        """Yield changes until the session ends."""
        loop = asyncio.get_running_loop()
        checked = loop.time()
        async with self._feed.listen(member.organization.id) as changes:
            while True:
                left = checked + self._seconds - loop.time()
                try:
                    change = await asyncio.wait_for(changes.get(), max(left, 0))
                except TimeoutError:
                    if not await self._is_live(cookie):
                        return
                    checked = loop.time()
                    continue
                if change.kind is Changed.ALARM:
                    if member.may(Permission.HEAR_ALARMS):
                        yield AlarmRaised(change.id)
                    continue
                # Shielded: a page that closes must not tear the look-up's transaction.
                for seen in await asyncio.shield(self._visible(member, change)):
                    yield seen

    async def _visible(self, member: SignedInMember, change: Change) -> tuple[InboxChanged, ...]:
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            delivery = DeliveryId(change.id) if change.kind is Changed.DELIVERY else None
            if delivery is not None:
                thread = await threads.thread_of_delivery(connection, organization, delivery)
                touched: tuple[ThreadId, ...] = () if thread is None else (thread,)
            elif change.kind is Changed.THREAD:
                touched = (ThreadId(change.id),)
            else:
                touched = await threads.of_mailbox(connection, organization, change.id)
            return tuple(
                [
                    InboxChanged(thread, delivery)
                    for thread in touched
                    if await threads.fetch(connection, organization, thread, member.inboxes)
                ]
            )
