"""Finds a contact by a whole number, however old: lists open only the latest thousands."""

from licorne.domain.identity.contact import Contact
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.organization import Organization
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.store import contacts
from licorne.store.database import Connection
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup


async def contact_with_number(
    connection: Connection, keyring: Keyring, organization: Organization, words: str
) -> Contact | None:
    """Give the contact whose number was typed; nothing when it is none, or nobody's."""
    try:
        number = parse_phone_number(words, organization.region)
    except NumberRefused:
        return None
    return await contacts.find(connection, organization.id, number_lookup(keyring, number))
