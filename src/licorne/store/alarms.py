"""What owners and officers have to hear of, each until they have said that they did."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.store.database import Connection

_FOR_DAYS = 30  # nobody is shown for ever what nobody has looked at


class AlarmKind(enum.StrEnum):
    EMERGENCY = "emergency"
    RELEASE_ASKED = "release_asked"
    RELEASED = "released"
    KIT_USED = "kit_used"
    HOLDERS_CHANGED = "holders_changed"


@dataclass(frozen=True, slots=True)
class Alarm:
    id: uuid.UUID
    kind: AlarmKind
    raised_by: MemberId
    subject: uuid.UUID | None
    raised_at: datetime


async def add(connection: Connection, organization: OrganizationId, alarm: Alarm) -> None:
    await connection.execute(
        "INSERT INTO alarm (organization_id, id, kind, raised_by, subject_id, raised_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        organization,
        alarm.id,
        alarm.kind.value,
        alarm.raised_by,
        alarm.subject,
        alarm.raised_at,
    )


async def unseen(
    connection: Connection, organization: OrganizationId, member: MemberId, at: datetime
) -> tuple[Alarm, ...]:
    """List what others did that this member hasn't said to have seen, the newest first."""
    rows = await connection.fetch(
        "SELECT id, kind, raised_by, subject_id, raised_at FROM alarm a"
        " WHERE organization_id = $1 AND raised_by <> $2"
        " AND raised_at > $3::timestamptz - make_interval(days => $4)"
        " AND NOT EXISTS (SELECT FROM alarm_seen s WHERE s.organization_id = $1"
        " AND s.alarm_id = a.id AND s.member_id = $2) ORDER BY raised_at DESC LIMIT 20",
        organization,
        member,
        at,
        _FOR_DAYS,
    )
    return tuple(_alarm(row) for row in rows)


def _alarm(row: asyncpg.Record) -> Alarm:
    return Alarm(
        row["id"],
        AlarmKind(row["kind"]),
        MemberId(row["raised_by"]),
        row["subject_id"],
        row["raised_at"],
    )


async def fetch(
    connection: Connection, organization: OrganizationId, alarm: uuid.UUID
) -> Alarm | None:
    row = await connection.fetchrow(
        "SELECT id, kind, raised_by, subject_id, raised_at FROM alarm"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        alarm,
    )
    return None if row is None else _alarm(row)


async def mark_seen(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    alarm: uuid.UUID,
    at: datetime,
) -> bool:
    """Note it; False where there is no such alarm. A second time changes nothing."""
    there = await connection.fetchval(
        "SELECT true FROM alarm WHERE organization_id = $1 AND id = $2", organization, alarm
    )
    if there:
        await connection.execute(
            "INSERT INTO alarm_seen (organization_id, alarm_id, member_id, seen_at)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            organization,
            alarm,
            member,
            at,
        )
    return bool(there)
