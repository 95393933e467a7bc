"""Who can read what was written about an incident: the record key, owners, officers, auditors."""

import uuid

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import KeyId, OrganizationId
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.store import incidents, members, reader_keys
from licorne.store.database import Connection
from licorne.vault.incident_texts import unwrap_incident_key, wrap_incident_key
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import ReaderKey


class IncidentKeys:
    def __init__(self, keyring: Keyring, directory: KeyDirectory, holders: RecordHolders) -> None:
        self._holders = holders
        self._directory = directory
        self._inbox_keys = InboxKeys(keyring)

    async def open(
        self, connection: Connection, member: SignedInMember, incident: uuid.UUID
    ) -> bytes | None:
        """Open an incident's key with whatever this member holds; nothing where none opens it.

        Raises `SealBroken` for a row that isn't what was written.
        """
        organization = member.organization.id
        keys = await self._inbox_keys.every(connection, member)
        keys += await self._holders.open(connection, member)
        held = {key.row.id: key for key in keys}
        found = await incidents.keys(connection, organization, incident, list(held))
        for reader, wrapped in found.items():
            return unwrap_incident_key(held[reader], organization, incident, wrapped)
        return None

    async def share(
        self, connection: Connection, organization: OrganizationId, incident: uuid.UUID, key: bytes
    ) -> None:
        """Wrap the key to everybody who may read it and can't yet: whoever came later, too."""
        there = await incidents.keys(connection, organization, incident)
        for reader in await self._readers(connection, organization):
            if KeyId(reader.row.id) not in there:
                wrapped = wrap_incident_key(reader, organization, incident, key)
                await incidents.add_key(
                    connection, organization, incident, KeyId(reader.row.id), wrapped
                )

    async def _readers(
        self, connection: Connection, organization: OrganizationId
    ) -> list[ReaderKey]:
        owners: list[uuid.UUID] = [organization]
        owners += [
            row.id
            for row in await members.fetch_all(connection, organization)
            if is_allowed(row.role, Permission.SEE_INCIDENTS)
        ]
        readers = []
        for owner in owners:
            pointer = await reader_keys.fetch_current(connection, organization, owner)
            row = pointer and await reader_keys.fetch_key(connection, organization, pointer.key)
            if pointer and row:
                readers.append(self._directory.current(pointer, row))
        return readers
