"""Public keys that may be sealed to: their directory rows fetched, and their signatures checked."""

from collections.abc import Sequence

from licorne.domain.identity.ids import KeyId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import CurrentKey, DirectoryKey
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.intake_facts import fetch_directory_keys
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.reader_keys import ReaderKey

_REMEMBERED = 4_096


class TrustedKeys:
    """Gives the checked keys that pointers name; a pointer seen before costs a look-up."""

    def __init__(self, database: Database, directory: KeyDirectory) -> None:
        self._database = database
        self._directory = directory
        self._known: dict[KeyId, tuple[CurrentKey, ReaderKey]] = {}
        self._fetching: Batcher[Sequence[CurrentKey], dict[KeyId, DirectoryKey]] = Batcher(
            self._fetch
        )

    async def keys_for(self, pointers: Sequence[CurrentKey]) -> list[ReaderKey]:
        """Raise ``SealBroken`` when a pointer or row isn't what this installation signed."""
        readers: dict[KeyId, ReaderKey] = {}
        unknown = []
        for pointer in pointers:
            known, reader = self._known.get(pointer.key, (None, None))
            if known == pointer and reader is not None:  # every field, the signature too
                readers[pointer.key] = reader
            else:
                unknown.append(pointer)
        if unknown:
            readers |= await self._meet(unknown)
        return [readers[pointer.key] for pointer in pointers]

    async def _meet(self, pointers: Sequence[CurrentKey]) -> dict[KeyId, ReaderKey]:
        rows = await self._fetching.submit(pointers)
        met = {}
        for pointer in pointers:
            row = rows.get(pointer.key)
            if row is None:
                raise SealBroken("a current-key pointer points to no key")
            met[pointer.key] = self._directory.current(pointer, row)
            self._remember(pointer, met[pointer.key])
        return met

    async def _fetch(
        self, requests: Sequence[Sequence[CurrentKey]]
    ) -> list[dict[KeyId, DirectoryKey]]:
        wanted = [pointer for request in requests for pointer in request]
        async with self._database.before_tenant() as connection:
            rows = await fetch_directory_keys(connection, wanted)
        return [rows] * len(requests)

    def _remember(self, pointer: CurrentKey, reader: ReaderKey) -> None:
        # The oldest goes first, used or not: it is fetched and checked again then.
        self._known.pop(pointer.key, None)
        self._known[pointer.key] = pointer, reader
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
