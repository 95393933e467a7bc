"""A mailbox: a contact's sealed store within an organization and a number epoch."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.mailbox.proof import MailboxState, Proof

MOST_FAILED_PASSWORDS = 100  # in a row; NIST SP 800-63B-4 §3.2.2


@dataclass(frozen=True, slots=True)
class Mailbox:
    organization: OrganizationId
    id: MailboxId
    contact: ContactId
    number_epoch: int
    generation: int  # counts up with every forgotten password
    state: MailboxState
    proof: Proof
    failed_passwords: int
    created_at: datetime
    claimed_at: datetime | None

    @property
    def is_claimed(self) -> bool:
        return self.state is MailboxState.CLAIMED

    @property
    def is_locked(self) -> bool:
        """Too many wrong passwords in a row: only a new password helps."""
        return self.failed_passwords >= MOST_FAILED_PASSWORDS
