"""Shred orders: slots and blobs to destroy, committed with the fact that ends their copy."""

import uuid
from datetime import datetime

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.sealing.records import SlotReference
from licorne.store.database import Connection


async def order(
    connection: Connection,
    organization: OrganizationId,
    order_id: uuid.UUID,
    at: datetime,
    *,
    slot: SlotReference | None = None,
    blob: str | None = None,
) -> None:
    """Order the destruction of a slot or a blob; a worker does it and marks the order done."""
    await connection.execute(
        "INSERT INTO shred_order (organization_id, id, slot, blob, ordered_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        organization,
        order_id,
        None if slot is None else str(slot),
        blob,
        at,
    )
