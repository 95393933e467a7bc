"""The clock and the randomness of this machine."""

import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SystemRandomness:
    """The operating system's generator: `os.urandom`, through ``secrets``."""

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)
