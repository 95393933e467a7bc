"""Members and the addresses that they write from."""

from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.language import Language, parse_language
from licorne.domain.identity.member import Member, MemberAddress
from licorne.domain.identity.role import Role
from licorne.domain.translatable import translatable
from licorne.store.database import Connection

_COLUMNS = (
    "organization_id, id, role, email_lookup, email_sealed, name_sealed, totp_sealed, created_at,"
    " totp_last_step, failed_sign_ins, suspended_at, removed_at, language"
)


async def find(
    connection: Connection, email_lookup: bytes
) -> tuple[OrganizationId, MemberId] | None:
    """Say whose sign-in name this is, before the tenant is known; removed members are nobody."""
    row = await connection.fetchrow("SELECT * FROM find_member($1)", email_lookup)
    if row is None:
        return None
    return OrganizationId(row["organization_id"]), MemberId(row["member_id"])


async def fetch(
    connection: Connection, organization: OrganizationId, member: MemberId, *, lock: bool = False
) -> Member | None:
    """Fetch a member, locking the row until the transaction ends when asked to."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM member WHERE organization_id = $1 AND id = $2"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        organization,
        member,
    )
    return None if row is None else _member(row)


async def lock_all(connection: Connection, organization: OrganizationId) -> None:
    """Lock everybody who is here until the transaction ends, always in the same order."""
    await connection.execute(
        "SELECT id FROM member WHERE organization_id = $1 AND removed_at IS NULL"
        " ORDER BY id FOR NO KEY UPDATE",
        organization,
    )


async def fetch_all(
    connection: Connection, organization: OrganizationId, *, with_removed: bool = False
) -> tuple[Member, ...]:
    """Fetch every member who was not removed (or all), in the order in which they came."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM member"  # noqa: S608
        " WHERE organization_id = $1 AND ($2 OR removed_at IS NULL) ORDER BY created_at, id",
        organization,
        with_removed,
    )
    return tuple(_member(row) for row in rows)


async def fetch_page(
    connection: Connection, organization: OrganizationId, after: MemberId | None, limit: int
) -> tuple[Member, ...]:
    """Fetch members who weren't removed, in the order of their ids, which is that of time."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM member"  # noqa: S608
        " WHERE organization_id = $1 AND removed_at IS NULL AND ($2::uuid IS NULL OR id > $2)"
        " ORDER BY id LIMIT $3",
        organization,
        after,
        limit,
    )
    return tuple(_member(row) for row in rows)


class EmailInUse(Exception):
    """Another member of this installation signs in with this address."""

    sentence = translatable("Somebody already signs in with this email address. Use another one.")


async def add(connection: Connection, member: Member) -> None:
    """Insert a member. Raises `EmailInUse`."""
    try:
        await connection.execute(
            "INSERT INTO member (organization_id, id, role, email_lookup, email_sealed,"
            " name_sealed, totp_sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            member.organization,
            member.id,
            member.role.value,
            member.email_lookup,
            member.email_sealed,
            member.name_sealed,
            member.totp_sealed,
            member.created_at,
        )
    except asyncpg.UniqueViolationError:
        raise EmailInUse from None


async def add_address(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    address: MemberAddress,
) -> None:
    await connection.execute(
        "INSERT INTO member_address (organization_id, member_id, address_lookup, address_sealed)"
        " VALUES ($1, $2, $3, $4)",
        organization,
        member,
        address.address_lookup,
        address.address_sealed,
    )


async def addresses(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> tuple[MemberAddress, ...]:
    rows = await connection.fetch(
        "SELECT address_lookup, address_sealed FROM member_address"
        " WHERE organization_id = $1 AND member_id = $2",
        organization,
        member,
    )
    return tuple(MemberAddress(row["address_lookup"], row["address_sealed"]) for row in rows)


async def count_failed_sign_in(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> None:
    await connection.execute(
        "UPDATE member SET failed_sign_ins = failed_sign_ins + 1"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        member,
    )


async def use_code(
    connection: Connection, organization: OrganizationId, member: MemberId, step: int
) -> bool:
    """Take a one-time code's time step; False when it, or a later one, was used already.

    RFC 6238 §5.2: a code serves once. A success also ends the count of failures.
    """
    taken = await connection.fetchval(
        "UPDATE member SET totp_last_step = $3, failed_sign_ins = 0"
        " WHERE organization_id = $1 AND id = $2 AND totp_last_step < $3 RETURNING id",
        organization,
        member,
        step,
    )
    return taken is not None


async def forgive_failures(
    connection: Connection, organization: OrganizationId, member: MemberId
) -> None:
    """Let a member try again whom too many wrong passwords had locked out."""
    await connection.execute(
        "UPDATE member SET failed_sign_ins = 0 WHERE organization_id = $1 AND id = $2",
        organization,
        member,
    )


async def set_totp(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    totp_sealed: bytes,
    step: int,
) -> None:
    """Give a member another authenticator; the code that proved it is used up."""
    await connection.execute(
        "UPDATE member SET totp_sealed = $3, totp_last_step = $4"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        member,
        totp_sealed,
        step,
    )


async def set_suspended(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    suspended_at: datetime | None,
) -> None:
    """Suspend a member, or let them act again (which also forgives failed sign-ins)."""
    await connection.execute(
        "UPDATE member SET suspended_at = $3, failed_sign_ins = 0"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        member,
        suspended_at,
    )


async def set_language(
    connection: Connection,
    organization: OrganizationId,
    member: MemberId,
    language: Language | None,
) -> None:
    await connection.execute(
        "UPDATE member SET language = $3 WHERE organization_id = $1 AND id = $2",
        organization,
        member,
        None if language is None else language.value,
    )


async def remove(
    connection: Connection, organization: OrganizationId, member: MemberId, at: datetime
) -> None:
    """Mark a member as gone; the row stays, since the audit trail names it."""
    await connection.execute(
        "UPDATE member SET removed_at = coalesce(removed_at, $3)"
        " WHERE organization_id = $1 AND id = $2",
        organization,
        member,
        at,
    )


def _member(row: asyncpg.Record) -> Member:
    return Member(
        organization=OrganizationId(row["organization_id"]),
        id=MemberId(row["id"]),
        role=Role(row["role"]),
        email_lookup=row["email_lookup"],
        email_sealed=row["email_sealed"],
        name_sealed=row["name_sealed"],
        totp_sealed=row["totp_sealed"],
        created_at=row["created_at"],
        totp_last_step=row["totp_last_step"],
        failed_sign_ins=row["failed_sign_ins"],
        suspended_at=row["suspended_at"],
        removed_at=row["removed_at"],
        language=parse_language(row["language"]),
    )
