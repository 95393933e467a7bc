"""The consent ledger: entries are added and never changed; the latest of a purpose counts."""

import uuid
from collections.abc import AsyncIterator, Mapping

import asyncpg

from licorne.domain.consent.ledger import ConsentAct, ConsentEntry, Means, Purpose, Standing
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import ContactId, OrganizationId
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, contact_id, number_epoch, purpose, act, means, wording, note_sealed,"
    " said_on, recorded_by_kind, recorded_by, recorded_at"
)
_EXPORT_PAGE = 500


async def add(connection: Connection, entry: ConsentEntry) -> None:
    await connection.execute(
        f"INSERT INTO consent_entry ({_COLUMNS})"  # noqa: S608
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        entry.organization,
        entry.id,
        entry.contact,
        entry.number_epoch,
        entry.purpose.value,
        entry.act.value,
        entry.means.value,
        entry.wording,
        entry.note_sealed,
        entry.said_on,
        entry.recorded_by.kind.value,
        entry.recorded_by.id,
        entry.recorded_at,
    )


async def fetch_all(
    connection: Connection, organization: OrganizationId, contact: ContactId, *, most: int = 200
) -> tuple[ConsentEntry, ...]:
    """Fetch a contact's entries of every number epoch, the latest first."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM consent_entry"  # noqa: S608
        " WHERE organization_id = $1 AND contact_id = $2 ORDER BY recorded_at DESC, id DESC"
        " LIMIT $3",
        organization,
        contact,
        most,
    )
    return tuple(_entry(row) for row in rows)


async def standings(
    connection: Connection, organization: OrganizationId, contact: ContactId, number_epoch: int
) -> Mapping[Purpose, Standing]:
    """Say where a contact stands with each purpose, in one number epoch."""
    rows = await connection.fetch(
        "SELECT DISTINCT ON (purpose) purpose, act FROM consent_entry"
        " WHERE organization_id = $1 AND contact_id = $2 AND number_epoch = $3"
        " ORDER BY purpose, recorded_at DESC, id DESC",
        organization,
        contact,
        number_epoch,
    )
    acts = {row["purpose"]: Standing(row["act"]) for row in rows}
    return {purpose: acts.get(purpose.value, Standing.NONE) for purpose in Purpose}


async def every(
    connection: Connection, organization: OrganizationId
) -> AsyncIterator[ConsentEntry]:
    """Go through the whole ledger in the order of recording, some hundred entries at a time."""
    after: tuple[object, uuid.UUID] | None = None
    while True:
        rows = await connection.fetch(
            f"SELECT {_COLUMNS} FROM consent_entry WHERE organization_id = $1"  # noqa: S608
            " AND ($2::timestamptz IS NULL OR (recorded_at, id) > ($2, $3::uuid))"
            " ORDER BY recorded_at, id LIMIT $4",
            organization,
            None if after is None else after[0],
            None if after is None else after[1],
            _EXPORT_PAGE,
        )
        for row in rows:
            yield _entry(row)
        if len(rows) < _EXPORT_PAGE:
            return
        after = rows[-1]["recorded_at"], rows[-1]["id"]


async def is_demanded(connection: Connection, organization: OrganizationId) -> bool:
    demanded: bool = await connection.fetchval(
        "SELECT consent_demanded FROM organization WHERE id = $1", organization
    )
    return demanded


async def set_demanded(
    connection: Connection, organization: OrganizationId, *, demanded: bool
) -> None:
    await connection.execute(
        "UPDATE organization SET consent_demanded = $2 WHERE id = $1", organization, demanded
    )


def _entry(row: asyncpg.Record) -> ConsentEntry:
    return ConsentEntry(
        organization=OrganizationId(row["organization_id"]),
        id=row["id"],
        contact=ContactId(row["contact_id"]),
        number_epoch=row["number_epoch"],
        purpose=Purpose(row["purpose"]),
        act=ConsentAct(row["act"]),
        means=Means(row["means"]),
        wording=row["wording"],
        note_sealed=row["note_sealed"],
        said_on=row["said_on"],
        recorded_by=Actor(ActorKind(row["recorded_by_kind"]), row["recorded_by"]),
        recorded_at=row["recorded_at"],
    )
