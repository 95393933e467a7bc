"""Limits on how often something is tried: by account, by address, by organization."""

from dataclasses import dataclass
from datetime import timedelta

from licorne.ports.clock import Clock
from licorne.store import rate_buckets
from licorne.store.database import Database
from licorne.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries within a window; ``kind`` keeps its buckets apart from others."""

    kind: str
    most: int
    window: timedelta


class Throttle:
    """Counts tries, each committed before what it guards is done (threats 21 and 23)."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def allows(self, *tries: tuple[Limit, str | bytes]) -> bool:
        """Count one try in each bucket; true while all of them are within their limits.

        What is counted (an id, an address) is kept as an HMAC only.
        """
        now = self._clock.now()
        allowed = True
        async with self._database.before_tenant() as connection:
            for limit, counted in tries:
                bucket = self._keyring.lookup(f"bucket:{limit.kind}", counted)
                allowed &= await rate_buckets.take(
                    connection, bucket, limit.most, limit.window, now
                )
        return allowed
