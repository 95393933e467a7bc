"""Checks the key directory's rows before anything is sealed to them.

Known rows are remembered with their parsed keys, so that the hot path pays a look-up for a reader
that it has met, and a signature check with parsing (about 0.3 ms) for one that it has not.
"""

from collections import OrderedDict
from typing import TypeVar

from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.format import encode_current_key
from licorne.domain.sealing.records import CurrentKey, DirectoryKey
from licorne.vault import hybrid
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import ReaderKey, check_directory_key

_REMEMBERED = 4_096
_Row = TypeVar("_Row")
_Value = TypeVar("_Value")


class KeyDirectory:
    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: OrderedDict[DirectoryKey, ReaderKey] = OrderedDict()
        self._pointers: OrderedDict[CurrentKey, None] = OrderedDict()

    def current(self, pointer: CurrentKey, row: DirectoryKey) -> ReaderKey:
        """Check a reader's pointer and the row it points to. Raises `SealBroken`."""
        if pointer not in self._pointers:  # compares every field, the signature too
            self._keyring.verify(encode_current_key(pointer), pointer.signature)
            _remember(self._pointers, pointer, None)
        pointed = (pointer.organization, pointer.kind, pointer.owner, pointer.key)
        if pointed != (row.organization, row.kind, row.owner, row.id):
            raise SealBroken("a current-key pointer points to another key")
        return self.checked(row)

    def checked(self, row: DirectoryKey) -> ReaderKey:
        """Check a row alone: a key made a moment ago, or one named by a grant."""
        known = self._known.get(row)
        if known is not None:
            return known
        check_directory_key(self._keyring, row)
        reader = ReaderKey(row, hybrid.parse_public_key(row.public_key))
        _remember(self._known, row, reader)
        return reader


def _remember(known: OrderedDict[_Row, _Value], row: _Row, value: _Value) -> None:
    # The oldest goes first, used or not: it is checked again then, and that is all.
    known[row] = value
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
