"""Webhooks' endpoints, and what each has still to be told."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import OrganizationId, TokenId
from licorne.domain.identity.webhook import WebhookEndpoint
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, holder_kind, holder_id, token_id, url_sealed, types, secret_sealed,"
    " earlier_secret_sealed, earlier_until, after, failing_since, disabled_at, disabled_why,"
    " created_at"
)


async def add(connection: Connection, endpoint: WebhookEndpoint) -> None:
    await connection.execute(
        "INSERT INTO webhook_endpoint (organization_id, id, holder_kind, holder_id, token_id,"
        " url_sealed, types, secret_sealed, after, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        endpoint.organization,
        endpoint.id,
        endpoint.holder.kind.value,
        endpoint.holder.id,
        endpoint.token,
        endpoint.url_sealed,
        list(endpoint.types),
        endpoint.secret_sealed,
        endpoint.after,
        endpoint.created_at,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, *, lock: bool = False
) -> WebhookEndpoint | None:
    """Fetch one that wasn't removed, locking its row until the transaction ends when asked to."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM webhook_endpoint"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL"
        + (" FOR UPDATE" if lock else ""),
        organization,
        endpoint,
    )
    return None if row is None else _endpoint(row)


async def of_holder(
    connection: Connection, organization: OrganizationId, holder: Actor
) -> tuple[WebhookEndpoint, ...]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM webhook_endpoint"  # noqa: S608
        " WHERE organization_id = $1 AND holder_id = $2 AND removed_at IS NULL ORDER BY id",
        organization,
        holder.id,
    )
    return tuple(_endpoint(row) for row in rows)


async def behind(
    connection: Connection, most: int = 500
) -> tuple[tuple[OrganizationId, uuid.UUID], ...]:
    """Name endpoints that have events before them, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM webhooks_behind($1)", most)
    return tuple((OrganizationId(row["organization_id"]), row["endpoint_id"]) for row in rows)


async def set_secret(connection: Connection, changed: WebhookEndpoint) -> None:
    await connection.execute(
        "UPDATE webhook_endpoint SET secret_sealed = $3, earlier_secret_sealed = $4,"
        " earlier_until = $5, token_id = $6 WHERE organization_id = $1 AND id = $2",
        changed.organization,
        changed.id,
        changed.secret_sealed,
        changed.earlier_secret_sealed,
        changed.earlier_until,
        changed.token,
    )


async def go_on(connection: Connection, endpoint: WebhookEndpoint, after: int) -> None:
    await connection.execute(
        "UPDATE webhook_endpoint SET after = $3 WHERE organization_id = $1 AND id = $2",
        endpoint.organization,
        endpoint.id,
        after,
    )


async def set_failing(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, at: datetime | None
) -> None:
    """Remember since when it fails, or (None) that it takes events again."""
    await connection.execute(
        "UPDATE webhook_endpoint SET failing_since ="
        " CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE coalesce(failing_since, $3) END"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        endpoint,
        at,
    )


async def enable(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, token: TokenId
) -> None:
    """Let an endpoint be told again, on this token's word."""
    await connection.execute(
        "UPDATE webhook_endpoint SET disabled_at = NULL, disabled_why = NULL, failing_since = NULL,"
        " token_id = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        endpoint,
        token,
    )


async def set_disabled(
    connection: Connection,
    organization: OrganizationId,
    endpoint: uuid.UUID,
    at: datetime,
    why: str,
) -> None:
    await connection.execute(
        "UPDATE webhook_endpoint SET disabled_at = $3, disabled_why = $4, failing_since = NULL"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        endpoint,
        at,
        why,
    )


async def remove(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, at: datetime
) -> None:
    """Remove an endpoint, and what it was not told yet."""
    await connection.execute(
        "UPDATE webhook_endpoint SET removed_at = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        endpoint,
        at,
    )
    await connection.execute(
        "DELETE FROM webhook_message WHERE organization_id = $1 AND endpoint_id = $2",
        organization,
        endpoint,
    )


async def add_messages(
    connection: Connection,
    endpoint: WebhookEndpoint,
    messages: Sequence[tuple[uuid.UUID, bytes]],
    at: datetime,
) -> None:
    await connection.executemany(
        "INSERT INTO webhook_message (organization_id, endpoint_id, event_id, body, created_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        [(endpoint.organization, endpoint.id, event, body, at) for event, body in messages],
    )


async def begin_try(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, event: uuid.UUID
) -> tuple[bytes, int] | None:
    """Count a try of what wasn't taken yet; give its body and which try this is."""
    row = await connection.fetchrow(
        "UPDATE webhook_message SET tries = tries + 1"
        " WHERE organization_id = $1 AND endpoint_id = $2 AND event_id = $3"
        " RETURNING body, tries",
        organization,
        endpoint,
        event,
    )
    return None if row is None else (row["body"], row["tries"])


async def forget_message(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID, event: uuid.UUID
) -> None:
    """Forget what was taken: the trail knows the event itself."""
    await connection.execute(
        "DELETE FROM webhook_message"
        " WHERE organization_id = $1 AND endpoint_id = $2 AND event_id = $3",
        organization,
        endpoint,
        event,
    )


async def start_again(
    connection: Connection, organization: OrganizationId, endpoint: uuid.UUID
) -> tuple[uuid.UUID, ...]:
    """Name the events that an endpoint was not told while it was disabled."""
    rows = await connection.fetch(
        "UPDATE webhook_message SET tries = 0"
        " WHERE organization_id = $1 AND endpoint_id = $2 RETURNING event_id",
        organization,
        endpoint,
    )
    return tuple(row["event_id"] for row in rows)


def _endpoint(row: asyncpg.Record) -> WebhookEndpoint:
    return WebhookEndpoint(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        holder=Actor(ActorKind(row["holder_kind"]), row["holder_id"]),
        token=None if row["token_id"] is None else TokenId(row["token_id"]),
        url_sealed=row["url_sealed"],
        types=tuple(row["types"]),
        secret_sealed=row["secret_sealed"],
        earlier_secret_sealed=row["earlier_secret_sealed"],
        earlier_until=row["earlier_until"],
        after=row["after"],
        failing_since=row["failing_since"],
        disabled_at=row["disabled_at"],
        disabled_why=row["disabled_why"],
        created_at=row["created_at"],
    )
