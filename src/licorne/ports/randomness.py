"""Randomness as the core sees it: a source fit for keys."""

from typing import Protocol


class Randomness(Protocol):
    def bytes(self, count: int) -> bytes:
        """Give ``count`` bytes from a cryptographically secure source."""
        ...
