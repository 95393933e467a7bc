"""A contact's passkey: a device that knows who holds it, and opens one mailbox."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import MailboxId, OrganizationId


@dataclass(frozen=True, slots=True)
class MailboxPasskey:
    organization: OrganizationId
    id: uuid.UUID
    mailbox: MailboxId
    wrap: uuid.UUID  # how it opens the mailbox's key
    credential: bytes
    public: bytes
    counter: int
    created_at: datetime
    last_used_at: datetime | None = None
