"""Mails about replies: who is told of which, what has become of each, and what members wish."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from licorne.domain.identity.ids import DeliveryId, MemberId, OrganizationId, ThreadId
from licorne.domain.identity.role import Role
from licorne.domain.message.reply_notice import NoticeKind, NoticeState, ReplyNotice
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.store.database import Connection

# A thread's reader is a member whose own it is, or who holds the key of the team whose it is.
_READS = """
    (t.owner_id = m.id OR EXISTS (
        SELECT FROM team_member r WHERE NOT r.pending
           AND (r.organization_id, r.team_id, r.member_id) = (m.organization_id, t.owner_id, m.id)))
"""
# An assigned thread is the assignee's to be told of, while they may be.
_IS_TOLD = """
    (t.assigned_to IS NULL OR t.assigned_to = m.id OR NOT EXISTS (
        SELECT FROM member a WHERE (a.organization_id, a.id) = (t.organization_id, t.assigned_to)
           AND a.reply_mails AND a.suspended_at IS NULL AND a.removed_at IS NULL))
"""


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """A reply that nobody has opened yet."""

    delivery: DeliveryId
    thread: ThreadId
    inbox: Inbox
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A member who is to be told: suspended and removed ones are left out."""

    id: MemberId
    role: Role


@dataclass(frozen=True, slots=True)
class MailWishes:
    """Which mails a member wants; their language is the member's."""

    reply_mails: bool


async def waiting_reply(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> WaitingReply | None:
    row = await connection.fetchrow(
        "SELECT d.thread_id, d.created_at, t.owner_kind, t.owner_id FROM delivery d JOIN thread t"
        " ON (t.organization_id, t.id) = (d.organization_id, d.thread_id)"
        " WHERE d.organization_id = $1 AND d.id = $2"
        " AND d.direction = 'in' AND d.state = 'received'",
        organization,
        delivery,
    )
    if row is None:
        return None
    return WaitingReply(
        delivery,
        ThreadId(row["thread_id"]),
        Inbox(OwnerKind(row["owner_kind"]), row["owner_id"]),
        row["created_at"],
    )


async def to_be_told(
    connection: Connection, organization: OrganizationId, thread: ThreadId
) -> tuple[Told, ...]:
    """Name who reads a thread and wants mails; their rows stay locked, one after the other."""
    rows = await connection.fetch(
        f"SELECT m.id, m.role FROM member m, thread t WHERE m.organization_id = $1"  # noqa: S608
        " AND t.organization_id = $1 AND t.id = $2 AND m.reply_mails"
        f" AND m.suspended_at IS NULL AND m.removed_at IS NULL AND {_READS} AND {_IS_TOLD}"
        " ORDER BY m.id FOR NO KEY UPDATE OF m",
        organization,
        thread,
    )
    return tuple(Told(MemberId(row["id"]), Role(row["role"])) for row in rows)


async def lock_member(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> Told | None:
    row = await connection.fetchrow(
        "SELECT id, role FROM member WHERE organization_id = $1 AND id = $2"
        " AND suspended_at IS NULL AND removed_at IS NULL FOR NO KEY UPDATE",
        organization,
        member,
    )
    return None if row is None else Told(MemberId(row["id"]), Role(row["role"]))


async def covered_until(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    kind: NoticeKind,
    inbox: uuid.UUID | None,
) -> datetime | None:
    """Say until when replies are told by mails that were decided on already."""
    covered: datetime | None = await connection.fetchval(
        "SELECT max(covers) FROM reply_notice WHERE organization_id = $1 AND member_id = $2"
        " AND kind = $3 AND inbox_id IS NOT DISTINCT FROM $4",
        organization,
        member,
        kind.value,
        inbox,
    )
    return covered


async def add(connection: Connection, notice: ReplyNotice, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO reply_notice (organization_id, id, member_id, kind, inbox_id, covers, state,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        notice.organization,
        notice.id,
        notice.member,
        notice.kind.value,
        notice.inbox,
        notice.covers,
        notice.state.value,
        at,
    )


async def forget_old(
    connection: Connection, organization: OrganizationId, member: MemberId, before: datetime
) -> None:
    await connection.execute(
        "DELETE FROM reply_notice WHERE organization_id = $1 AND member_id = $2 AND done_at < $3",
        organization,
        member,
        before,
    )


async def fetch(
    connection: Connection, organization: OrganizationId, notice: uuid.UUID
) -> ReplyNotice | None:
    """Fetch and lock a notice."""
    row = await connection.fetchrow(
        "SELECT member_id, kind, inbox_id, covers, state, tries FROM reply_notice"
        " WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization,
        notice,
    )
    return None if row is None else _notice(organization, notice, row)


async def set_state(
    connection: Connection,
    notice: ReplyNotice,
    state: NoticeState,
    *,
    tries: int,
    reason: str | None = None,
    done_at: datetime | None = None,
) -> None:
    await connection.execute(
        "UPDATE reply_notice SET state = $3, tries = $4, reason = $5, done_at = $6"
        " WHERE organization_id = $1 AND id = $2",
        notice.organization,
        notice.id,
        state.value,
        tries,
        reason,
        done_at,
    )


async def unread_threads(
    connection: Connection, organization: OrganizationId, member: MemberId, until: datetime
) -> tuple[ThreadId, ...]:
    """Name threads with replies that wait for this member: two at most, more need no counting."""
    rows = await connection.fetch(
        f"SELECT t.id FROM member m, thread t WHERE m.organization_id = $1"  # noqa: S608
        f" AND t.organization_id = $1 AND m.id = $2 AND {_READS} AND {_IS_TOLD}"
        " AND EXISTS (SELECT FROM delivery d"
        "  WHERE (d.organization_id, d.thread_id) = (t.organization_id, t.id)"
        "  AND d.direction = 'in' AND d.state = 'received' AND d.created_at <= $3) LIMIT 2",
        organization,
        member,
        until,
    )
    return tuple(ThreadId(row["id"]) for row in rows)


async def waits_in(
    connection: Connection, organization: OrganizationId, inbox: uuid.UUID, until: datetime
) -> tuple[ThreadId, ...]:
    """Name threads of an inbox with replies that came before a time and wait: two at most."""
    rows = await connection.fetch(
        "SELECT t.id FROM thread t WHERE t.organization_id = $1 AND t.owner_id = $2"
        " AND EXISTS (SELECT FROM delivery d"
        "  WHERE (d.organization_id, d.thread_id) = (t.organization_id, t.id)"
        "  AND d.direction = 'in' AND d.state = 'received' AND d.created_at <= $3) LIMIT 2",
        organization,
        inbox,
        until,
    )
    return tuple(ThreadId(row["id"]) for row in rows)


async def may_read(
    connection: Connection, organization: OrganizationId, member: MemberId, inbox: uuid.UUID
) -> bool:
    found: bool = await connection.fetchval(
        "SELECT $2::uuid = $3::uuid OR EXISTS (SELECT FROM team_member WHERE organization_id = $1"
        " AND member_id = $2 AND team_id = $3 AND NOT pending)",
        organization,
        member,
        inbox,
    )
    return found


async def wishes(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> MailWishes:
    row = await connection.fetchrow(
        "SELECT reply_mails FROM member WHERE organization_id = $1 AND id = $2",
        organization,
        member,
    )
    if row is None:
        raise LookupError("no such member")
    return MailWishes(row["reply_mails"])


async def set_wishes(
    connection: Connection, organization: OrganizationId, member: MemberId, wanted: MailWishes
) -> None:
    await connection.execute(
        "UPDATE member SET reply_mails = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        member,
        wanted.reply_mails,
    )


@dataclass(frozen=True, slots=True)
class Escalation:
    """After how long an unread reply is a colleague's business, and whose."""

    after: timedelta
    to: MemberId


async def escalation(
    connection: Connection, organization: OrganizationId, inbox: Inbox
) -> Escalation | None:
    """Fetch an inbox's policy; none where it is off."""
    table = "team" if inbox.kind is OwnerKind.TEAM else "member"
    row = await connection.fetchrow(
        f"SELECT escalate_after, escalate_to FROM {table}"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2",
        organization,
        inbox.id,
    )
    if row is None or row["escalate_after"] is None or row["escalate_to"] is None:
        return None
    return Escalation(row["escalate_after"], MemberId(row["escalate_to"]))


async def set_escalation(
    connection: Connection, organization: OrganizationId, inbox: Inbox, policy: Escalation | None
) -> None:
    table = "team" if inbox.kind is OwnerKind.TEAM else "member"
    await connection.execute(
        f"UPDATE {table} SET escalate_after = $3, escalate_to = $4"  # noqa: S608
        " WHERE organization_id = $1 AND id = $2",
        organization,
        inbox.id,
        None if policy is None else policy.after,
        None if policy is None else policy.to,
    )


def _notice(organization: OrganizationId, notice: uuid.UUID, row: asyncpg.Record) -> ReplyNotice:
    return ReplyNotice(
        organization=organization,
        id=notice,
        member=MemberId(row["member_id"]),
        kind=NoticeKind(row["kind"]),
        inbox=row["inbox_id"],
        covers=row["covers"],
        state=NoticeState(row["state"]),
        tries=row["tries"],
    )
