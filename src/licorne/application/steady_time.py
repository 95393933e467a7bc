"""Time for what can't be undone: a clock that jumps ahead must not destroy anything (threat 37)."""

from datetime import datetime, timedelta

from licorne.ports.clock import Clock


class SteadyTime:
    """The earlier of what the clock says and what it said at the start plus the seconds that have
    passed since, which no change of the clock moves.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_at = clock.now()
        self._started = clock.monotonic()

    def ahead(self) -> timedelta:
        """Say how far the clock was set ahead since the start."""
        return self._clock.now() - self.now()

    def now(self) -> datetime:
        passed = timedelta(seconds=self._clock.monotonic() - self._started)
        return min(self._clock.now(), self._started_at + passed)
