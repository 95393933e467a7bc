"""A member who comes back with nothing but who they are: a new key, and the old one dead.

Their teams' keys were locked to the old key, so their joins wait for somebody of the team again; a
team of which they are the only one gets a new key with them.
"""

from dataclasses import dataclass

from licorne.application.governing.team_keys import TeamKeys
from licorne.application.new_ids import NewIds
from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.sealing.records import PrivateKeyWrap, ReaderKind
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import handovers, member_access, members, passkeys, reader_keys, teams
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import seal_totp_secret
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key, point_to


@dataclass(frozen=True, slots=True)
class FreshKey:
    key: OpenReaderKey
    wrap: PrivateKeyWrap


class ReturnMember:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
        team_keys: TeamKeys,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._team_keys = team_keys
        self._new_id = NewIds(clock, randomness)

    async def prepare(
        self, organization: OrganizationId, member: MemberId, password: str
    ) -> FreshKey:
        """Make the new key and lock it by the password, before anything is locked or changed."""
        async with self._database.tenant(organization) as connection:
            version = await reader_keys.latest_version(connection, organization, member) + 1
        key = make_reader_key(
            self._keyring,
            self._randomness,
            organization=organization,
            key=KeyId(self._new_id()),
            kind=ReaderKind.MEMBER,
            owner=member,
            version=version,
        )
        wrap = await self._passwords.wrap_private_key(key, password, wrap_id=self._new_id())
        return FreshKey(key, wrap)

    async def __call__(
        self,
        connection: Connection,
        member: MemberId,
        fresh: FreshKey,
        totp_secret: str,
        step: int,
    ) -> None:
        """Put the new key in the old one's place, in the caller's transaction.

        Until now the old password served: what somebody got in by with it ends here.
        """
        row, now = fresh.key.row, self._clock.now()
        organization = row.organization
        sealed = seal_totp_secret(self._keyring, organization, member, totp_secret)
        await members.set_totp(connection, organization, member, sealed, step)
        await members.forgive_failures(connection, organization, member)
        await member_access.end_all(connection, organization, member, now)
        await reader_keys.remove_all_wraps_of(connection, organization, member)
        await passkeys.remove_all_of(connection, organization, member)
        await reader_keys.add_key(connection, row, now)
        await reader_keys.make_current(connection, point_to(self._keyring, row, row.version))
        await reader_keys.add_wrap(connection, fresh.wrap, now)
        own = Inbox(OwnerKind.MEMBER, member)
        await handovers.ask(connection, organization, own, now)
        for team in await teams.fetch_all(connection, organization):
            if team.members == (member,):
                await self._team_keys.renew(connection, organization, team.id, (member,))
                inbox = Inbox(OwnerKind.TEAM, team.id)
                await handovers.ask(connection, organization, inbox, now)
            elif member in team.members:
                await teams.set_pending(connection, organization, team.id, member, pending=True)
