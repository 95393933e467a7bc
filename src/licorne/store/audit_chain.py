"""The audit's chains: what is still to be linked, the links, and the way back along them.

A chain is an organization's, or the installation's own under the nil id, whose events name no
organization. Every function runs in ``Database.tenant`` of its chain unless it says otherwise.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from licorne.domain.audit.chain import ChainHead, ChainLink
from licorne.domain.audit.event import AuditEvent, Outcome, canonical_bytes
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import NOBODY, Actor, ActorKind
from licorne.domain.identity.ids import OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class LinkedEvent:
    """A link as stored, and its event as stored now; none where it is gone or can't be read."""

    link: ChainLink
    event: AuditEvent | None
    linked_at: datetime


_EVENT_COLUMNS = (
    "e.id, e.organization_id, e.at, e.tag, e.actor_kind, e.actor_id, e.subject_id, e.outcome,"
    " e.detail, e.via"
)


async def chains_to_link(connection: Connection, most: int) -> tuple[OrganizationId, ...]:
    """Name the chains that have events to link, before the tenant is known."""
    rows = await connection.fetch("SELECT DISTINCT organization_id FROM pending_audit($1)", most)
    return tuple(OrganizationId(row["organization_id"]) for row in rows)


async def all_chains(connection: Connection) -> tuple[OrganizationId, ...]:
    """Name every organization's chain and the installation's, before the tenant is known."""
    rows = await connection.fetch("SELECT * FROM audited_organizations() AS id ORDER BY id")
    return tuple(OrganizationId(row["id"]) for row in rows)


async def be_the_sequencer(connection: Connection, chain: OrganizationId) -> bool:
    """Take the chain's lock until the transaction ends; False where another holds it."""
    taken = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"audit chain {chain}"
    )
    return bool(taken)


async def head(connection: Connection, chain: OrganizationId) -> ChainHead | None:
    """Give where the chain has got to; nothing for an empty one."""
    row = await connection.fetchrow(
        "SELECT sequence, hash FROM audit_link WHERE organization_id = $1"
        " ORDER BY sequence DESC LIMIT 1",
        chain,
    )
    return None if row is None else ChainHead(row["sequence"], row["hash"])


async def pending(
    connection: Connection, chain: OrganizationId, most: int
) -> tuple[AuditEvent, ...]:
    """Give events that wait to be linked, oldest first."""
    rows = await connection.fetch(
        f"SELECT {_EVENT_COLUMNS} FROM audit_event e WHERE e.id = ANY(ARRAY("  # noqa: S608
        " SELECT event_id FROM audit_pending WHERE organization_id = $1"
        " ORDER BY event_id LIMIT $2)) ORDER BY e.at, e.id",
        chain,
        most,
    )
    events = (_event(row) for row in rows)
    return tuple(event for event in events if event is not None)


async def count_pending(connection: Connection, chain: OrganizationId) -> int:
    count: int = await connection.fetchval(
        "SELECT count(*) FROM audit_pending WHERE organization_id = $1", chain
    )
    return count


async def append(
    connection: Connection,
    chain: OrganizationId,
    links: Sequence[ChainLink],
    events: Sequence[AuditEvent],
    at: datetime,
) -> None:
    """Insert the links of these events, in order; they are pending no longer."""
    identities = [event.id for event in events]
    await connection.execute(
        "INSERT INTO audit_link (organization_id, sequence, event_id, previous, hash, linked_at)"
        " SELECT $1, s, e, p, h, $6"
        " FROM unnest($2::bigint[], $3::uuid[], $4::bytea[], $5::bytea[]) AS u (s, e, p, h)",
        chain,
        [link.sequence for link in links],
        identities,
        [link.previous for link in links],
        [link.hash for link in links],
        at,
    )
    await connection.execute(
        "DELETE FROM audit_pending WHERE organization_id = $1 AND event_id = ANY($2)",
        chain,
        identities,
    )


async def links_after(
    connection: Connection, chain: OrganizationId, sequence: int, most: int
) -> tuple[LinkedEvent, ...]:
    """Give the links that follow a place in the chain, each with its event as it is stored now."""
    rows = await connection.fetch(
        f"SELECT l.sequence, l.previous, l.hash, l.linked_at, {_EVENT_COLUMNS} FROM audit_link l"  # noqa: S608
        " LEFT JOIN audit_event e ON e.id = l.event_id"
        " WHERE l.organization_id = $1 AND l.sequence > $2 ORDER BY l.sequence LIMIT $3",
        chain,
        sequence,
        most,
    )
    return tuple(_linked(row) for row in rows)


async def never_linked(
    connection: Connection, chain: OrganizationId, patience: timedelta
) -> tuple[uuid.UUID, ...]:
    """Name events that have no link though one younger by ``patience`` has: somebody hid them."""
    rows = await connection.fetch(
        "SELECT e.id FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id"
        " WHERE e.organization_id IS NOT DISTINCT FROM $1 AND l.event_id IS NULL AND e.at + $3 <"
        " (SELECT max(y.at) FROM audit_event y JOIN audit_link k ON k.event_id = y.id"
        "   WHERE k.organization_id = $2)"
        " ORDER BY e.at LIMIT 100",
        _as_stored(chain),
        chain,
        patience,
    )
    return tuple(row["id"] for row in rows)


def _as_stored(chain: OrganizationId) -> uuid.UUID | None:
    return None if chain == INSTALLATION_CHAIN else chain


def _linked(row: asyncpg.Record) -> LinkedEvent:
    event = _event(row)
    link = ChainLink(
        sequence=row["sequence"],
        previous=row["previous"],
        hash=row["hash"],
        event=b"" if event is None else canonical_bytes(event),
    )
    return LinkedEvent(link, event, row["linked_at"])


def _event(row: asyncpg.Record) -> AuditEvent | None:
    try:
        return AuditEvent(
            id=row["id"],
            organization=row["organization_id"],
            at=row["at"],
            tag=Tag(row["tag"]),
            actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"] or NOBODY),
            subject=row["subject_id"],
            outcome=Outcome(row["outcome"]),
            detail=row["detail"],
            via=row["via"],
        )
    except ValueError:  # not written by us: a tag that never was
        return None
