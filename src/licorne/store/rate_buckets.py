"""Buckets against guessing and flooding: how often something was tried within a window."""

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
