"""A certificate of destruction: what an audit event says of copies that were destroyed.

It names no message. Whoever holds a list of ids can check it: the digest is SHA-256 over the ids'
16 bytes each, in ascending order, with nothing between them.
"""

import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from licorne.domain.identity.ids import MessageId

METHOD = "slot-overwritten"  # cryptographic erase (NIST SP 800-88 Rev. 2)


class Cause(enum.StrEnum):
    """Why copies were destroyed."""

    RETENTION = "retention"  # their time had come
    WRONG_PERSON = "wrong_person"
    KEPT_ELSEWHERE = "kept_elsewhere"
    ORDERED = "ordered"  # by a court or an authority


@dataclass(frozen=True, slots=True)
class Certificate:
    """``first`` and ``last``: the days (UTC) of the oldest and the newest message."""

    count: int
    first: date
    last: date
    cause: Cause
    digest: str

    @property
    def code(self) -> str:
        """Write it as an audit event's detail."""
        return (
            f"count={self.count} first={self.first} last={self.last} cause={self.cause.value}"
            f" method={METHOD} sha256={self.digest}"
        )


def certify(destroyed: Sequence[tuple[MessageId, datetime]], cause: Cause) -> Certificate:
    """Certify messages, each with the time at which it was written; there is at least one."""
    ids = sorted(message.bytes for message, _ in destroyed)
    days = [at.astimezone(UTC).date() for _, at in destroyed]
    digest = hashlib.sha256(b"".join(ids)).hexdigest()
    return Certificate(len(ids), min(days), max(days), cause, digest)


def read_certificate(code: str) -> Certificate | None:
    """Read one back from an audit event; nothing for a detail that isn't one."""
    fields = dict(field.partition("=")[::2] for field in code.split())
    try:
        return Certificate(
            int(fields["count"]),
            date.fromisoformat(fields["first"]),
            date.fromisoformat(fields["last"]),
            Cause(fields["cause"]),
            fields["sha256"],
        )
    except (KeyError, ValueError):
        return None
