"""Ends contacts' copies whose time has come, and orders their slots to be destroyed."""

from datetime import datetime

from licorne.application.new_ids import NewIds
from licorne.application.steady_time import SteadyTime
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
    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._new_id = NewIds(clock, randomness)
        self._time = SteadyTime(clock)

    async def __call__(self) -> int:
        """End what is due now; give how many copies were due."""
        now = self._time.now()
        async with self._database.before_tenant() as connection:
            due = await expiry.due(connection, now, _MOST_AT_ONCE)
        for organization, message in due:
            await self._end(organization, message, now)
        return len(due)

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
