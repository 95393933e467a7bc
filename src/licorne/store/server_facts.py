"""What an operator should know of the database server; read with the schema owner's rights."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from licorne.store.roles import RuntimeRole


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """``bypasses``: row-level security doesn't hold for it; ``owns``: it may change the schema."""

    name: str
    there: bool
    bypasses: bool
    owns: bool


@dataclass(frozen=True, slots=True)
class ServerFacts:
    version: int  # as the server counts: 180004
    version_name: str
    encrypted: bool
    remote: bool  # reached over a network, not by a socket or loopback
    settings: dict[str, str]
    roles: tuple[RoleFacts, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class InstallationFacts:
    """``audit_waiting_since``: when the oldest event was written that has no link yet."""

    text_domains: tuple[str, ...]
    carriers_wanted: tuple[str, ...]  # by practices that name their own
    audit_pending: int
    audit_waiting_since: datetime | None


_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "max_connections")


async def fetch_server(connection: asyncpg.Connection) -> ServerFacts:
    row = await connection.fetchrow(
        "SELECT current_setting('server_version_num')::int AS version,"
        " current_setting('server_version') AS version_name, clock_timestamp() AS now,"
        " coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,"
        " inet_server_addr() IS NOT NULL AND NOT (inet_server_addr() << '127.0.0.0/8'"
        "   OR host(inet_server_addr()) = '::1') AS remote"
    )
    assert row is not None
    settings = await connection.fetch(
        "SELECT name, setting FROM pg_settings WHERE name = ANY($1)", list(_SETTINGS)
    )
    return ServerFacts(
        version=row["version"],
        version_name=row["version_name"],
        encrypted=row["encrypted"],
        remote=row["remote"],
        settings={one["name"]: one["setting"] for one in settings},
        roles=await _roles(connection),
        now=row["now"],
    )


async def _roles(connection: asyncpg.Connection) -> tuple[RoleFacts, ...]:
    # A role that is a member of another can become it, and so have what that one has.
    rows = await connection.fetch(
        "SELECT wanted AS name, r.oid IS NOT NULL AS there,"
        " coalesce(bool_or(h.rolsuper OR h.rolbypassrls), false) AS bypasses,"
        " coalesce(bool_or(EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
        "   ON n.oid = c.relnamespace WHERE n.nspname = 'licorne' AND c.relowner = h.oid)), false)"
        "   AS owns"
        " FROM unnest($1::text[]) AS wanted LEFT JOIN pg_roles r ON r.rolname = wanted"
        " LEFT JOIN pg_roles h ON pg_has_role(r.oid, h.oid, 'MEMBER')"
        " GROUP BY wanted, r.oid ORDER BY wanted",
        [role.value for role in RuntimeRole],
    )
    return tuple(RoleFacts(row["name"], row["there"], row["bypasses"], row["owns"]) for row in rows)


async def fetch_installation(connection: asyncpg.Connection) -> InstallationFacts:
    """Read what the practices need of the world outside; for a database that is migrated."""
    row = await connection.fetchrow(
        "SELECT ARRAY(SELECT domain FROM licorne.text_domain ORDER BY domain) AS text_domains,"
        " ARRAY(SELECT DISTINCT c FROM licorne.organization, unnest(carriers) AS c ORDER BY c)"
        "   AS carriers,"
        " (SELECT count(*) FROM licorne.audit_pending) AS pending,"
        " (SELECT min(e.at) FROM licorne.audit_pending p JOIN licorne.audit_event e"
        "   ON e.id = p.event_id) AS waiting_since"
    )
    assert row is not None
    return InstallationFacts(
        text_domains=tuple(row["text_domains"]),
        carriers_wanted=tuple(row["carriers"]),
        audit_pending=row["pending"],
        audit_waiting_since=row["waiting_since"],
    )


async def fetch_practices(connection: asyncpg.Connection) -> tuple[str, ...]:
    """Name the practices of the installation."""
    rows = await connection.fetch("SELECT name FROM licorne.organization ORDER BY name")
    return tuple(row["name"] for row in rows)


def clock_difference(server: ServerFacts, here: datetime) -> timedelta:
    """Say by how much this machine's clock and the database's differ."""
    return abs(server.now - here)
