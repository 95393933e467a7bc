"""Time as the core sees it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Say what time it is, in UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Give seconds that never go back, for leases and deadlines within one process."""
        ...
