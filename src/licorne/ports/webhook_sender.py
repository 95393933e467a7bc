"""Takes an event to a program's address. What an implementation must hold is written here.

It speaks to the public network only (or to hosts that the operator named), follows no redirect,
and reads nothing of the answer but its status (threat 32).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WebhookAnswered:
    status: int

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class WebhookNotReached:
    """``code`` says why, as a word: nothing of the address or the answer."""

    code: str


class WebhookSender(Protocol):
    def allows(self, url: str) -> bool:
        """Say whether an address may be one, as far as it shows without looking it up."""

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> WebhookAnswered | WebhookNotReached:
        """Send it once, within a deadline. Raises nothing."""
