"""API tokens. The API finds one by ``find_all``, before the tenant is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.api_token import ApiToken, Scope
from licorne.domain.identity.ids import MemberId, OrganizationId, TokenId
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, member_id, service_id, label, scopes, secret_hash, created_at,"
    " expires_at, last_used_at, revoked_at"
)
_KNOWN_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class FoundToken:
    """Whose token a program showed, whether it still serves, and what reading numbers needs."""

    organization: OrganizationId
    id: TokenId
    actor: Actor
    scopes: frozenset[Scope]
    expires_at: datetime
    last_used_at: datetime | None
    revoked: bool
    suspended: bool
    region: str
    text_domains: frozenset[str]


async def find_all(
    connection: Connection, secret_hashes: Sequence[bytes]
) -> list[FoundToken | None]:
    """Find tokens by what is kept of them, in the order asked; None for those unknown."""
    rows = await connection.fetch(
        "SELECT asked.place, found.*"
        " FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (hash, place)"
        " CROSS JOIN LATERAL find_api_token(asked.hash) AS found",
        list(secret_hashes),
    )
    found: list[FoundToken | None] = [None] * len(secret_hashes)
    for row in rows:
        found[row["place"] - 1] = FoundToken(
            organization=OrganizationId(row["organization_id"]),
            id=TokenId(row["token_id"]),
            actor=_actor(row),
            scopes=_scopes(row),
            expires_at=row["expires_at"],
            last_used_at=row["last_used_at"],
            revoked=row["revoked"],
            suspended=row["suspended"],
            region=row["region"],
            text_domains=frozenset(row["text_domains"]),
        )
    return found


async def add(connection: Connection, token: ApiToken) -> None:
    is_member = token.actor.kind is ActorKind.MEMBER
    await connection.execute(
        "INSERT INTO api_token (organization_id, id, member_id, service_id, label, scopes,"
        " secret_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        token.organization,
        token.id,
        token.actor.id if is_member else None,
        None if is_member else token.actor.id,
        token.label,
        sorted(scope.value for scope in token.scopes),
        token.secret_hash,
        token.created_at,
        token.expires_at,
    )


async def fetch_all(
    connection: Connection, organization: OrganizationId, member: MemberId | None = None
) -> tuple[ApiToken, ...]:
    """Fetch the tokens that weren't revoked, newest first: all, or those of one member."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM api_token WHERE organization_id = $1"  # noqa: S608
        " AND revoked_at IS NULL AND ($2::uuid IS NULL OR member_id = $2)"
        " ORDER BY created_at DESC, id",
        organization,
        member,
    )
    return tuple(_token(row) for row in rows)


async def fetch(
    connection: Connection, organization: OrganizationId, token: TokenId
) -> ApiToken | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM api_token WHERE organization_id = $1 AND id = $2",  # noqa: S608
        organization,
        token,
    )
    return None if row is None else _token(row)


async def revoke(
    connection: Connection, organization: OrganizationId, token: TokenId, at: datetime
) -> bool:
    """Revoke one; False when there is none that still serves."""
    revoked = await connection.fetchval(
        "UPDATE api_token SET revoked_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id",
        organization,
        token,
        at,
    )
    return revoked is not None


async def revoke_of_service(
    connection: Connection, organization: OrganizationId, service: Actor, at: datetime
) -> None:
    await connection.execute(
        "UPDATE api_token SET revoked_at = $3"
        " WHERE organization_id = $1 AND service_id = $2 AND revoked_at IS NULL",
        organization,
        service.id,
        at,
    )


async def note_use(
    connection: Connection, organization: OrganizationId, token: TokenId, at: datetime
) -> None:
    """Remember when a program last called, to the minute."""
    await connection.execute(
        "UPDATE api_token SET last_used_at = $3 WHERE organization_id = $1 AND id = $2"
        " AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute')",
        organization,
        token,
        at,
    )


def _token(row: asyncpg.Record) -> ApiToken:
    return ApiToken(
        organization=OrganizationId(row["organization_id"]),
        id=TokenId(row["id"]),
        actor=_actor(row),
        label=row["label"],
        scopes=_scopes(row),
        secret_hash=row["secret_hash"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )


def _actor(row: asyncpg.Record) -> Actor:
    if row["member_id"] is not None:
        return Actor(ActorKind.MEMBER, row["member_id"])
    return Actor(ActorKind.SERVICE, row["service_id"])


def _scopes(row: asyncpg.Record) -> frozenset[Scope]:
    """Read the scopes; one that this release doesn't know allows nothing."""
    return frozenset(Scope(text) for text in row["scopes"] if text in _KNOWN_SCOPES)
