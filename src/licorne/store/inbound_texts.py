"""Texts from phones: whose they are, each once, and the one answer to each."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.consent.answer_words import Said
from licorne.domain.identity.ids import ContactId, MessageId, OrganizationId, ThreadId
from licorne.domain.identity.language import Language, parse_language
from licorne.store.database import Connection

ONE_DAY = timedelta(days=1)


class AnswerState(enum.StrEnum):
    NONE = "none"
    WAITING = "waiting"
    SENDING = "sending"  # committed before the carrier is asked
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TextedContact:
    """``carriers`` are those of the practice; none: the installation's."""

    organization: OrganizationId
    contact: ContactId
    carriers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InboundText:
    organization: OrganizationId
    id: uuid.UUID
    contact: ContactId
    carrier: str
    dedupe_key: str
    said: Said
    language: Language | None
    received_at: datetime
    answer: AnswerState
    thread: ThreadId | None = None
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """All that answering a text must know; the row is locked."""

    contact: ContactId
    carrier: str
    said: Said
    received_at: datetime
    answer: AnswerState
    number_sealed: bytes
    opted_out: bool
    practice: str
    phone: str | None
    word_language: Language | None
    contact_language: Language | None
    practice_language: Language | None


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A number that is held, and when the text came that holds it."""

    contact: ContactId
    since: datetime
    thread: ThreadId | None


async def find(
    connection: Connection, number_lookup: bytes, carrier: str
) -> tuple[TextedContact, ...]:
    """Say who knows a number, before the tenant is known; who texted it last comes first."""
    rows = await connection.fetch(
        "SELECT * FROM find_texted_contacts($1, $2)", number_lookup, carrier
    )
    return tuple(
        TextedContact(
            OrganizationId(row["organization_id"]),
            ContactId(row["contact_id"]),
            tuple(row["carriers"] or ()),
        )
        for row in rows
    )


async def take(connection: Connection, text: InboundText) -> bool:
    """Remember a text; False when it was here before."""
    stored = await connection.fetchval(
        "INSERT INTO inbound_text (organization_id, id, contact_id, carrier, dedupe_key, said,"
        " language, thread_id, message_id, received_at, answer)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (organization_id, carrier, dedupe_key) DO NOTHING RETURNING true",
        text.organization,
        text.id,
        text.contact,
        text.carrier,
        text.dedupe_key,
        text.said.value,
        None if text.language is None else text.language.value,
        text.thread,
        text.message,
        text.received_at,
        text.answer.value,
    )
    return bool(stored)


async def answers_since(
    connection: Connection,
    organization: OrganizationId,
    contact: ContactId,
    since: datetime,
    said: Said | None = None,
) -> int:
    """Count the answers that a contact was given; of one kind, where it is named."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM inbound_text WHERE organization_id = $1 AND contact_id = $2"
        " AND received_at >= $3 AND answer <> 'none' AND ($4::text IS NULL OR said = $4)",
        organization,
        contact,
        since,
        None if said is None else said.value,
    )
    return count


async def last_thread(
    connection: Connection, organization: OrganizationId, contact: ContactId
) -> ThreadId | None:
    """Give the conversation with a contact that was active last, of who has the number now."""
    found = await connection.fetchval(
        "SELECT t.id FROM thread t JOIN contact c ON (c.organization_id, c.id, c.number_epoch)"
        "  = (t.organization_id, t.contact_id, t.number_epoch)"
        " WHERE t.organization_id = $1 AND t.contact_id = $2 ORDER BY t.active_at DESC LIMIT 1",
        organization,
        contact,
    )
    return None if found is None else ThreadId(found)


async def answer_facts(
    connection: Connection, organization: OrganizationId, text: uuid.UUID
) -> AnswerFacts | None:
    row = await connection.fetchrow(
        "SELECT i.contact_id, i.carrier, i.said, i.received_at, i.answer, i.language AS word,"
        " c.number_sealed, c.opted_out_at IS NOT NULL AS opted_out, c.language,"
        " o.name, o.phone, o.locale"
        " FROM inbound_text i"
        " JOIN contact c ON (c.organization_id, c.id) = (i.organization_id, i.contact_id)"
        " JOIN organization o ON o.id = i.organization_id"
        " WHERE i.organization_id = $1 AND i.id = $2 FOR UPDATE OF i",
        organization,
        text,
    )
    if row is None:
        return None
    return AnswerFacts(
        contact=ContactId(row["contact_id"]),
        carrier=row["carrier"],
        said=Said(row["said"]),
        received_at=row["received_at"],
        answer=AnswerState(row["answer"]),
        number_sealed=row["number_sealed"],
        opted_out=row["opted_out"],
        practice=row["name"],
        phone=row["phone"],
        word_language=parse_language(row["word"]),
        contact_language=parse_language(row["language"]),
        practice_language=parse_language(row["locale"]),
    )


async def set_answer(
    connection: Connection, organization: OrganizationId, text: uuid.UUID, state: AnswerState
) -> None:
    await connection.execute(
        "UPDATE inbound_text SET answer = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        text,
        state.value,
    )


async def held(
    connection: Connection, organization: OrganizationId, *, most: int = 200
) -> tuple[HeldContact, ...]:
    """Give the numbers that wait for a member's look, the longest held first."""
    rows = await connection.fetch(
        "SELECT c.id, c.opted_out_at, (SELECT i.thread_id FROM inbound_text i"
        "   WHERE (i.organization_id, i.contact_id, i.said) = (c.organization_id, c.id, 'hold')"
        "   ORDER BY i.received_at DESC LIMIT 1) AS thread_id"
        " FROM contact c WHERE c.organization_id = $1 AND c.opted_out_by = 'review'"
        " AND c.removed_at IS NULL ORDER BY c.opted_out_at LIMIT $2",
        organization,
        most,
    )
    return tuple(
        HeldContact(
            ContactId(row["id"]),
            row["opted_out_at"],
            None if row["thread_id"] is None else ThreadId(row["thread_id"]),
        )
        for row in rows
    )
