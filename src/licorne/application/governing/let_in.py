"""A member who was added to a team waits; somebody who can open the team's keys lets them in.

That is one of the team, or an officer who may open the practice's record key now (alone, or
released by a second person), which holds the teams' keys. The newcomer gets every key of the team,
and so all that was ever written there.
"""

import enum
import uuid
from dataclasses import dataclass

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, TeamId
from licorne.domain.identity.member import Member
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.translatable import translatable
from licorne.store import members, reader_keys, record_keys, teams
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name
from licorne.vault.private_key_wraps import unwrap_with_reader
from licorne.vault.reader_keys import OpenReaderKey


class NotLetIn(enum.Enum):
    NOT_WAITING = translatable("Nobody of this name waits to be let in.")
    NO_KEY = translatable("You can’t let anybody into this team: you don’t open its inbox.")
    ONESELF = translatable("You can’t let yourself in. Ask somebody of the team.")


@dataclass(frozen=True, slots=True)
class WaitingJoin:
    """Somebody who waits, and whom the reader can let in."""

    team: TeamId
    team_name: str
    member: MemberId
    member_name: str


@dataclass(frozen=True, slots=True)
class Joins:
    waiting: tuple[WaitingJoin, ...]
    own: tuple[str, ...]  # names of teams into which the reader waits to be let


class LetIn:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        team_keys: TeamKeys,
        holders: RecordHolders,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._team_keys = team_keys
        self._holders = holders
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def joins(self, by: SignedInMember) -> Joins:
        """Say who waits to be let in and could be by this member, and where they wait themself."""
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = [one for one in await teams.fetch_all(connection, organization) if one.pending]
            if not found:
                return Joins((), ())
            openable = {one.id for one in found if await self._keys(connection, by, one.id)}
            rows = {row.id: row for row in await members.fetch_all(connection, organization)}
        return Joins(
            tuple(
                WaitingJoin(team.id, team.name, member, self._name(by, rows[member]))
                for team in found
                if team.id in openable
                for member in team.pending
                if member != by.id and member in rows
            ),
            tuple(team.name for team in found if by.id in team.pending),
        )

    def _name(self, by: SignedInMember, row: Member) -> str:
        return open_member_name(self._keyring, by.organization.id, row.id, row.name_sealed)

    async def __call__(self, by: SignedInMember, team: TeamId, member: MemberId) -> NotLetIn | None:
        """Hand the team's keys on; a refusal is recorded."""
        await self._acts.permit(self._database, by, Permission.READ_MESSAGES)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            await members.lock_all(connection, organization)  # nobody leaves meanwhile
            keys = await self._keys(connection, by, team)
            refused = await self._why_not(connection, by, team, member, keys)
            if refused is None:
                for key in keys:
                    await self._team_keys.hand_on(connection, key, member)
                    await self._team_keys.hand_on(connection, key, organization)
                await teams.set_pending(connection, organization, team, member, pending=False)
            await self._acts.record(
                connection,
                by,
                Tag.TEAM_MEMBER_LET_IN,
                team,
                outcome=Outcome.DONE if refused is None else Outcome.REFUSED,
                detail=str(member) if refused is None else refused.name.lower(),
            )
        return refused

    async def _why_not(
        self,
        connection: Connection,
        by: SignedInMember,
        team: TeamId,
        member: MemberId,
        keys: tuple[OpenReaderKey, ...],
    ) -> NotLetIn | None:
        organization = by.organization.id
        found = await teams.fetch(connection, organization, team)
        row = await members.fetch(connection, organization, member)
        if found is None or member not in found.pending or row is None or not row.may_act:
            return NotLetIn.NOT_WAITING
        if not is_allowed(row.role, Permission.READ_MESSAGES):
            return NotLetIn.NOT_WAITING
        if member == by.id:
            return NotLetIn.ONESELF
        return None if keys else NotLetIn.NO_KEY

    async def _keys(
        self, connection: Connection, by: SignedInMember, team: TeamId
    ) -> tuple[OpenReaderKey, ...]:
        """Open the team's keys, as one of it or with the practice's record key."""
        inbox = Inbox(OwnerKind.TEAM, team)
        if inbox in by.teams:
            return await self._inbox_keys(connection, by, inbox)
        return await self._by_record_key(connection, by, team)

    async def _by_record_key(
        self, connection: Connection, by: SignedInMember, team: uuid.UUID
    ) -> tuple[OpenReaderKey, ...]:
        organization = by.organization.id
        opened: list[OpenReaderKey] = []
        for record in await self._holders.open(connection, by):
            held = await reader_keys.fetch_keys_wrapped_to(
                connection, organization, team, record.row.id
            )
            opened += [unwrap_with_reader(self._keyring, one, by_it, record) for one, by_it in held]
        return tuple({one.row.id: one for one in opened}.values())
