"""How many requests a token may make in a minute, counted over all processes (threat 20).

Requests that come at the same time are counted in one statement. The count needn't outlive a
crash, so nothing waits for the disk.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from licorne.domain.identity.ids import TokenId
from licorne.ports.clock import Clock
from licorne.store import rate_buckets
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.rate_buckets import Spent
from licorne.vault.keyring import Keyring

WINDOW = timedelta(minutes=1)
USUAL_REQUESTS = 600


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a token stands in its window; seconds are whole and rounded up."""

    most: int
    window_seconds: int
    left: int
    resets_in: int
    exceeded: bool
    newly: bool  # exceeded by this request, and not yet by the one before


class LimitCalls:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, most: int = USUAL_REQUESTS
    ) -> None:
        """``database`` is the intake role's, whose counts needn't outlive a crash."""
        self._connection = database.lasting()
        self._keyring = keyring
        self._clock = clock
        self._most = most
        self._batcher = Batcher(self._spend)

    async def __call__(self, token: TokenId, cost: int = 1) -> Standing:
        """Count a request; one that is refused counts, too."""
        bucket = self._keyring.lookup("bucket:api-requests", token.bytes)
        spent = await self._batcher.submit((bucket, cost))
        ends_in = (spent.began + WINDOW - self._clock.now()).total_seconds()
        return Standing(
            most=self._most,
            window_seconds=int(WINDOW.total_seconds()),
            left=max(0, self._most - spent.used),
            resets_in=max(1, math.ceil(ends_in)),
            exceeded=spent.used > self._most,
            newly=spent.used > self._most >= spent.used - cost,
        )

    async def _spend(self, uses: Sequence[tuple[bytes, int]]) -> list[Spent]:
        return await rate_buckets.spend(await self._connection(), uses, WINDOW, self._clock.now())
