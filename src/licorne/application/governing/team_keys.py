"""A team's key: made for its first members, and made anew when one of them leaves.

Earlier keys stay with those who hold them, since they open what was sealed before.
"""

import uuid
from collections.abc import Sequence

from licorne.application.current_reader_key import current_reader_key
from licorne.application.new_ids import NewIds
from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId, TeamId
from licorne.domain.sealing.records import ReaderKind, UnlockMethod
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import reader_keys
from licorne.store.database import Connection
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import wrap_for_reader
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key, point_to


class TeamKeys:
    def __init__(
        self, keyring: Keyring, directory: KeyDirectory, clock: Clock, randomness: Randomness
    ) -> None:
        self._keyring = keyring
        self._directory = directory
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def renew(
        self,
        connection: Connection,
        organization: OrganizationId,
        team: TeamId,
        holders: Sequence[MemberId],
    ) -> None:
        """Make the team's first or next key and wrap it to its holders; new messages go to it.

        The practice's record key holds it, too: it opens every message anyway.
        """
        now = self._clock.now()
        version = await reader_keys.latest_version(connection, organization, team) + 1
        key = make_reader_key(
            self._keyring,
            self._randomness,
            organization=organization,
            key=KeyId(self._new_id()),
            kind=ReaderKind.TEAM,
            owner=team,
            version=version,
        )
        await reader_keys.add_key(connection, key.row, now)
        await reader_keys.make_current(connection, point_to(self._keyring, key.row, version))
        for holder in (*holders, organization):
            await self.hand_on(connection, key, holder)

    async def hand_on(self, connection: Connection, key: OpenReaderKey, holder: uuid.UUID) -> None:
        """Lock a team's key to one more holder, where it isn't yet.

        The organization holds it by its record key, so that an officer can let somebody in.
        """
        organization = key.row.organization
        reader = await current_reader_key(connection, self._directory, organization, holder)
        held = await reader_keys.fetch_wraps(
            connection, organization, key.row.id, UnlockMethod.READER
        )
        if reader.row.id in {one.wrapper for one in held}:
            return
        wrap = wrap_for_reader(key, reader, wrap_id=self._new_id())
        await reader_keys.add_wrap(connection, wrap, self._clock.now())
