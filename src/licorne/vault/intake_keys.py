"""Intake keys: ten minutes of grants to one reader for the price of one HPKE wrap.

The practice's own readers (member, team, record) get nearly every message that passes; wrapping
to each of them by HPKE would treble the cost of intake. So a process makes a key, wraps it once
to the reader, uses it for at most ten minutes and forgets it. What a memory thief gains is mail
that passes through that memory in those minutes anyway (see the threat model).
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from licorne.domain.identity.ids import KeyId
from licorne.domain.sealing.contexts import intake_context
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.format import encode_intake_key
from licorne.domain.sealing.records import IntakeKey
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.vault import hybrid
from licorne.vault.derivation import KEY_BYTES
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey

LIFETIME_SECONDS = 590.0  # and the timer's slack: ten minutes at most
_TIMER_SLACK_SECONDS = 1.0  # a timer may come a clock tick early


@dataclass(frozen=True, slots=True)
class OpenIntakeKey:
    id: uuid.UUID
    reader_key: KeyId
    secret: bytes = field(repr=False)


def make_intake_key(
    keyring: Keyring, randomness: Randomness, reader: ReaderKey
) -> tuple[OpenIntakeKey, IntakeKey]:
    """Make a key and the row that lets its reader open it."""
    opened = OpenIntakeKey(
        uuid.UUID(bytes=randomness.bytes(16), version=4), reader.row.id, randomness.bytes(KEY_BYTES)
    )
    row = IntakeKey(reader.row.organization, opened.id, reader.row.id, b"", b"")
    row = replace(row, wrapped=hybrid.wrap(reader.public, opened.secret, intake_context(row)))
    return opened, replace(row, signature=keyring.sign(encode_intake_key(row)))


def open_intake_key(keyring: Keyring, row: IntakeKey, reader: OpenReaderKey) -> OpenIntakeKey:
    """Open a row with its reader's key. Raises `SealBroken`."""
    keyring.verify(encode_intake_key(row), row.signature)
    if (row.organization, row.reader_key) != (reader.row.organization, reader.row.id):
        raise SealBroken("an intake key of another reader")
    return OpenIntakeKey(row.id, row.reader_key, reader.unwrap(row.wrapped, intake_context(row)))


@dataclass(slots=True)
class _Entry:
    made_at: float
    opened: OpenIntakeKey
    kept: asyncio.Future[bool]


class IntakeKeyPool:
    """The intake keys of one process, one per reader key at a time.

    ``keep`` stores a new key's row and returns when it is committed; only then is the key handed
    out, so that no grant ever refers to a row that isn't there. Use one pool per event loop.
    """

    def __init__(
        self,
        keyring: Keyring,
        randomness: Randomness,
        clock: Clock,
        keep: Callable[[IntakeKey], Awaitable[None]],
        lifetime_seconds: float = LIFETIME_SECONDS,
    ) -> None:
        self._keyring = keyring
        self._randomness = randomness
        self._clock = clock
        self._keep = keep
        self._lifetime = lifetime_seconds
        self._entries: OrderedDict[KeyId, _Entry] = OrderedDict()  # oldest first

    async def key_for(self, reader: ReaderKey) -> OpenIntakeKey:
        """Give the key to use for a reader now. Raises what ``keep`` raises."""
        while True:
            self.forget_expired()
            entry = self._entries.get(reader.row.id)
            if entry is None:
                return await self._make(reader)
            if entry.kept.done() or await asyncio.shield(entry.kept):
                return entry.opened
            # Whoever was storing it failed; try with a key of our own.

    def forget_expired(self) -> None:
        """Drop keys past their time. A timer calls it, too: an idle process forgets as well."""
        oldest_allowed = self._clock.monotonic() - self._lifetime
        while self._entries:
            reader_key, entry = next(iter(self._entries.items()))
            if entry.made_at > oldest_allowed:
                return
            del self._entries[reader_key]

    async def _make(self, reader: ReaderKey) -> OpenIntakeKey:
        opened, row = make_intake_key(self._keyring, self._randomness, reader)
        loop = asyncio.get_running_loop()
        loop.call_later(self._lifetime + _TIMER_SLACK_SECONDS, self.forget_expired)
        kept: asyncio.Future[bool] = loop.create_future()
        entry = _Entry(self._clock.monotonic(), opened, kept)
        self._entries[reader.row.id] = entry
        try:
            await self._keep(row)
        except BaseException:
            if self._entries.get(reader.row.id) is entry:
                del self._entries[reader.row.id]
            kept.set_result(False)
            raise
        kept.set_result(True)
        return opened
