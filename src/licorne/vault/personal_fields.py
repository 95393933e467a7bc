"""Personal fields and their look-ups: which column is sealed under which context, in one place.

A context names the column and the row, so that a sealed value moved to another row doesn't open.
Look-ups are HMACs: equal for equal numbers and addresses, of no use without K_lookup.
"""

import uuid

from licorne.domain.identity.email_address import EmailAddress
from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.vault.keyring import Keyring


def number_lookup(keyring: Keyring, number: PhoneNumber) -> bytes:
    """``contact.number_lookup``."""
    return keyring.lookup("number", number.e164)


def email_lookup(keyring: Keyring, address: EmailAddress) -> bytes:
    """``member.email_lookup`` and ``member_address.address_lookup``."""
    return keyring.lookup("email", address.matching_key)


def seal_contact_number(
    keyring: Keyring, organization: OrganizationId, contact: ContactId, number: PhoneNumber
) -> bytes:
    return keyring.seal_field(_context("contact.number", organization, contact), number.e164)


def open_contact_number(
    keyring: Keyring, organization: OrganizationId, contact: ContactId, sealed: bytes
) -> PhoneNumber:
    """Raise `SealBroken` when the row was changed or moved."""
    return PhoneNumber.from_e164(
        keyring.open_field(_context("contact.number", organization, contact), sealed)
    )


def seal_contact_name(
    keyring: Keyring, organization: OrganizationId, contact: ContactId, name: str
) -> bytes:
    return keyring.seal_field(_context("contact.name", organization, contact), name)


def open_contact_name(
    keyring: Keyring, organization: OrganizationId, contact: ContactId, sealed: bytes | None
) -> str | None:
    """Give the name, or nothing for a contact without one. Raises `SealBroken`."""
    if sealed is None:
        return None
    return keyring.open_field(_context("contact.name", organization, contact), sealed)


def seal_member_email(
    keyring: Keyring, organization: OrganizationId, member: MemberId, address: EmailAddress
) -> bytes:
    return keyring.seal_field(_context("member.email", organization, member), address.text)


def open_member_email(
    keyring: Keyring, organization: OrganizationId, member: MemberId, sealed: bytes
) -> str:
    return keyring.open_field(_context("member.email", organization, member), sealed)


def seal_member_name(
    keyring: Keyring, organization: OrganizationId, member: MemberId, name: str
) -> bytes:
    return keyring.seal_field(_context("member.name", organization, member), name)


def open_member_name(
    keyring: Keyring, organization: OrganizationId, member: MemberId, sealed: bytes
) -> str:
    return keyring.open_field(_context("member.name", organization, member), sealed)


def seal_member_address(
    keyring: Keyring, organization: OrganizationId, member: MemberId, address: EmailAddress
) -> bytes:
    """Seal an address that a member may write From (``member_address.address_sealed``)."""
    return keyring.seal_field(_context("member_address", organization, member), address.text)


def open_member_address(
    keyring: Keyring, organization: OrganizationId, member: MemberId, sealed: bytes
) -> str:
    return keyring.open_field(_context("member_address", organization, member), sealed)


def seal_totp_secret(
    keyring: Keyring, organization: OrganizationId, member: MemberId, secret: str
) -> bytes:
    """Seal a member's TOTP secret, in its base32 form (``member.totp_sealed``)."""
    return keyring.seal_field(_context("member.totp", organization, member), secret)


def open_totp_secret(
    keyring: Keyring, organization: OrganizationId, member: MemberId, sealed: bytes
) -> str:
    return keyring.open_field(_context("member.totp", organization, member), sealed)


def seal_invited_email(
    keyring: Keyring, organization: OrganizationId, invitation: uuid.UUID, email: EmailAddress
) -> bytes:
    """Seal the address of somebody who isn't a member yet (``invitation.email_sealed``)."""
    return keyring.seal_field(_context("invitation.email", organization, invitation), email.text)


def open_invited_email(
    keyring: Keyring, organization: OrganizationId, invitation: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context("invitation.email", organization, invitation), sealed)


def seal_hold_reason(
    keyring: Keyring, column: str, organization: OrganizationId, hold: uuid.UUID, reason: str
) -> bytes:
    """Seal why a legal hold was placed or released; ``column`` is "reason" or "release_reason"."""
    return keyring.seal_field(_context(f"legal_hold.{column}", organization, hold), reason)


def open_hold_reason(
    keyring: Keyring, column: str, organization: OrganizationId, hold: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context(f"legal_hold.{column}", organization, hold), sealed)


def seal_consent_note(
    keyring: Keyring, organization: OrganizationId, entry: uuid.UUID, note: str
) -> bytes:
    """Seal what a member wrote about an entry of the consent ledger: where its evidence lies."""
    return keyring.seal_field(_context("consent_entry.note", organization, entry), note)


def open_consent_note(
    keyring: Keyring, organization: OrganizationId, entry: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context("consent_entry.note", organization, entry), sealed)


def seal_release_reason(
    keyring: Keyring, organization: OrganizationId, release: uuid.UUID, reason: str
) -> bytes:
    """Seal why the record key is asked for (``record_release.reason_sealed``)."""
    return keyring.seal_field(_context("record_release.reason", organization, release), reason)


def open_release_reason(
    keyring: Keyring, organization: OrganizationId, release: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context("record_release.reason", organization, release), sealed)


def seal_emergency_reason(
    keyring: Keyring, organization: OrganizationId, access: uuid.UUID, reason: str
) -> bytes:
    """Seal why a conversation was opened (``emergency_access.reason_sealed``)."""
    return keyring.seal_field(_context("emergency_access.reason", organization, access), reason)


def open_emergency_reason(
    keyring: Keyring, organization: OrganizationId, access: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context("emergency_access.reason", organization, access), sealed)


def _context(column: str, organization: OrganizationId, row: uuid.UUID) -> str:
    return f"{column}:{organization}:{row}"
