"""A contact's session with one mailbox: how long "viewed a short while ago" lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import KeyId, MailboxId, OrganizationId

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class ContactSession:
    """One cookie and one mailbox. The key is locked under the cookie, which is kept nowhere."""

    cookie_hash: bytes
    organization: OrganizationId
    mailbox: MailboxId
    key: KeyId
    wrapped: bytes
    created_at: datetime
    seen_at: datetime
    ends_at: datetime

    def is_live(self, now: datetime) -> bool:
        return now < self.ends_at and now - self.seen_at < IDLE_LIMIT
