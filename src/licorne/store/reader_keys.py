"""Readers' keys: the signed directory, the pointers to current keys, and locked private halves."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import KeyId, OrganizationId
from licorne.domain.sealing.records import (
    CurrentKey,
    DirectoryKey,
    IntakeKey,
    PrivateKeyWrap,
    ReaderKind,
    SlotReference,
    UnlockMethod,
)
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class FirstKey:
    """A new reader's key, made current, and the one way to its private half."""

    key: DirectoryKey
    pointer: CurrentKey
    wrap: PrivateKeyWrap
    at: datetime


_ADD_FIRST_KEYS = """
    WITH keys AS (
        INSERT INTO reader_key (organization_id, id, kind, owner_id, version, suite, public_key,
                                signature, created_at)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::integer[],
                             $6::smallint[], $7::bytea[], $8::bytea[], $9::timestamptz[])
    ), pointers AS (
        INSERT INTO current_key (organization_id, owner_id, kind, key_id, version, signature)
        SELECT * FROM unnest($1::uuid[], $4::uuid[], $3::text[], $2::uuid[], $10::integer[],
                             $11::bytea[])
    )
    INSERT INTO private_key_wrap (organization_id, id, key_id, method, wrapper_key_id, slot,
                                  parameters, wrapped, created_at)
    SELECT * FROM unnest($1::uuid[], $12::uuid[], $2::uuid[], $13::text[], $14::uuid[],
                         $15::text[], $16::bytea[], $17::bytea[], $9::timestamptz[])
"""


async def add_first_keys(connection: Connection, first: Sequence[FirstKey]) -> None:
    """Add the first keys of readers that are new, for as many as there are in one statement."""
    keys, wraps = [one.key for one in first], [one.wrap for one in first]
    await connection.execute(
        _ADD_FIRST_KEYS,
        [key.organization for key in keys],
        [key.id for key in keys],
        [key.kind.value for key in keys],
        [key.owner for key in keys],
        [key.version for key in keys],
        [key.suite for key in keys],
        [key.public_key for key in keys],
        [key.signature for key in keys],
        [one.at for one in first],
        [one.pointer.version for one in first],
        [one.pointer.signature for one in first],
        [wrap.id for wrap in wraps],
        [wrap.method.value for wrap in wraps],
        [wrap.wrapper for wrap in wraps],
        [None if wrap.slot is None else str(wrap.slot) for wrap in wraps],
        [wrap.parameters for wrap in wraps],
        [wrap.wrapped for wrap in wraps],
    )


async def add_key(connection: Connection, key: DirectoryKey, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO reader_key (organization_id, id, kind, owner_id, version, suite, public_key,"
        " signature, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key.organization,
        key.id,
        key.kind.value,
        key.owner,
        key.version,
        key.suite,
        key.public_key,
        key.signature,
        at,
    )


async def fetch_key(
    connection: Connection, organization: OrganizationId, key: KeyId
) -> DirectoryKey | None:
    """Fetch a directory row. The caller verifies its signature before using it."""
    row = await connection.fetchrow(
        "SELECT organization_id, id, kind, owner_id, version, suite, public_key, signature"
        " FROM reader_key WHERE organization_id = $1 AND id = $2",
        organization,
        key,
    )
    return None if row is None else key_of(row)


def key_of(row: asyncpg.Record) -> DirectoryKey:
    return DirectoryKey(
        organization=row["organization_id"],
        id=row["id"],
        kind=ReaderKind(row["kind"]),
        owner=row["owner_id"],
        version=row["version"],
        suite=row["suite"],
        public_key=row["public_key"],
        signature=row["signature"],
    )


async def make_current(connection: Connection, pointer: CurrentKey) -> None:
    """Point a reader to its key, for the first time or anew (which waits for seals under way)."""
    updated = await connection.fetchval(
        "UPDATE current_key SET kind = $3, key_id = $4, version = $5, signature = $6"
        " WHERE organization_id = $1 AND owner_id = $2 RETURNING 1",
        *_pointer_row(pointer),
    )
    if updated is None:
        await connection.execute(
            "INSERT INTO current_key (organization_id, owner_id, kind, key_id, version, signature)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            *_pointer_row(pointer),
        )


def _pointer_row(pointer: CurrentKey) -> tuple[object, ...]:
    return (
        pointer.organization,
        pointer.owner,
        pointer.kind.value,
        pointer.key,
        pointer.version,
        pointer.signature,
    )


async def fetch_current(
    connection: Connection, organization: OrganizationId, owner: uuid.UUID
) -> CurrentKey | None:
    """Fetch a reader's pointer. The caller verifies its signature before sealing to it."""
    row = await connection.fetchrow(
        "SELECT kind, key_id, version, signature FROM current_key"
        " WHERE organization_id = $1 AND owner_id = $2",
        organization,
        owner,
    )
    if row is None:
        return None
    return CurrentKey(
        organization=organization,
        kind=ReaderKind(row["kind"]),
        owner=owner,
        key=row["key_id"],
        version=row["version"],
        signature=row["signature"],
    )


async def add_wrap(connection: Connection, wrap: PrivateKeyWrap, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO private_key_wrap (organization_id, id, key_id, method, wrapper_key_id, slot,"
        " parameters, wrapped, created_at, second_key_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        wrap.organization,
        wrap.id,
        wrap.key,
        wrap.method.value,
        wrap.wrapper,
        None if wrap.slot is None else str(wrap.slot),
        wrap.parameters,
        wrap.wrapped,
        at,
        wrap.second,
    )


async def fetch_wraps(
    connection: Connection,
    organization: OrganizationId,
    key: KeyId,
    method: UnlockMethod | None = None,
) -> list[PrivateKeyWrap]:
    """Fetch how a private half is locked, all ways or those of one method."""
    rows = await connection.fetch(
        "SELECT id, key_id, method, wrapper_key_id, slot, parameters, wrapped, second_key_id"
        " FROM private_key_wrap"
        " WHERE organization_id = $1 AND key_id = $2 AND ($3::text IS NULL OR method = $3)"
        " ORDER BY created_at",
        organization,
        key,
        None if method is None else method.value,
    )
    return [_wrap(organization, row) for row in rows]


async def fetch_wrap(
    connection: Connection, organization: OrganizationId, wrap: uuid.UUID
) -> PrivateKeyWrap | None:
    """Fetch one way to a private half."""
    row = await connection.fetchrow(
        "SELECT id, key_id, method, wrapper_key_id, slot, parameters, wrapped, second_key_id"
        " FROM private_key_wrap WHERE organization_id = $1 AND id = $2",
        organization,
        wrap,
    )
    return None if row is None else _wrap(organization, row)


def _wrap(organization: OrganizationId, row: asyncpg.Record) -> PrivateKeyWrap:
    return PrivateKeyWrap(
        organization=organization,
        id=row["id"],
        key=KeyId(row["key_id"]),
        method=UnlockMethod(row["method"]),
        wrapper=row["wrapper_key_id"],
        slot=None if row["slot"] is None else SlotReference.parse(row["slot"]),
        parameters=row["parameters"],
        wrapped=row["wrapped"],
        second=row["second_key_id"],
    )


async def fetch_keys_wrapped_to(
    connection: Connection, organization: OrganizationId, owner: uuid.UUID, wrapper: KeyId
) -> list[tuple[DirectoryKey, PrivateKeyWrap]]:
    """Fetch an owner's keys (a team's, the record's) that another's key opens, newest first."""
    rows = await connection.fetch(
        "SELECT k.id, w.id AS wrap_id FROM reader_key k JOIN private_key_wrap w"
        " ON (w.organization_id, w.key_id) = (k.organization_id, k.id)"
        " WHERE k.organization_id = $1 AND k.owner_id = $2 AND w.wrapper_key_id = $3"
        " AND w.method = 'reader' ORDER BY k.version DESC",
        organization,
        owner,
        wrapper,
    )
    found = []
    for row in rows:
        key = await fetch_key(connection, organization, row["id"])
        wraps = await fetch_wraps(connection, organization, row["id"], UnlockMethod.READER)
        wrap = next((one for one in wraps if one.id == row["wrap_id"]), None)
        if key is not None and wrap is not None:
            found.append((key, wrap))
    return found


async def remove_wraps(
    connection: Connection, organization: OrganizationId, key: KeyId, method: UnlockMethod
) -> None:
    """Remove a way to open a private half (a claimed mailbox's provisional one, a password)."""
    await connection.execute(
        "DELETE FROM private_key_wrap WHERE organization_id = $1 AND key_id = $2 AND method = $3",
        organization,
        key,
        method.value,
    )


async def waiting_key_of(
    connection: Connection, organization: OrganizationId, owner: uuid.UUID
) -> KeyId | None:
    """Name the provisional key of a mailbox that still has a way to it: nobody has claimed it."""
    found = await connection.fetchval(
        "SELECT k.id FROM reader_key k JOIN private_key_wrap w"
        " ON (w.organization_id, w.key_id) = (k.organization_id, k.id)"
        " WHERE k.organization_id = $1 AND k.owner_id = $2 AND k.kind = 'waiting'"
        " AND w.method = 'enrol'",
        organization,
        owner,
    )
    return None if found is None else KeyId(found)


async def latest_version(
    connection: Connection, organization: OrganizationId, owner: uuid.UUID
) -> int:
    """Say how many keys an owner has had; the next one's version is one more."""
    version: int = await connection.fetchval(
        "SELECT coalesce(max(version), 0) FROM reader_key"
        " WHERE organization_id = $1 AND owner_id = $2",
        organization,
        owner,
    )
    return version


async def remove_all_wraps_of(
    connection: Connection, organization: OrganizationId, owner: uuid.UUID
) -> None:
    """Make an owner's keys dead: every way to open them goes, and all that they open, too."""
    await connection.execute(
        "DELETE FROM private_key_wrap w USING reader_key k"
        " WHERE w.organization_id = $1 AND k.organization_id = $1 AND k.owner_id = $2"
        " AND k.id IN (w.key_id, w.wrapper_key_id, w.second_key_id)",
        organization,
        owner,
    )


async def remove_wrap(
    connection: Connection, organization: OrganizationId, wrap: uuid.UUID
) -> bool:
    """Remove one way to open a private half (a passkey's, and with it the passkey)."""
    removed = await connection.fetchval(
        "DELETE FROM private_key_wrap WHERE organization_id = $1 AND id = $2 RETURNING id",
        organization,
        wrap,
    )
    return removed is not None


async def add_intake_keys(connection: Connection, keys: Sequence[IntakeKey]) -> None:
    """Store intake keys, before anything is wrapped under them is committed."""
    await connection.executemany(
        "INSERT INTO intake_key (organization_id, id, reader_key_id, wrapped, signature)"
        " VALUES ($1, $2, $3, $4, $5)",
        [(key.organization, key.id, key.reader_key, key.wrapped, key.signature) for key in keys],
    )


async def fetch_intake_key(
    connection: Connection, organization: OrganizationId, intake_key: uuid.UUID
) -> IntakeKey | None:
    row = await connection.fetchrow(
        "SELECT reader_key_id, wrapped, signature FROM intake_key"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        intake_key,
    )
    if row is None:
        return None
    return IntakeKey(
        organization=organization,
        id=intake_key,
        reader_key=row["reader_key_id"],
        wrapped=row["wrapped"],
        signature=row["signature"],
    )
