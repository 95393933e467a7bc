"""Sealed messages as they are read again: header, parts, grants and acts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import DeliveryId, KeyId, MessageId, OrganizationId
from licorne.domain.sealing.records import (
    CopyClass,
    Grant,
    GrantAct,
    ReaderKind,
    SealedPart,
    SignedHeader,
    SlotReference,
    WrapMethod,
)
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message's row: who, when, until when, and its signed header."""

    organization: OrganizationId
    id: MessageId
    direction: str
    author_kind: str
    author_id: uuid.UUID
    source: str
    created_at: datetime
    expires_at: datetime
    retain_until: datetime
    contact_slot: SlotReference
    practice_slot: SlotReference
    header: SignedHeader
    recalled_at: datetime | None
    contact_copy_ended_at: datetime | None
    practice_copy_ended_at: datetime | None

    def slot(self, copy: CopyClass) -> SlotReference:
        return self.contact_slot if copy is CopyClass.CONTACT else self.practice_slot


_MESSAGE = """
    SELECT organization_id, id, direction, author_kind, author_id, source, created_at,
           expires_at, retain_until, contact_slot, practice_slot, header, header_signature,
           recalled_at, contact_copy_ended_at, practice_copy_ended_at
      FROM message WHERE organization_id = $1 AND id = $2
"""
_MESSAGE_LOCKED = _MESSAGE + " FOR UPDATE"


async def fetch_message(
    connection: Connection,
    organization: OrganizationId,
    message: MessageId,
    *,
    lock: bool = False,
) -> StoredMessage | None:
    row = await connection.fetchrow(_MESSAGE_LOCKED if lock else _MESSAGE, organization, message)
    return None if row is None else message_of(row)


def message_of(row: asyncpg.Record) -> StoredMessage:
    return StoredMessage(
        organization=row["organization_id"],
        id=row["id"],
        direction=row["direction"],
        author_kind=row["author_kind"],
        author_id=row["author_id"],
        source=row["source"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        retain_until=row["retain_until"],
        contact_slot=SlotReference.parse(row["contact_slot"]),
        practice_slot=SlotReference.parse(row["practice_slot"]),
        header=SignedHeader(row["header"], row["header_signature"]),
        recalled_at=row["recalled_at"],
        contact_copy_ended_at=row["contact_copy_ended_at"],
        practice_copy_ended_at=row["practice_copy_ended_at"],
    )


async def fetch_parts(
    connection: Connection, organization: OrganizationId, message: MessageId
) -> list[SealedPart]:
    """Fetch all parts in order: the body document first. Blob parts come without their bytes."""
    rows = await connection.fetch(
        "SELECT number, sealed, blob, sealed_size, digest FROM message_part"
        " WHERE organization_id = $1 AND message_id = $2 ORDER BY number",
        organization,
        message,
    )
    return [part_of(row) for row in rows]


def part_of(row: asyncpg.Record) -> SealedPart:
    return SealedPart(row["number"], row["sealed"], row["blob"], row["sealed_size"], row["digest"])


async def fetch_grants(
    connection: Connection,
    organization: OrganizationId,
    *,
    message: MessageId | None = None,
    reader_keys: Sequence[KeyId] = (),
    delivery: DeliveryId | None = None,
) -> list[Grant]:
    """Fetch grants of a message, of some readers, of a delivery: all conditions that are given."""
    rows = await connection.fetch(
        "SELECT organization_id, id, message_id, delivery_id, copy, reader_kind, reader_key_id,"
        " method, intake_key_id, challenge, wrapped, act_id FROM key_grant"
        " WHERE organization_id = $1"
        " AND ($2::uuid IS NULL OR message_id = $2)"
        " AND (cardinality($3::uuid[]) = 0 OR reader_key_id = ANY($3))"
        " AND ($4::uuid IS NULL OR delivery_id = $4)",
        organization,
        message,
        list(reader_keys),
        delivery,
    )
    return [grant_of(row) for row in rows]


def grant_of(row: asyncpg.Record) -> Grant:
    return Grant(
        organization=row["organization_id"],
        id=row["id"],
        message=row["message_id"],
        delivery=row["delivery_id"],
        copy=CopyClass(row["copy"]),
        reader_kind=ReaderKind(row["reader_kind"]),
        reader_key=row["reader_key_id"],
        method=WrapMethod(row["method"]),
        intake_key=row["intake_key_id"],
        challenge=row["challenge"],
        wrapped=row["wrapped"],
        act=row["act_id"],
    )


async def fetch_act(
    connection: Connection, organization: OrganizationId, act: uuid.UUID
) -> GrantAct | None:
    row = await connection.fetchrow(
        "SELECT organization_id, id, message_id, granter_id, grant_hashes, signature"
        " FROM grant_act WHERE organization_id = $1 AND id = $2",
        organization,
        act,
    )
    return None if row is None else act_of(row)


def act_of(row: asyncpg.Record) -> GrantAct:
    return GrantAct(
        organization=row["organization_id"],
        id=row["id"],
        message=row["message_id"],
        granter=row["granter_id"],
        grant_hashes=row["grant_hashes"],
        signature=row["signature"],
    )


async def add_grants(connection: Connection, act: GrantAct, grants: Sequence[Grant]) -> None:
    """Add readers to a message: one act and its grants."""
    await connection.execute(
        "INSERT INTO grant_act (organization_id, id, message_id, granter_id, grant_hashes,"
        " signature) VALUES ($1, $2, $3, $4, $5, $6)",
        act.organization,
        act.id,
        act.message,
        act.granter,
        act.grant_hashes,
        act.signature,
    )
    await connection.executemany(
        "INSERT INTO key_grant (organization_id, id, message_id, delivery_id, copy, reader_kind,"
        " reader_key_id, method, intake_key_id, challenge, wrapped, act_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            (
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
            for grant in grants
        ],
    )


async def remove_grants(
    connection: Connection, organization: OrganizationId, grants: Sequence[Grant]
) -> None:
    """Remove grants that were made anew for another key."""
    await connection.execute(
        "DELETE FROM key_grant WHERE organization_id = $1"
        " AND (message_id, id) IN (SELECT m, i FROM unnest($2::uuid[], $3::uuid[]) AS u (m, i))",
        organization,
        [grant.message for grant in grants],
        [grant.id for grant in grants],
    )


async def end_contact_copy(
    connection: Connection,
    organization: OrganizationId,
    message: MessageId,
    at: datetime,
    *,
    recalled: bool,
) -> bool:
    """Mark the contact's copy as ended; False when it had ended before."""
    ended = await connection.fetchval(
        "UPDATE message SET contact_copy_ended_at = $3,"
        " recalled_at = CASE WHEN $4 THEN $3 ELSE recalled_at END"
        " WHERE organization_id = $1 AND id = $2 AND contact_copy_ended_at IS NULL RETURNING 1",
        organization,
        message,
        at,
        recalled,
    )
    return ended is not None
