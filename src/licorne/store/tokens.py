"""API tokens: what a program calls with. The secret itself is known to that program only."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import MemberId, OrganizationId, ServiceId, TokenId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that acts for a member or for a service identity, never for both."""

    organization: OrganizationId
    id: TokenId
    member: MemberId | None
    service: ServiceId | None
    label: str
    scopes: tuple[str, ...]
    secret_hash: bytes
    created_at: datetime
    expires_at: datetime


async def add(connection: Connection, token: NewToken) -> None:
    await connection.execute(
        "INSERT INTO api_token (organization_id, id, member_id, service_id, label, scopes,"
        " secret_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        token.organization,
        token.id,
        token.member,
        token.service,
        token.label,
        list(token.scopes),
        token.secret_hash,
        token.created_at,
        token.expires_at,
    )
