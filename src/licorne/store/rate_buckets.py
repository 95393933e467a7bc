"""Buckets against guessing and flooding: how often something was tried within a window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.store.database import Connection


async def take(
    connection: Connection, bucket: bytes, most: int, window: timedelta, at: datetime
) -> bool:
    """Count one try; False when there were more than ``most`` in this window.

    ``bucket`` is an HMAC of what is counted (an account, an address). Works before the tenant is
    known. Commit it before the costly check that it guards.
    """
    within: bool = await connection.fetchval(
        "SELECT take_from_bucket($1, $2, $3, $4)", bucket, most, window, at
    )
    return within


@dataclass(frozen=True, slots=True)
class Spent:
    """What a bucket's window holds after a use, and when the window began."""

    used: int
    began: datetime


async def spend(
    connection: Connection,
    uses: Sequence[tuple[bytes, int]],
    window: timedelta,
    at: datetime,
) -> list[Spent]:
    """Count uses (bucket and cost) in one statement; each sees those before it in the list."""
    costs: dict[bytes, int] = {}
    for bucket, cost in uses:
        costs[bucket] = costs.get(bucket, 0) + cost
    rows = await connection.fetch(
        "SELECT * FROM spend_from_buckets($1::bytea[], $2::integer[], $3, $4)",
        list(costs),
        list(costs.values()),
        window,
        at,
    )
    found = {row["spent_bucket"]: row for row in rows}
    used = {bucket: found[bucket]["spent"] - cost for bucket, cost in costs.items()}
    spent = []
    for bucket, cost in uses:
        used[bucket] += cost
        spent.append(Spent(used[bucket], found[bucket]["began"]))
    return spent
