"""The clock and the randomness of this machine."""

import os
import time
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SystemRandomness:
    """The operating system's generator (getrandom(2))."""

    def bytes(self, count: int) -> bytes:
        return os.urandom(count)
