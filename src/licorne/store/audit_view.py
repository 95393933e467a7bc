"""The audit trail as people read it: newest first, with the place of each row in the chain."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import ContactId, OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """``sequence`` is none while the row waits, for a second, to be linked into the chain."""

    event: AuditEvent
    sequence: int | None


@dataclass(frozen=True, slots=True)
class AuditCursor:
    at: datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What an auditor looks for; every part that is given must fit."""

    tag_prefix: str = ""  # such as "contact:" or "member:session"
    outcome: Outcome | None = None
    actor: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    connection: Connection,
    organization: OrganizationId,
    wanted: AuditFilter,
    *,
    after: AuditCursor | None = None,
    most: int = 50,
) -> tuple[ChainedEvent, ...]:
    rows = await connection.fetch(
        """
        SELECT e.id, e.at, e.tag, e.actor_kind, e.actor_id, e.subject_id, e.outcome, e.detail,
               e.via,               l.sequence
          FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id
         WHERE e.organization_id = $1
           AND ($2 = '' OR starts_with(e.tag, $2))
           AND ($3::text IS NULL OR e.outcome = $3)
           AND ($4::uuid IS NULL OR e.actor_id = $4)
           AND ($5::timestamptz IS NULL OR e.at >= $5)
           AND ($6::timestamptz IS NULL OR e.at < $6)
           AND ($7::timestamptz IS NULL OR (e.at, e.id) < ($7, $8::uuid))
         ORDER BY e.at DESC, e.id DESC LIMIT $9
        """,
        organization,
        wanted.tag_prefix,
        None if wanted.outcome is None else wanted.outcome.value,
        wanted.actor,
        wanted.since,
        wanted.until,
        None if after is None else after.at,
        None if after is None else after.id,
        most,
    )
    return tuple(
        ChainedEvent(
            AuditEvent(
                id=row["id"],
                organization=organization,
                at=row["at"],
                tag=Tag(row["tag"]),
                actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
                subject=row["subject_id"],
                outcome=Outcome(row["outcome"]),
                detail=row["detail"],
                via=row["via"],
            ),
            row["sequence"],
        )
        for row in rows
    )


async def contacts_of(
    connection: Connection, organization: OrganizationId, things: Sequence[uuid.UUID]
) -> dict[uuid.UUID, ContactId]:
    """Say which contact each thing is about: a contact, mailbox, thread, message or delivery.

    A message to several people is about none of them alone and is left out.
    """
    rows = await connection.fetch(
        """
        SELECT id, (array_agg(contact_id))[1] AS contact_id FROM (
            SELECT id, id AS contact_id FROM contact
             WHERE organization_id = $1 AND id = ANY($2::uuid[])
            UNION SELECT id, contact_id FROM mailbox
             WHERE organization_id = $1 AND id = ANY($2::uuid[])
            UNION SELECT id, contact_id FROM thread
             WHERE organization_id = $1 AND id = ANY($2::uuid[])
            UNION SELECT id, contact_id FROM delivery
             WHERE organization_id = $1 AND id = ANY($2::uuid[])
            UNION SELECT message_id, contact_id FROM delivery
             WHERE organization_id = $1 AND message_id = ANY($2::uuid[])
        ) AS known GROUP BY id HAVING count(DISTINCT contact_id) = 1
        """,
        organization,
        list(things),
    )
    return {row["id"]: ContactId(row["contact_id"]) for row in rows}
