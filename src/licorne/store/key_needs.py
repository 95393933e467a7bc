"""What still needs older versions of the installation's subkeys; and fields to be sealed anew.

For the schema's owner: it looks through every organization, and counts.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of fields under K_fields; its context is ``name:organization:id``."""

    table: str
    column: str
    context: str
    id: str = "id"  # the column of the id in the context


SEALED_COLUMNS = (
    SealedColumn("contact", "number_sealed", "contact.number"),
    SealedColumn("contact", "name_sealed", "contact.name"),
    SealedColumn("former_owner", "name_sealed", "contact.name", "contact_id"),
    SealedColumn("member", "email_sealed", "member.email"),
    SealedColumn("member", "name_sealed", "member.name"),
    SealedColumn("member", "totp_sealed", "member.totp"),
    SealedColumn("member_address", "address_sealed", "member_address", "member_id"),
    SealedColumn("invitation", "email_sealed", "invitation.email"),
    SealedColumn("webhook_endpoint", "url_sealed", "webhook.url"),
    SealedColumn("webhook_endpoint", "secret_sealed", "webhook.secret"),
    SealedColumn("webhook_endpoint", "earlier_secret_sealed", "webhook.secret"),
    SealedColumn("legal_hold", "reason_sealed", "legal_hold.reason"),
    SealedColumn("legal_hold", "release_reason_sealed", "legal_hold.release_reason"),
    SealedColumn("consent_entry", "note_sealed", "consent_entry.note"),
    SealedColumn("record_release", "reason_sealed", "record_release.reason"),
    SealedColumn("emergency_access", "reason_sealed", "emergency_access.reason"),
)

# Where the version of the pepper stands: see `domain.sealing.password_parameters` and the wraps.
_PEPPER = """
    SELECT version, count(*) AS needed FROM (
        SELECT get_byte(parameters, 1) * 256 + get_byte(parameters, 2) AS version
          FROM private_key_wrap WHERE method = 'password'
        UNION ALL
        SELECT get_byte(parameters, 0) * 256 + get_byte(parameters, 1)
          FROM private_key_wrap WHERE method IN ('recovery', 'passkey', 'emergency')
        UNION ALL
        SELECT get_byte(challenge, 1) * 256 + get_byte(challenge, 2)
          FROM key_grant WHERE challenge IS NOT NULL
        UNION ALL
        SELECT get_byte(wrapped, 0) * 256 + get_byte(wrapped, 1) FROM member_session
        UNION ALL
        SELECT get_byte(wrapped, 0) * 256 + get_byte(wrapped, 1) FROM contact_session
    ) AS peppered GROUP BY version
"""
_ENROL = """
    SELECT get_byte(parameters, 0) * 256 + get_byte(parameters, 1) AS version, count(*) AS needed
      FROM private_key_wrap WHERE method = 'enrol' GROUP BY 1
"""


async def by_pepper(connection: Connection) -> dict[int, int]:
    """Count the passwords, codes, passkeys, passphrases and sessions under each pepper."""
    rows = await connection.fetch(_PEPPER)
    return {row["version"]: row["needed"] for row in rows}


async def by_enrol(connection: Connection) -> dict[int, int]:
    """Count the waiting mailboxes under each version."""
    rows = await connection.fetch(_ENROL)
    return {row["version"]: row["needed"] for row in rows}


async def links_before(connection: Connection, until: datetime, now: datetime) -> int:
    """Count the links made before a time that are still good: their notice may be sent again."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM link WHERE created_at < $1 AND expires_at > $2", until, now
    )
    return count


async def by_fields(connection: Connection) -> dict[int, int]:
    """Count the sealed fields under each version, in every column that holds any."""
    found: dict[int, int] = {}
    rows = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'licorne' AND data_type = 'bytea' AND column_name LIKE '%\\_sealed'"
        " AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'licorne')"
    )
    for row in rows:
        counted = await connection.fetch(
            f"SELECT get_byte({row['column_name']}, 0) AS version, count(*) AS needed"  # noqa: S608
            f" FROM {row['table_name']} WHERE {row['column_name']} IS NOT NULL GROUP BY 1"
        )
        for one in counted:
            found[one["version"]] = found.get(one["version"], 0) + one["needed"]
    return found


@dataclass(frozen=True, slots=True)
class SealedField:
    organization: OrganizationId
    id: uuid.UUID
    sealed: bytes


async def fields_not_under(
    connection: Connection, column: SealedColumn, version: int, most: int
) -> tuple[SealedField, ...]:
    """Fetch fields that another version sealed, locked; what somebody else changes is left out."""
    rows = await connection.fetch(
        f"SELECT organization_id, {column.id} AS id, {column.column} AS sealed"  # noqa: S608
        f" FROM {column.table} WHERE get_byte({column.column}, 0) <> $1"
        " LIMIT $2 FOR UPDATE SKIP LOCKED",
        version,
        most,
    )
    return tuple(
        SealedField(OrganizationId(row["organization_id"]), row["id"], row["sealed"])
        for row in rows
    )


async def replace_field(
    connection: Connection, column: SealedColumn, field: SealedField, sealed: bytes
) -> None:
    """Put the new sealing in the place of the old one, if it is still there."""
    await connection.execute(
        f"UPDATE {column.table} SET {column.column} = $4"  # noqa: S608
        f" WHERE organization_id = $1 AND {column.id} = $2 AND {column.column} = $3",
        field.organization,
        field.id,
        field.sealed,
        sealed,
    )
