"""Notices: what must be known to announce a delivery, the tries made, and their links."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, DeliveryId, OrganizationId
from licorne.domain.identity.language import Language, parse_language
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.notice.attempt import Attempt, AttemptState
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.store.database import Connection
from licorne.store.jobs import NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A delivery, its message and the person it is for, as announcing needs them."""

    state: DeliveryState
    flags: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    content_ended: bool  # recalled, expired or shredded
    contact: ContactId
    number_sealed: bytes
    opted_out: bool  # asked for no more texts, or took back what was agreed
    number_changed_hands: bool  # the mailbox belongs to an earlier owner of the number
    practice: str
    language: Language | None  # the contact's
    practice_language: Language | None
    notice_wording: str | None  # the practice's own, in its language
    nudge_wording: str | None
    carriers: tuple[str, ...]
    links: int  # how many links were made so far


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that a new announcement brings; the token itself is never stored."""

    token_hash: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """A try about to be made; committed before the carrier is asked."""

    id: uuid.UUID
    delivery: DeliveryId
    announcement: uuid.UUID
    kind: NoticeKind
    link_number: int
    carrier: str
    segments: int


@dataclass(frozen=True, slots=True)
class FoundAttempt:
    id: uuid.UUID
    delivery: DeliveryId
    announcement: uuid.UUID
    kind: NoticeKind
    carrier: str
    state: AttemptState


# In the order of ids, so that two who lock some of the same deliveries wait and don't deadlock.
_FACTS = """
    SELECT d.id, d.state, d.flags, d.created_at, m.expires_at, c.id AS contact, c.number_sealed,
           m.recalled_at IS NOT NULL OR m.contact_copy_ended_at IS NOT NULL AS content_ended,
           c.opted_out_at IS NOT NULL
             OR consent_revoked(c.organization_id, c.id, c.number_epoch) AS opted_out,
           b.number_epoch <> c.number_epoch OR c.removed_at IS NOT NULL AS number_changed_hands,
           o.name AS practice, c.language, o.locale, o.notice_wording, o.nudge_wording, o.carriers,
           d.links
      FROM delivery d
      JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
      JOIN contact c ON (c.organization_id, c.id) = (d.organization_id, d.contact_id)
      JOIN mailbox b ON (b.organization_id, b.id) = (d.organization_id, d.mailbox_id)
      JOIN organization o ON o.id = d.organization_id
     WHERE d.organization_id = $1 AND d.id = ANY($2::uuid[])
     ORDER BY d.id FOR UPDATE OF d
"""


async def facts(
    connection: Connection, organization: OrganizationId, wanted: Iterable[DeliveryId]
) -> dict[DeliveryId, NoticeFacts]:
    """Fetch what announcing must know and lock the deliveries: one worker at a time decides."""
    rows = await connection.fetch(_FACTS, organization, list(wanted))
    return {
        DeliveryId(row["id"]): NoticeFacts(
            state=DeliveryState(row["state"]),
            flags=tuple(row["flags"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            content_ended=row["content_ended"],
            contact=ContactId(row["contact"]),
            number_sealed=row["number_sealed"],
            opted_out=row["opted_out"],
            number_changed_hands=row["number_changed_hands"],
            practice=row["practice"],
            language=parse_language(row["language"]),
            practice_language=parse_language(row["locale"]),
            notice_wording=row["notice_wording"],
            nudge_wording=row["nudge_wording"],
            carriers=tuple(row["carriers"]),
            links=row["links"],
        )
        for row in rows
    }


async def begun(
    connection: Connection,
    organization: OrganizationId,
    wanted: Iterable[DeliveryId],
    announcements: Iterable[uuid.UUID],
) -> set[uuid.UUID]:
    """Say which announcements have a try already. Ask after the deliveries were locked."""
    rows = await connection.fetch(
        "SELECT DISTINCT announcement_id FROM notice_attempt"
        " WHERE organization_id = $1 AND delivery_id = ANY($2::uuid[])"
        " AND announcement_id = ANY($3::uuid[])",
        organization,
        list(wanted),
        list(announcements),
    )
    return {row["announcement_id"] for row in rows}


async def attempts(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    announcement: uuid.UUID,
) -> tuple[Attempt, ...]:
    """Give an announcement's tries, oldest first."""
    rows = await connection.fetch(
        "SELECT id, carrier, state, reason, tries, created_at, updated_at FROM notice_attempt"
        " WHERE organization_id = $1 AND delivery_id = $2 AND announcement_id = $3"
        " ORDER BY created_at, id",
        organization,
        delivery,
        announcement,
    )
    return tuple(
        Attempt(
            id=row["id"],
            carrier=row["carrier"],
            state=AttemptState(row["state"]),
            reason=None if row["reason"] is None else CarrierReason(row["reason"]),
            tries=row["tries"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )
        for row in rows
    )


async def link_of(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    announcement: uuid.UUID,
) -> tuple[int, bytes] | None:
    """Give the number and the hash of the link that an announcement's earlier tries carried."""
    row = await connection.fetchrow(
        "SELECT a.link_number, l.token_hash FROM notice_attempt a"
        " JOIN link l ON (l.organization_id, l.delivery_id, l.number)"
        "   = (a.organization_id, a.delivery_id, a.link_number)"
        " WHERE a.organization_id = $1 AND a.delivery_id = $2 AND a.announcement_id = $3 LIMIT 1",
        organization,
        delivery,
        announcement,
    )
    return None if row is None else (row["link_number"], row["token_hash"])


_BEGIN = """
    INSERT INTO notice_attempt (organization_id, id, delivery_id, announcement_id, kind,
        link_number, carrier, state, segments, created_at, updated_at)
    SELECT $1, id, delivery_id, announcement_id, kind, link_number, carrier, 'sending', segments,
           $9, $9
      FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::text[],
                  $8::smallint[])
        AS begun (id, delivery_id, announcement_id, kind, link_number, carrier, segments)
"""
_LINK_AND_BEGIN = f"""
    WITH brought AS (
        SELECT * FROM unnest($10::bytea[], $11::uuid[], $12::integer[], $13::timestamptz[])
            AS brought (token_hash, delivery_id, number, expires_at)
    ), counted AS (
        UPDATE delivery d SET links = brought.number FROM brought
         WHERE d.organization_id = $1 AND d.id = brought.delivery_id
    ), linked AS (
        INSERT INTO link (token_hash, organization_id, delivery_id, number, created_at, expires_at)
        SELECT token_hash, $1, delivery_id, number, $9, expires_at FROM brought
    )
    {_BEGIN}
"""  # noqa: S608 - made of constants


async def begin(
    connection: Connection,
    organization: OrganizationId,
    beginning: Sequence[tuple[NewAttempt, NewLink | None]],
    at: datetime,
) -> None:
    """Insert tries as *sending*, each with the link of an announcement that has none yet."""
    attempts = [attempt for attempt, _ in beginning]
    values: list[object] = [
        organization,
        [one.id for one in attempts],
        [one.delivery for one in attempts],
        [one.announcement for one in attempts],
        [one.kind.value for one in attempts],
        [one.link_number for one in attempts],
        [one.carrier for one in attempts],
        [one.segments for one in attempts],
        at,
    ]
    brought = [(attempt, link) for attempt, link in beginning if link is not None]
    if not brought:
        await connection.execute(_BEGIN, *values)
        return
    values += [
        [link.token_hash for _, link in brought],
        [attempt.delivery for attempt, _ in brought],
        [attempt.link_number for attempt, _ in brought],
        [link.expires_at for _, link in brought],
    ]
    await connection.execute(_LINK_AND_BEGIN, *values)


async def begin_again(
    connection: Connection, organization: OrganizationId, attempt: uuid.UUID, at: datetime
) -> None:
    """Note that a carrier is asked once more under an id that it knows."""
    await connection.execute(
        "UPDATE notice_attempt SET state = 'sending', tries = tries + 1, updated_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND state IN ('sending', 'unknown')",
        organization,
        attempt,
        at,
    )


async def count_look_up(
    connection: Connection, organization: OrganizationId, attempt: uuid.UUID, at: datetime
) -> None:
    await connection.execute(
        "UPDATE notice_attempt SET tries = tries + 1, updated_at = $3"
        " WHERE organization_id = $1 AND id = $2 AND state = 'unknown'",
        organization,
        attempt,
        at,
    )


async def fetch_attempt(
    connection: Connection, organization: OrganizationId, attempt: uuid.UUID
) -> FoundAttempt | None:
    """Fetch a try. Who means to change it locks its delivery first."""
    row = await connection.fetchrow(
        "SELECT id, delivery_id, announcement_id, kind, carrier, state FROM notice_attempt"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        attempt,
    )
    if row is None:
        return None
    return FoundAttempt(
        id=row["id"],
        delivery=DeliveryId(row["delivery_id"]),
        announcement=row["announcement_id"],
        kind=NoticeKind(row["kind"]),
        carrier=row["carrier"],
        state=AttemptState(row["state"]),
    )
