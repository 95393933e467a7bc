"""Binds a contact's row: which number is whose, and which mailbox its messages go to.

Keys and pointers are signed, but a message finds its mailbox by way of the contact's row. Without
this a writer of rows could swap two contacts' numbers or mailboxes, and mail would be sealed, with
every signature right, to another patient. An HMAC under K_lookup, made wherever such a row is made
or changed and checked before anything is sealed to what it names.
"""

import hmac

from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.sealing.encoding import encode, number
from licorne.domain.sealing.faults import SealBroken
from licorne.vault.keyring import Keyring

FIRST_EPOCH = 1


def contact_binding(
    keyring: Keyring,
    organization: OrganizationId,
    contact: ContactId,
    number_lookup: bytes,
    number_epoch: int,
    mailbox: MailboxId,
) -> bytes:
    """Give the binding (32 bytes) of a contact's row."""
    bound = encode(
        "contact-binding",
        (organization.bytes, contact.bytes, number_lookup, number(number_epoch), mailbox.bytes),
    )
    return keyring.lookup("contact-binding", bound)


def check_contact_binding(
    keyring: Keyring,
    organization: OrganizationId,
    contact: ContactId,
    number_lookup: bytes,
    number_epoch: int,
    mailbox: MailboxId,
    binding: bytes,
) -> None:
    """Raise `SealBroken` unless this installation bound these together."""
    expected = contact_binding(keyring, organization, contact, number_lookup, number_epoch, mailbox)
    if not hmac.compare_digest(expected, binding):
        raise SealBroken("a contact's row was changed outside Licorne")
