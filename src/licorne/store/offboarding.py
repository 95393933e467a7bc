"""What moves when a member leaves: their threads, to a successor; two may become one there."""

import uuid
from datetime import datetime

from licorne.domain.identity.ids import MemberId, OrganizationId, ThreadId
from licorne.domain.message.thread import Inbox
from licorne.store.database import Connection


async def threads_of(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> tuple[ThreadId, ...]:
    """List a member's threads, locked: no reply comes into one while it moves."""
    rows = await connection.fetch(
        "SELECT id FROM thread WHERE organization_id = $1 AND owner_id = $2 ORDER BY id FOR UPDATE",
        organization,
        member,
    )
    return tuple(ThreadId(row["id"]) for row in rows)


async def move_thread(
    connection: Connection, organization: OrganizationId, thread: ThreadId, to: Inbox
) -> None:
    """Give a thread to another inbox.

    Where that has one with the same contact already, the messages join it: there is one thread per
    contact and inbox.
    """
    already = await connection.fetchval(
        "SELECT o.id FROM thread t JOIN thread o"
        " ON (o.organization_id, o.contact_id, o.number_epoch)"
        " = (t.organization_id, t.contact_id, t.number_epoch)"
        " WHERE t.organization_id = $1 AND t.id = $2 AND o.owner_id = $3 AND o.id <> t.id"
        " FOR UPDATE OF o",
        organization,
        thread,
        to.id,
    )
    if already is None:
        await connection.execute(
            "UPDATE thread SET owner_kind = $3, owner_id = $4, seen_at = NULL"
            " WHERE organization_id = $1 AND id = $2",
            organization,
            thread,
            to.kind.value,
            to.id,
        )
        return
    await connection.execute(
        "UPDATE delivery SET thread_id = $3 WHERE organization_id = $1 AND thread_id = $2",
        organization,
        thread,
        already,
    )
    await connection.execute(
        "UPDATE legal_hold SET thread_id = $3 WHERE organization_id = $1 AND thread_id = $2",
        organization,
        thread,
        already,
    )
    await connection.execute(
        "UPDATE thread o SET active_at = greatest(o.active_at, t.active_at) FROM thread t"
        " WHERE o.organization_id = $1 AND o.id = $2 AND t.organization_id = $1 AND t.id = $3",
        organization,
        already,
        thread,
    )


async def end_keys(connection: Connection, organization: OrganizationId, member: MemberId) -> None:
    """Let nothing more be sealed to a member: whoever was about to has to look anew."""
    await connection.execute(
        "DELETE FROM current_key WHERE organization_id = $1 AND owner_id = $2",
        organization,
        member,
    )


async def withdraw_invitations(
    connection: Connection, organization: OrganizationId, member: uuid.UUID, at: datetime
) -> None:
    """End the open invitations of a member, and those by which they would come back."""
    await connection.execute(
        "UPDATE invitation SET ended_at = $3 WHERE organization_id = $1 AND ended_at IS NULL"
        " AND (member_id = $2 OR invited_by = $2)",
        organization,
        member,
        at,
    )
