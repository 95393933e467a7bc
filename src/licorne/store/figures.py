"""Figures for those who watch over the installation: counts and ages, of all practices together.

Read as ``licorne_worker``, from what it may read before the tenant is known. Nothing here grows
with the number of messages kept.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import OrganizationId
from licorne.store.database import Connection, Database

_MOST = 100_000  # counted no further

# Rows ever written, as the server counts them: cheap, and no more exact than that.
_WRITTEN = {
    "messages": "message",
    "deliveries": "delivery",
    "notice_tries": "notice_attempt",
    "receipts": "carrier_event",
}


@dataclass(frozen=True, slots=True)
class Figures:
    jobs_waiting: int  # due, and not begun
    job_waiting_since: datetime | None
    audit_pending: int
    audit_waiting_since: datetime | None
    shred_orders_open: int
    backed_up_at: datetime | None
    written: dict[str, int]


async def fetch(database: Database) -> Figures:
    async with database.before_tenant() as connection:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM pending_audit($1)) AS audit_pending,"
            " (SELECT min(event_id::text) FROM pending_audit($1)) AS oldest_event,"
            " (SELECT count(*) FROM open_shred_orders($2)) AS shred_orders,"
            " j.waiting, j.since FROM (SELECT count(*) AS waiting, min(execute_after) AS since"
            "   FROM jobs.pgqueuer WHERE status = 'queued' AND execute_after <= now()) AS j",
            _MOST,
            _MOST,
        )
        assert row is not None
        written = await _written(connection)
    return Figures(
        jobs_waiting=row["waiting"],
        job_waiting_since=row["since"],
        audit_pending=row["audit_pending"],
        audit_waiting_since=_time_of(row["oldest_event"]),
        shred_orders_open=row["shred_orders"],
        backed_up_at=await _backed_up_at(database),
        written=written,
    )


async def _written(connection: Connection) -> dict[str, int]:
    rows = await connection.fetch(
        "SELECT relname, n_tup_ins FROM pg_stat_all_tables"
        " WHERE schemaname = 'licorne' AND relname = ANY($1)",
        list(_WRITTEN.values()),
    )
    counts = {row["relname"]: row["n_tup_ins"] for row in rows}
    return {name: counts.get(table, 0) for name, table in _WRITTEN.items()}


async def _backed_up_at(database: Database) -> datetime | None:
    async with database.tenant(OrganizationId(INSTALLATION_CHAIN)) as connection:
        at: datetime | None = await connection.fetchval(
            "SELECT at FROM audit_event WHERE organization_id IS NULL AND tag = $1"
            " ORDER BY at DESC LIMIT 1",
            Tag.BACKUP_MADE.value,
        )
    return at


def _time_of(event: str | None) -> datetime | None:
    """Read the time out of an event's id (RFC 9562 §5.7); ids are made when the event is."""
    if event is None:
        return None
    return datetime.fromtimestamp((uuid.UUID(event).int >> 80) / 1000, UTC)
