"""A legal hold: what was written with somebody stays, whatever its age, until it is released."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId, ThreadId

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class LegalHold:
    """``thread`` is none for a hold on everything with the contact. Reasons are sealed."""

    organization: OrganizationId
    id: uuid.UUID
    contact: ContactId
    thread: ThreadId | None
    reason_sealed: bytes
    placed_by: MemberId
    placed_at: datetime
    released_by: MemberId | None = None
    released_at: datetime | None = None
    release_reason_sealed: bytes | None = None

    @property
    def stands(self) -> bool:
        return self.released_at is None


def clean_reason(text: str) -> str | None:
    """Give a reason as it is kept, or nothing where none was given or it is too long."""
    reason = " ".join(text.split())
    return reason if 0 < len(reason) <= LONGEST_REASON else None
