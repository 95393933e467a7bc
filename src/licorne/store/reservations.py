"""Reservations: deliveries counted against today's quotas before they are sealed, many at once.

Counted for the organization, and for the app password where one is used. These are the intake
role's functions: they answer before the tenant is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from licorne.domain.identity.ids import AppPasswordId, OrganizationId
from licorne.store.database import Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Deliveries to be counted; a negative number gives back what an earlier one had reserved."""

    organization: OrganizationId
    deliveries: int
    app_password: AppPasswordId | None


@dataclass(frozen=True, slots=True)
class AppPasswordUse:
    """What an app password had sent today before this, and whether it still serves."""

    serves: bool
    daily_cap: int
    before: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was used today before this; no use where no app password is, or none of that id."""

    organization_before: int
    app_password: AppPasswordUse | None


# One statement, so that both counts cost one round trip.
_TAKE = """
    SELECT organization_id AS id, used_before, NULL AS serves, NULL AS daily_cap
      FROM take_quota($1::uuid[], $2::integer[], $6)
    UNION ALL
    SELECT app_password_id, used_before, serves, daily_cap
      FROM use_app_passwords($3::uuid[], $4::uuid[], $5::integer[], $6)
"""


async def take(connection: Connection, wanted: Sequence[Wanted], day: date) -> list[Taken]:
    """Count, in the order asked: each finds used what those before it in the list have taken."""
    by_app_password = [one for one in wanted if one.app_password is not None]
    rows = await connection.fetch(
        _TAKE,
        [one.organization for one in wanted],
        [one.deliveries for one in wanted],
        [one.organization for one in by_app_password],
        [one.app_password for one in by_app_password],
        [one.deliveries for one in by_app_password],
        day,
    )
    found = {row["id"]: row for row in rows}
    used = {row["id"]: row["used_before"] for row in rows}
    taken = []
    for one in wanted:
        row = found.get(one.app_password)
        use = None if row is None else _use(row, used[one.app_password])
        taken.append(Taken(used[one.organization], use))
        used[one.organization] += one.deliveries
        if row is not None:
            used[one.app_password] += one.deliveries
    return taken


def _use(row: asyncpg.Record, before: int) -> AppPasswordUse:
    return AppPasswordUse(row["serves"], row["daily_cap"], before)
