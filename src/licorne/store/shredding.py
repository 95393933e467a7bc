"""Shred orders: committed with the fact that ends a copy, carried out by a worker afterwards."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.sealing.records import SlotReference
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class ShredOrder:
    """What to destroy: a slot of the slot store, a blob of the blob store, or both."""

    id: uuid.UUID
    slot: SlotReference | None
    blob: str | None


async def order(
    connection: Connection,
    organization: OrganizationId,
    identity: uuid.UUID,
    at: datetime,
    *,
    slot: SlotReference | None = None,
    blob: str | None = None,
) -> None:
    """Order a slot or a blob to be destroyed; it stands until that has happened."""
    await connection.execute(
        "INSERT INTO shred_order (organization_id, id, slot, blob, ordered_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        organization,
        identity,
        None if slot is None else str(slot),
        blob,
        at,
    )


async def open_orders(
    connection: Connection, most: int
) -> tuple[tuple[OrganizationId, uuid.UUID], ...]:
    """Give the oldest open orders of all organizations, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM open_shred_orders($1)", most)
    return tuple((OrganizationId(row["organization_id"]), row["order_id"]) for row in rows)


async def fetch(
    connection: Connection, organization: OrganizationId, identity: uuid.UUID
) -> ShredOrder | None:
    """Fetch an order that is still open."""
    row = await connection.fetchrow(
        "SELECT id, slot, blob FROM shred_order"
        " WHERE organization_id = $1 AND id = $2 AND done_at IS NULL",
        organization,
        identity,
    )
    if row is None:
        return None
    slot = None if row["slot"] is None else SlotReference.parse(row["slot"])
    return ShredOrder(row["id"], slot, row["blob"])


async def close(
    connection: Connection, organization: OrganizationId, identity: uuid.UUID, at: datetime
) -> bool:
    """Note that an order was carried out; False where another worker was quicker."""
    closed = await connection.fetchval(
        "UPDATE shred_order SET done_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND done_at IS NULL RETURNING true",
        organization,
        identity,
        at,
    )
    return bool(closed)
