"""Carries out shred orders: overwrites slots, deletes blobs, and notes that it has happened.

An order is committed with the fact that ends a copy, so nothing is lost when this process dies:
destroying a slot twice does no harm, and an order stays open until both are done.
"""

import uuid

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.blob_store import BlobStore
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import audit, shredding
from licorne.store.database import Database

_MOST_AT_ONCE = 200


class Shred:
    def __init__(
        self,
        database: Database,
        slots: SlotStore,
        blobs: BlobStore,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._slots = slots
        self._blobs = blobs
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, organization: OrganizationId, order: uuid.UUID) -> None:
        """Carry out one order, if it is still open."""
        async with self._database.tenant(organization) as connection:
            wanted = await shredding.fetch(connection, organization, order)
        if wanted is None:
            return
        if wanted.slot is not None:
            await self._slots.destroy(wanted.slot)
        if wanted.blob is not None:
            await self._blobs.delete(wanted.blob)
        async with self._database.tenant(organization) as connection:
            now = self._clock.now()
            if await shredding.close(connection, organization, order, now):
                await audit.record(
                    connection,
                    AuditEvent(
                        self._new_id(),
                        organization,
                        now,
                        Tag.COPY_SHREDDED,
                        Actor.system(),
                        order,
                    ),
                )

    async def all_open(self) -> int:
        """Carry out what no job has: give how many orders there were."""
        async with self._database.before_tenant() as connection:
            orders = await shredding.open_orders(connection, _MOST_AT_ONCE)
        for organization, order in orders:
            await self(organization, order)
        return len(orders)
