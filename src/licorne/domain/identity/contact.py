"""A contact as the store keeps one: a patient or other outside person, met by phone number."""

import enum
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.identity.language import Language


class OptedOutBy(enum.StrEnum):
    MEMBER = "member"
    CONTACT = "contact"
    REVIEW = "review"  # their text may mean "stop": held until a member has looked


@dataclass(frozen=True, slots=True)
class Contact:
    """Personal fields are sealed and opened only where they are shown."""

    organization: OrganizationId
    id: ContactId
    number_lookup: bytes
    number_sealed: bytes
    name_sealed: bytes | None
    mailbox: MailboxId  # the one in force
    created_at: datetime
    number_epoch: int = 1  # counts up when the number changes hands
    opted_out_at: datetime | None = None
    opted_out_by: OptedOutBy | None = None
    removed_at: datetime | None = None
    language: Language | None = None  # chosen by or for them; none: the practice's
