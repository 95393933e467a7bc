"""Organizations: the tenants themselves."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.language import Language
from licorne.domain.identity.organization import Organization
from licorne.store.database import Connection


async def fetch(connection: Connection, organization: OrganizationId) -> Organization | None:
    row = await connection.fetchrow(
        "SELECT id, name, phone, region, time_zone, locale, accent, notice_wording, nudge_wording,"
        " crisis_wording, daily_quota, default_expiry, retention, refused_file_types, carriers,"
        " suspended_at, created_at FROM organization WHERE id = $1",
        organization,
    )
    return None if row is None else organization_of(row)


def organization_of(row: asyncpg.Record) -> Organization:
    refused = row["refused_file_types"]
    return Organization(
        id=OrganizationId(row["id"]),
        name=row["name"],
        phone=row["phone"],
        region=row["region"],
        time_zone=row["time_zone"],
        locale=row["locale"],
        accent=row["accent"],
        notice_wording=row["notice_wording"],
        nudge_wording=row["nudge_wording"],
        crisis_wording=row["crisis_wording"],
        daily_quota=row["daily_quota"],
        default_expiry=row["default_expiry"],
        retention=row["retention"],
        refused_file_types=None if refused is None else frozenset(refused),
        carriers=tuple(row["carriers"]),
        suspended_at=row["suspended_at"],
        created_at=row["created_at"],
    )


async def text_domains(connection: Connection, organization: OrganizationId) -> tuple[str, ...]:
    """Name the organization's own domains for texting, before or within its tenant."""
    rows = await connection.fetch("SELECT * FROM find_text_domains($1)", organization)
    return tuple(sorted(row[0] for row in rows))


@dataclass(frozen=True, slots=True)
class NewOrganization:
    id: OrganizationId
    name: str
    phone: str | None
    region: str
    time_zone: str
    language: Language
    notice_wording: str | None
    nudge_wording: str | None
    daily_quota: int
    text_domains: tuple[str, ...]
    at: datetime


async def add(connection: Connection, new: NewOrganization) -> None:
    """Make a tenant. Only the schema's owner may."""
    await connection.execute(
        "INSERT INTO organization (id, name, phone, region, time_zone, locale, notice_wording,"
        " nudge_wording, daily_quota, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id,
        new.name,
        new.phone,
        new.region,
        new.time_zone,
        new.language.value,
        new.notice_wording,
        new.nudge_wording,
        new.daily_quota,
        new.at,
    )
    await connection.executemany(
        "INSERT INTO text_domain (domain, organization_id) VALUES ($1, $2)",
        [(domain, new.id) for domain in new.text_domains],
    )


async def list_all(connection: Connection) -> list[tuple[OrganizationId, str]]:
    """List every organization, for the operator (as the schema's owner)."""
    rows = await connection.fetch("SELECT id, name FROM organization ORDER BY created_at")
    return [(OrganizationId(row["id"]), row["name"]) for row in rows]


async def set_language(
    connection: Connection, organization: OrganizationId, language: Language
) -> None:
    await connection.execute(
        "UPDATE organization SET locale = $2 WHERE id = $1", organization, language.value
    )
