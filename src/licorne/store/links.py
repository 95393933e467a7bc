"""Links: where a token leads. They locate a delivery and authorise nothing."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, DeliveryId, OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class FoundLink:
    """What can be known before the tenant is."""

    organization: OrganizationId
    delivery: DeliveryId


async def find(connection: Connection, token_hash: bytes) -> FoundLink | None:
    """Find a link across organizations, by its token's hash."""
    row = await connection.fetchrow("SELECT * FROM find_link($1)", token_hash)
    if row is None:
        return None
    return FoundLink(OrganizationId(row["organization_id"]), DeliveryId(row["delivery_id"]))


async def expiry(
    connection: Connection, organization: OrganizationId, token_hash: bytes
) -> datetime | None:
    ends: datetime | None = await connection.fetchval(
        "SELECT expires_at FROM link WHERE organization_id = $1 AND token_hash = $2",
        organization,
        token_hash,
    )
    return ends


async def find_contacts(
    connection: Connection, number_lookup: bytes
) -> tuple[tuple[OrganizationId, ContactId], ...]:
    """Find who has a number in any organization, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM find_contacts_by_number($1)", number_lookup)
    return tuple(
        (OrganizationId(row["organization_id"]), ContactId(row["contact_id"])) for row in rows
    )
