"""A contact with the mailbox in force: what a member sees about whom they write to."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.contact import Contact
from licorne.domain.mailbox.proof import MailboxState, Proof


@dataclass(frozen=True, slots=True)
class ContactCard:
    contact: Contact
    state: MailboxState
    proof: Proof
    generation: int  # above 1: there was a reset
    claimed_at: datetime | None
