"""A contact as a member sees one: name and number opened, and how sure we are who they are."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.contact import Contact, OptedOutBy
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.mailbox.contact_card import ContactCard
from licorne.domain.mailbox.proof import MailboxState, Proof
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_name, open_contact_number


@dataclass(frozen=True, slots=True)
class NamedContact:
    """Who it is: enough for a list."""

    id: ContactId
    name: str | None
    number: PhoneNumber
    opted_out_at: datetime | None
    opted_out_by: OptedOutBy | None
    created_at: datetime
    number_epoch: int = 1  # counts up when the number changes hands
    language: Language | None = None

    def matches(self, words: str) -> bool:
        """Say whether typed words are in the name, or their digits in the number."""
        digits = "".join(letter for letter in words if letter.isdigit())
        if digits and len(digits) > 1 and digits in self.number.e164:
            return True
        name = (self.name or "").casefold()
        return bool(words) and all(word in name for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class ShownContact:
    who: NamedContact
    state: MailboxState
    proof: Proof
    generation: int
    claimed_at: datetime | None
    removed_at: datetime | None


def name_contact(keyring: Keyring, contact: Contact) -> NamedContact:
    """Open a contact's personal fields. Raises `SealBroken`."""
    where = contact.organization, contact.id
    return NamedContact(
        id=contact.id,
        name=open_contact_name(keyring, *where, contact.name_sealed),
        number=open_contact_number(keyring, *where, contact.number_sealed),
        opted_out_at=contact.opted_out_at,
        opted_out_by=contact.opted_out_by,
        created_at=contact.created_at,
        number_epoch=contact.number_epoch,
        language=contact.language,
    )


def show_contact(keyring: Keyring, card: ContactCard) -> ShownContact:
    return ShownContact(
        who=name_contact(keyring, card.contact),
        state=card.state,
        proof=card.proof,
        generation=card.generation,
        claimed_at=card.claimed_at,
        removed_at=card.contact.removed_at,
    )
