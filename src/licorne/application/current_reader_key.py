"""The key to seal to for one reader, checked, within the caller's transaction."""

import uuid

from licorne.domain.identity.ids import OrganizationId
from licorne.domain.sealing.faults import SealBroken
from licorne.store import reader_keys
from licorne.store.database import Connection
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.reader_keys import ReaderKey


async def current_reader_key(
    connection: Connection,
    directory: KeyDirectory,
    organization: OrganizationId,
    owner: uuid.UUID,
) -> ReaderKey:
    """Fetch and check it. Raises ``SealBroken`` when it isn't what this installation signed.

    For acts of a person on rows that they hold locked; a stream of messages uses `TrustedKeys`.
    """
    pointer = await reader_keys.fetch_current(connection, organization, owner)
    if pointer is None:
        raise SealBroken("a reader without a current key")
    row = await reader_keys.fetch_key(connection, organization, pointer.key)
    if row is None:
        raise SealBroken("a current-key pointer points to no key")
    return directory.current(pointer, row)
