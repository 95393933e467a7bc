"""Public keys that may be sealed to: their directory rows fetched, and their signatures checked."""

from collections import OrderedDict
from collections.abc import Sequence

from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import CurrentKey
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
        self._known: OrderedDict[CurrentKey, ReaderKey] = OrderedDict()

    async def keys_for(self, pointers: Sequence[CurrentKey]) -> list[ReaderKey]:
        """Raise ``SealBroken`` when a pointer or row isn't what this installation signed."""
        unknown = [pointer for pointer in pointers if pointer not in self._known]
        if unknown:
            await self._meet(unknown)
        return [self._known[pointer] for pointer in pointers]

    async def _meet(self, pointers: Sequence[CurrentKey]) -> None:
        async with self._database.before_tenant() as connection:
            rows = await fetch_directory_keys(connection, pointers)
        while len(self._known) + len(pointers) > _REMEMBERED and self._known:
            self._known.popitem(last=False)
        for pointer in pointers:
            row = rows.get(pointer.key)
            if row is None:
                raise SealBroken("a current-key pointer points to no key")
            self._known[pointer] = self._directory.current(pointer, row)
