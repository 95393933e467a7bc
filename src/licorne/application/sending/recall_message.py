"""Recalls a message: the contact's copy ends at once; the practice's copy is its record and stays.

The slot that locks the contact's copy is destroyed as soon as the recall is committed; should the
process die in between, the shred order, committed with the recall, has a worker do it.
"""

import contextlib
import enum

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import audit, deliveries, jobs, message_states, sealed_messages, shredding
from licorne.store.database import Database


class Recalled(enum.Enum):
    DONE = "done"
    ENDED_BEFORE = "ended_before"  # recalled or expired already
    NOT_FOUND = "not_found"  # no such message of this author


class RecallMessage:
    def __init__(
        self, database: Database, slots: SlotStore, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._slots = slots
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, organization: OrganizationId, message: MessageId, by: Actor
    ) -> Recalled:
        now = self._clock.now()
        async with self._database.tenant(organization) as connection:
            stored = await sealed_messages.fetch_message(
                connection, organization, message, lock=True
            )
            if stored is None or stored.author_id != by.id or stored.direction != "out":
                return Recalled.NOT_FOUND
            ended = await sealed_messages.end_contact_copy(
                connection, organization, message, now, recalled=True
            )
            if not ended:
                return Recalled.ENDED_BEFORE
            states = await message_states.fetch(connection, organization, message)
            for delivery in states.deliveries if states is not None else ():
                await deliveries.move(
                    connection,
                    organization,
                    delivery.id,
                    DeliveryState.RECALLED,
                    self._new_id(),
                    now,
                )
            order = self._new_id()
            await shredding.order(connection, organization, order, now, slot=stored.contact_slot)
            await jobs.enqueue(connection, jobs.Shred(organization, order))
            await audit.record(
                connection,
                AuditEvent(self._new_id(), organization, now, Tag.MESSAGE_RECALLED, by, message),
            )
        with contextlib.suppress(OSError):  # the shred order stands
            await self._slots.destroy(stored.contact_slot)
        return Recalled.DONE
