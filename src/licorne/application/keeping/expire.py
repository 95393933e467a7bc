"""Ends contacts' copies whose time has come, and orders their slots to be destroyed."""

from datetime import datetime, timedelta

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, deliveries, expiry, jobs, shredding
from licorne.store.database import Database

_MOST_AT_ONCE = 200


class ExpireCopies:
    """Destroying can't be undone, so a clock that jumps ahead must not do it (threat 37).

    Time is the earlier of what the clock says and what it said at the start plus the seconds that
    have passed since, which no change of the clock moves.
    """

    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._started_at = clock.now()
        self._started = clock.monotonic()

    async def __call__(self) -> int:
        """End what is due now; give how many copies were due."""
        now = self._safe_now()
        async with self._database.before_tenant() as connection:
            due = await expiry.due(connection, now, _MOST_AT_ONCE)
        for organization, message in due:
            await self._end(organization, message, now)
        return len(due)

    def _safe_now(self) -> datetime:
        passed = timedelta(seconds=self._clock.monotonic() - self._started)
        return min(self._clock.now(), self._started_at + passed)

    async def _end(self, organization: OrganizationId, message: MessageId, now: datetime) -> None:
        async with self._database.tenant(organization) as connection:
            ended = await expiry.end_contact_copy(connection, organization, message, now)
            if ended is None:
                return
            for delivery in ended.deliveries:
                await deliveries.move(
                    connection,
                    organization,
                    delivery,
                    DeliveryState.EXPIRED,
                    self._new_id(),
                    now,
                )
            order = self._new_id()
            await shredding.order(connection, organization, order, now, slot=ended.contact_slot)
            await jobs.enqueue(connection, jobs.Shred(organization, order))
            await audit.record(
                connection,
                AuditEvent(
                    self._new_id(),
                    organization,
                    now,
                    Tag.MESSAGE_EXPIRED,
                    Actor.system(),
                    message,
                ),
            )
