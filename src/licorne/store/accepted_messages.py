"""Accepted messages: everything that one message leaves behind, written in one statement.

The statement takes any number of messages of any organizations, so that the intake's batcher can
give it a whole batch; a contact's reply goes through it alone, within its tenant's transaction.
Ids are the caller's: no RETURNING, no ON CONFLICT (the intake role may insert and read nothing).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.audit.event import AuditEvent
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Repeatable, Source
from licorne.domain.sealing.records import (
    CurrentKey,
    Grant,
    GrantAct,
    SealedPart,
    SignedHeader,
    SlotReference,
)
from licorne.store.accepted_messages_sql import insert_statement
from licorne.store.database import Connection, DatabaseFull
from licorne.store.events import Change, announce_change
from licorne.store.jobs import Announce, encode, wake_workers

_FACTS_CHANGED = {"LK001", "LK002"}  # hold_facts


class FactsChanged(Exception):
    """A reader's key, the sender or a recipient changed between the facts and the commit.

    Fetch the facts, screen and seal again.
    """


class ThreadExists(Exception):
    """Another message made this thread first: fetch the facts and seal again."""


class AlreadyAsked(Exception):
    """The same actor has used this idempotency key before: look the first answer up."""


@dataclass(frozen=True, slots=True)
class NewThread:
    id: ThreadId
    contact: ContactId
    number_epoch: int
    owner_kind: str  # member or team
    owner: uuid.UUID


@dataclass(frozen=True, slots=True)
class NewDelivery:
    id: DeliveryId
    thread: ThreadId
    new_thread: NewThread | None
    contact: ContactId
    mailbox: MailboxId
    state: DeliveryState  # accepted, or received for a reply
    flags: tuple[str, ...]
    challenged: bool
    story: uuid.UUID  # id of its first delivery_event
    job: Announce | None


@dataclass(frozen=True, slots=True)
class AcceptedMessage:
    """One sealed message with all its rows."""

    organization: OrganizationId
    id: MessageId
    direction: str  # out, or in for a reply
    author: Actor
    source: Source
    created_at: datetime
    expires_at: datetime
    retain_until: datetime
    size_class: int
    contact_slot: SlotReference
    practice_slot: SlotReference
    header: SignedHeader
    parts: tuple[SealedPart, ...]
    deliveries: tuple[NewDelivery, ...]
    readers: tuple[CurrentKey, ...]  # what was sealed to; held at the commit
    act: GrantAct
    grants: tuple[Grant, ...]
    audit: tuple[AuditEvent, ...]
    repeatable: Repeatable | None = None
    changes: tuple[Change, ...] = ()


async def insert(connection: Connection, messages: Sequence[AcceptedMessage]) -> None:
    """Write messages, all or none. Durable when the caller's transaction has committed.

    Raises `FactsChanged`, `ThreadExists` or `AlreadyAsked` where one of them lost a race. A message
    that is there already (its id exists: an ambiguous commit was retried) counts as written when
    it comes alone.
    """
    try:
        await _insert(connection, messages)
    except asyncpg.UniqueViolationError as problem:
        if problem.constraint_name == "message_pkey" and len(messages) == 1:
            return
        if problem.table_name == "thread":
            raise ThreadExists from None
        if problem.table_name == "idempotency":
            raise AlreadyAsked from None
        raise
    except asyncpg.DiskFullError as problem:
        raise DatabaseFull from problem
    except asyncpg.PostgresError as problem:
        if problem.sqlstate in _FACTS_CHANGED:
            raise FactsChanged from None
        raise
    for change in (change for m in messages for change in m.changes):
        await announce_change(connection, change)
    if any(delivery.job is not None for m in messages for delivery in m.deliveries):
        await wake_workers(connection)


async def _insert(connection: Connection, messages: Sequence[AcceptedMessage]) -> None:
    """Lay the messages out as the arrays of rows that the statement unnests, in its order."""
    usual = (
        [(r.organization, r.owner, r.key) for m in messages for r in m.readers],
        [_message_row(m) for m in messages],
        [row for m in messages for row in _part_rows(m)],
        [row for m in messages for row in _delivery_rows(m)],
        [_act_row(m.act) for m in messages],
        [_grant_row(g) for m in messages for g in m.grants],
        [_audit_row(e) for m in messages for e in m.audit],
    )
    threads = [row for m in messages for row in _thread_rows(m)]
    repeatables = [row for m in messages for row in _repeatable_rows(m)]
    statement = insert_statement(threads=bool(threads), repeatables=bool(repeatables))
    seldom = (rows for rows in (threads, repeatables) if rows)
    await connection.execute(statement, *usual, *seldom)


def _message_row(m: AcceptedMessage) -> tuple[object, ...]:
    return (
        m.organization,
        m.id,
        m.direction,
        m.author.kind.value,
        m.author.id,
        m.source.value,
        m.created_at,
        m.expires_at,
        m.retain_until,
        m.size_class,
        str(m.contact_slot),
        str(m.practice_slot),
        m.header.encoded,
        m.header.signature,
    )


def _part_rows(m: AcceptedMessage) -> Iterable[tuple[object, ...]]:
    for part in m.parts:
        yield (
            m.organization,
            m.id,
            part.number,
            part.sealed,
            part.blob,
            part.sealed_size,
            part.digest,
        )


def _thread_rows(m: AcceptedMessage) -> Iterable[tuple[object, ...]]:
    for delivery in m.deliveries:
        new = delivery.new_thread
        if new is not None:
            yield (
                m.organization,
                new.id,
                new.contact,
                new.number_epoch,
                new.owner_kind,
                new.owner,
                m.created_at,
            )


def _delivery_rows(m: AcceptedMessage) -> Iterable[tuple[object, ...]]:
    for d in m.deliveries:
        yield (
            m.organization,
            d.id,
            m.id,
            d.thread,
            d.contact,
            d.mailbox,
            m.direction,
            d.state.value,
            "|".join(d.flags),
            "waiting" if d.challenged else "none",
            m.created_at,
            d.story,
            m.source.value,
            None if d.job is None else encode(d.job),
        )


def _act_row(act: GrantAct) -> tuple[object, ...]:
    return (
        act.organization,
        act.id,
        act.message,
        act.granter,
        act.grant_hashes,
        act.signature,
    )


def _grant_row(grant: Grant) -> tuple[object, ...]:
    return (
        grant.organization,
        grant.id,
        grant.message,
        grant.delivery,
        grant.copy.value,
        grant.reader_kind.value,
        grant.reader_key,
        grant.method.value,
        grant.intake_key,
        grant.challenge,
        grant.wrapped,
        grant.act,
    )


def _repeatable_rows(m: AcceptedMessage) -> Iterable[tuple[object, ...]]:
    if m.repeatable is not None:
        yield (
            m.organization,
            m.author.id,
            m.repeatable.key_hash,
            m.repeatable.request_hash,
            m.id,
            m.created_at,
        )


def _audit_row(event: AuditEvent) -> tuple[object, ...]:
    return (
        event.id,
        event.organization,
        event.at,
        event.tag.value,
        event.actor.kind.value,
        event.actor.id,
        event.subject,
        event.outcome.value,
        event.detail,
        event.via,
    )
