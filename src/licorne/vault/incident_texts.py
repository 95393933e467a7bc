"""What people write about an incident: sealed under a key of that incident, to its readers.

    key = make_incident_key(randomness)
    wrap_incident_key(reader, organization, incident, key)       -> a row per reader
    seal_entry(keyring, randomness, key, entry, text)            -> the entry, sealed and signed

An entry's text is bound to every field of its row, and the row is signed by the installation: one
that was changed, moved or made by somebody else doesn't open.
"""

import hashlib
import uuid
from dataclasses import replace

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.incident.incident import Entry
from licorne.domain.sealing.encoding import encode
from licorne.ports.randomness import Randomness
from licorne.vault import hybrid
from licorne.vault.derivation import derive
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock, unlock
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey

_KEY_BYTES = 32


def make_incident_key(randomness: Randomness) -> bytes:
    return randomness.bytes(_KEY_BYTES)


def wrap_incident_key(
    reader: ReaderKey, organization: OrganizationId, incident: uuid.UUID, key: bytes
) -> bytes:
    """Wrap an incident's key to one reader (HPKE)."""
    return hybrid.wrap(reader.public, key, _wrap_context(organization, incident, reader.row.id))


def unwrap_incident_key(
    reader: OpenReaderKey, organization: OrganizationId, incident: uuid.UUID, wrapped: bytes
) -> bytes:
    """Raise `SealBroken` for another reader, incident or organization."""
    return reader.unwrap(wrapped, _wrap_context(organization, incident, reader.row.id))


def seal_entry(
    keyring: Keyring, randomness: Randomness, key: bytes, entry: Entry, text: str
) -> Entry:
    """Seal a text into its entry, and sign the entry."""
    sealed = lock(derive(key, _text_context(entry)), text.encode(), randomness)
    with_text = replace(entry, sealed=sealed)
    return replace(with_text, signature=keyring.sign(_signed(with_text)))


def open_entry(keyring: Keyring, key: bytes, entry: Entry) -> str:
    """Open an entry's text. Raises `SealBroken` when the row isn't what was signed."""
    keyring.verify(_signed(entry), entry.signature)
    return unlock(derive(key, _text_context(entry)), entry.sealed).decode()


def _wrap_context(organization: OrganizationId, incident: uuid.UUID, reader: uuid.UUID) -> bytes:
    return encode("incident-key", (organization.bytes, incident.bytes, reader.bytes))


def _text_context(entry: Entry) -> bytes:
    return encode("incident-text", _fields(entry))


def _signed(entry: Entry) -> bytes:
    return encode("incident-entry", (*_fields(entry), hashlib.sha256(entry.sealed).digest()))


def _fields(entry: Entry) -> tuple[bytes, ...]:
    return (
        entry.organization.bytes,
        entry.incident.bytes,
        entry.id.bytes,
        entry.kind.encode(),
        entry.subject.encode(),
        entry.detail.encode(),
        entry.on_date.isoformat().encode(),
        entry.by.bytes,
        entry.at.isoformat(timespec="microseconds").encode(),
    )
