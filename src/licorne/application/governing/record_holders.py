"""Who opens the record key, and how it is locked to them: alone in a solo practice, else by two.

Where one officer holds it, it is locked to that officer, and to the recovery kit. Where there are
more, it is locked to every pair of them: one asks, the other approves. The kit can stand in for the
one who approves, never for the one who asks.
"""

from collections.abc import Iterator, Sequence

from licorne.application.acting_member import ActingMember
from licorne.application.current_reader_key import current_reader_key
from licorne.application.new_ids import NewIds
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.sealing.records import PrivateKeyWrap, ReaderKind, UnlockMethod
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import reader_keys, record_keys, record_releases
from licorne.store.database import Connection
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import unwrap_with_reader, wrap_for_reader
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey, make_reader_key, point_to
from licorne.vault.record_key_wraps import (
    open_peeled,
    unwrap_emergency,
    wrap_for_emergency,
    wrap_for_two,
)


class RecordHolders:
    """For use cases, within their transactions; each first calls ``record_keys.hold``."""

    def __init__(
        self, keyring: Keyring, directory: KeyDirectory, clock: Clock, randomness: Randomness
    ) -> None:
        self._keyring = keyring
        self._directory = directory
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def open(self, connection: Connection, by: SignedInMember) -> tuple[OpenReaderKey, ...]:
        """Open every version that this member may open now, newest first: alone, or released."""
        organization = by.organization.id
        opened: dict[KeyId, OpenReaderKey] = {}
        for key, wrap in await reader_keys.fetch_keys_wrapped_to(
            connection, organization, organization, by.key.row.id
        ):
            opened[key.id] = unwrap_with_reader(self._keyring, key, wrap, by.key)
        for share in await record_releases.open_shares(
            connection, organization, by.id, self._clock.now()
        ):
            row = await reader_keys.fetch_key(connection, organization, share.key)
            if row is not None and share.wrapper == by.key.row.id:
                opened[row.id] = open_peeled(self._keyring, row, share, by.key)
        return tuple(sorted(opened.values(), key=lambda one: -one.row.version))

    async def open_in_emergency(
        self, connection: Connection, by: SignedInMember
    ) -> tuple[OpenReaderKey, ...]:
        """Open what this member opens, and what is locked to them for emergencies.

        Only where the alarm was raised, in this transaction or before.
        """
        opened = {one.row.id: one for one in await self.open(connection, by)}
        for locked in await record_keys.fetch_locked(connection, by.organization.id):
            for wrap in locked.wraps:
                theirs = wrap.wrapper == by.key.row.id and locked.key.id not in opened
                if theirs and wrap.method is UnlockMethod.EMERGENCY:
                    opened[locked.key.id] = unwrap_emergency(
                        self._keyring, locked.key, wrap, by.key
                    )
        return tuple(opened.values())

    async def opens_all(
        self, connection: Connection, by: SignedInMember
    ) -> tuple[OpenReaderKey, ...]:
        """Open every version that anybody can open, or give nothing."""
        opened = await self.open(connection, by)
        locked = await record_keys.fetch_locked(connection, by.organization.id)
        return opened if {one.key.id for one in locked} == {one.row.id for one in opened} else ()

    async def rewrap(
        self,
        connection: Connection,
        organization: OrganizationId,
        opened: Sequence[OpenReaderKey],
        officers: Sequence[MemberId],
    ) -> None:
        """Lock opened versions anew, to these officers and the kit, in the form for so many."""
        await record_keys.remove_wraps(connection, organization, [key.row.id for key in opened])
        readers = await self._readers(connection, organization, officers)
        kit = await self._kit(connection, organization)
        helpers = await self._readers(
            connection,
            organization,
            await record_keys.emergency_openers(connection, organization),
        )
        now = self._clock.now()
        for key in opened:
            for wrap in (*self._ways(key, readers, kit), *self._emergency_ways(key, helpers)):
                await reader_keys.add_wrap(connection, wrap, now)

    async def renew(self, connection: Connection, organization: OrganizationId) -> OpenReaderKey:
        """Make the next version for whoever holds it now; new messages are sealed to it.

        Takes no release: only public keys are needed. Earlier versions stay as they are locked.
        """
        officers = await record_keys.holders(connection, organization)
        version = await reader_keys.latest_version(connection, organization, organization) + 1
        key = make_reader_key(
            self._keyring,
            self._randomness,
            organization=organization,
            key=KeyId(self._new_id()),
            kind=ReaderKind.RECORD,
            owner=organization,
            version=version,
        )
        await reader_keys.add_key(connection, key.row, self._clock.now())
        await reader_keys.make_current(connection, point_to(self._keyring, key.row, version))
        await self.rewrap(connection, organization, [key], officers)
        return key

    async def can_leave(self, connection: Connection, by: ActingMember, member: MemberId) -> bool:
        """Say whether the practice's copies would still open if this member held nothing."""
        if await record_keys.opens_without(connection, by.organization.id, member):
            return True
        there = await record_keys.holders(connection, by.organization.id)
        return any(one != member for one in there) and bool(await self._all(connection, by))

    async def leave(self, connection: Connection, by: ActingMember, member: MemberId) -> bool:
        """Take a member's share; what is written from then on goes to a key they never had.

        Where ``by`` has every version open, they are locked anew in the form for those who stay.
        False for somebody who holds nothing.
        """
        organization = by.organization.id
        there = await record_keys.holders(connection, organization)
        if member not in there:
            return False
        left = tuple(one for one in there if one != member)
        opened = await self._all(connection, by)
        if opened and left:
            await self.rewrap(connection, organization, opened, left)
        await record_keys.remove_wraps_of(connection, organization, member)
        await self.renew(connection, organization)
        return True

    async def _all(self, connection: Connection, by: ActingMember) -> tuple[OpenReaderKey, ...]:
        # By command nobody's key is at hand.
        return await self.opens_all(connection, by) if isinstance(by, SignedInMember) else ()

    def _ways(
        self, key: OpenReaderKey, officers: Sequence[ReaderKey], kit: Sequence[ReaderKey]
    ) -> Iterator[PrivateKeyWrap]:
        if len(officers) < 2:
            for reader in (*officers, *kit):
                yield wrap_for_reader(key, reader, wrap_id=self._new_id())
            return
        for first in officers:
            for second in (*officers, *kit):
                if second.row.id != first.row.id:
                    yield wrap_for_two(key, first, second, wrap_id=self._new_id())

    def _emergency_ways(
        self, key: OpenReaderKey, helpers: Sequence[ReaderKey]
    ) -> Iterator[PrivateKeyWrap]:
        for reader in helpers:
            yield wrap_for_emergency(
                self._keyring, self._randomness, key, reader, wrap_id=self._new_id()
            )

    async def _kit(
        self, connection: Connection, organization: OrganizationId
    ) -> tuple[ReaderKey, ...]:
        kit = await record_keys.fetch_kit(connection, organization)
        return () if kit is None else (self._directory.checked(kit.key),)

    async def _readers(
        self, connection: Connection, organization: OrganizationId, members: Sequence[MemberId]
    ) -> list[ReaderKey]:
        return [
            await current_reader_key(connection, self._directory, organization, member)
            for member in members
        ]
