"""A clock that stands all but still until it is told otherwise."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    def __init__(self, at: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """A microsecond goes by with every look, so that what came first stands first."""
        self._at += timedelta(microseconds=1)
        return self._at

    def monotonic(self) -> float:
        return self._monotonic

    def pass_time(self, span: timedelta) -> None:
        """Time goes by: both the calendar and the seconds since the start."""
        self._at += span
        self._monotonic += span.total_seconds()

    def jump(self, span: timedelta) -> None:
        """Somebody sets the calendar; no time goes by."""
        self._at += span
