"""Whose data could a session, a token or a member have seen: from the audit trail, in one query."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.incident.exposure import ExposureAsked, Reach
from licorne.store.contacts import contact_of
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class ExposedContact:
    contact: Contact
    reach: Reach
    opened: int  # messages
    files: int
    given_out: int  # messages, in copies
    written: int  # messages and notes
    first_at: datetime | None  # none: nothing of theirs was touched
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsedWay:
    """A session, token or app password through which something was done."""

    via: uuid.UUID
    actor: uuid.UUID
    kind: str  # session, token or app-password
    label: str  # as its owner named it; a session has none
    first_at: datetime
    last_at: datetime
    acts: int


# Who acted, what about; the contacts that these things are about; what lists showed; and whose
# conversations lay in the inboxes of whoever acted. What was refused was not seen.
_EXPOSURE = """
    WITH acts AS (
        SELECT tag, subject_id, actor_id, actor_kind, at FROM audit_event
         WHERE organization_id = $1 AND outcome = 'done'
           AND actor_kind IN ('member', 'service')
           AND ($2::uuid IS NULL OR via = $2) AND ($3::uuid IS NULL OR actor_id = $3)
           AND at >= $4 AND at < $5),
    about AS (SELECT DISTINCT subject_id AS thing FROM acts WHERE subject_id IS NOT NULL),
    placed AS (
        SELECT message_id AS thing, contact_id FROM message_place
         WHERE organization_id = $1 AND message_id IN (SELECT thing FROM about)
        UNION SELECT id, contact_id FROM delivery
         WHERE organization_id = $1 AND id IN (SELECT thing FROM about)
        UNION SELECT id, contact_id FROM thread
         WHERE organization_id = $1 AND id IN (SELECT thing FROM about)
        UNION SELECT id, contact_id FROM mailbox
         WHERE organization_id = $1 AND id IN (SELECT thing FROM about)
        UNION SELECT id, id FROM contact
         WHERE organization_id = $1 AND id IN (SELECT thing FROM about)),
    touched AS (
        SELECT p.contact_id,
               count(*) FILTER (WHERE a.tag = 'member:message:opened') AS opened,
               count(*) FILTER (WHERE a.tag = 'member:attachment:downloaded') AS files,
               count(*) FILTER (WHERE a.tag = 'member:message:exported') AS given_out,
               count(*) FILTER (WHERE a.tag IN (
                   'member:message:accepted', 'member:note:added')) AS written,
               min(a.at) AS first_at, max(a.at) AS last_at
          FROM acts a JOIN placed p ON p.thing = a.subject_id GROUP BY p.contact_id),
    listed AS (
        SELECT max(at) FILTER (WHERE tag IN (
                   'member:inbox:seen', 'service:thread:seen', 'service:message:state_read',
                   'service:contact:seen')) AS inbox_at,
               max(at) FILTER (WHERE tag = 'member:contact:seen') AS contacts_at
          FROM acts WHERE subject_id IS NULL),
    actors AS (
        SELECT DISTINCT actor_id AS id FROM acts UNION SELECT $3::uuid WHERE $3 IS NOT NULL),
    inboxes AS (
        SELECT id FROM actors
        UNION SELECT team_id FROM team_member
         WHERE organization_id = $1 AND member_id IN (SELECT id FROM actors) AND NOT pending
        UNION SELECT team_id FROM service_identity
         WHERE organization_id = $1 AND id IN (SELECT id FROM actors)),
    within AS (
        SELECT contact_id, min(created_at) AS since FROM thread
         WHERE organization_id = $1 AND created_at < $5
           AND owner_id IN (SELECT id FROM inboxes) GROUP BY contact_id)
    SELECT c, t.opened, t.files, t.given_out, t.written, t.first_at, t.last_at,
           CASE WHEN t.opened + t.files + t.given_out + t.written > 0 THEN 'content'
                WHEN t.contact_id IS NOT NULL OR w.since <= l.inbox_at
                  OR c.created_at <= l.contacts_at THEN 'named'
                ELSE 'within_reach' END AS reach
      FROM contact c CROSS JOIN listed l
      LEFT JOIN touched t ON t.contact_id = c.id
      LEFT JOIN within w ON w.contact_id = c.id
     WHERE c.organization_id = $1
       AND (t.contact_id IS NOT NULL OR w.contact_id IS NOT NULL
            OR c.created_at <= l.contacts_at)
     ORDER BY t.opened + t.files + t.given_out + t.written DESC NULLS LAST,
              t.first_at NULLS LAST, c.id
"""


async def exposed(
    connection: Connection, organization: OrganizationId, asked: ExposureAsked
) -> tuple[ExposedContact, ...]:
    """List the people whose data it saw or could have seen, those with opened messages first.

    What lay within reach is judged by today's teams and owners of conversations.
    """
    rows = await connection.fetch(
        _EXPOSURE, organization, asked.via, asked.actor, asked.since, asked.until
    )
    return tuple(
        ExposedContact(
            contact=contact_of(row["c"]),
            reach=Reach(row["reach"]),
            opened=row["opened"] or 0,
            files=row["files"] or 0,
            given_out=row["given_out"] or 0,
            written=row["written"] or 0,
            first_at=row["first_at"],
            last_at=row["last_at"],
        )
        for row in rows
    )


async def used_ways(
    connection: Connection, organization: OrganizationId, since: datetime, most: int = 200
) -> tuple[UsedWay, ...]:
    """List what was acted through since then, the latest first."""
    rows = await connection.fetch(
        """
        SELECT e.*, coalesce(t.label, p.label, '') AS label,
               CASE WHEN t.id IS NOT NULL THEN 'token'
                    WHEN p.id IS NOT NULL THEN 'app-password' ELSE 'session' END AS kind
          FROM (SELECT via, actor_id, min(at) AS first_at, max(at) AS last_at, count(*) AS acts
                  FROM audit_event
                 WHERE organization_id = $1 AND via IS NOT NULL AND at >= $2
                 GROUP BY via, actor_id ORDER BY max(at) DESC LIMIT $3) AS e
          LEFT JOIN api_token t ON (t.organization_id, t.id) = ($1, e.via)
          LEFT JOIN app_password p ON (p.organization_id, p.id) = ($1, e.via)
         ORDER BY e.last_at DESC
        """,
        organization,
        since,
        most,
    )
    return tuple(
        UsedWay(
            via=row["via"],
            actor=row["actor_id"],
            kind=row["kind"],
            label=row["label"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            acts=row["acts"],
        )
        for row in rows
    )
