"""Teams: an inbox that several members share, under a key that each of them can open."""

from collections.abc import Sequence

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import MOST, ActRefusal, ActRefused, one_line_name
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, TeamId
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.team import Team
from licorne.store import members, teams, threads
from licorne.store.database import Connection, Database


class KeepTeams:
    def __init__(
        self,
        database: Database,
        keys: TeamKeys,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keys = keys
        self._acts = acts

    async def add(self, by: ActingMember, name: str, first: Sequence[MemberId]) -> TeamId:
        """Make a team with its first members. Raises `ActRefused`, which is recorded.

        Its key is made here and wrapped to them; whoever joins later gets it from one of them.
        """
        await self._acts.permit(self._database, by, Permission.KEEP_TEAMS)
        called, organization = one_line_name(name), by.organization.id
        members_of_it = tuple(dict.fromkeys(first))
        team = TeamId(self._acts.new_id())
        async with self._database.tenant(organization) as connection:
            refusal = await self._why_not(connection, by, members_of_it)
            if refusal is None:
                await teams.add(
                    connection, organization, team, called, members_of_it, self._acts.now()
                )
                await self._keys.renew(connection, organization, team, members_of_it)
                await self._acts.record(connection, by, Tag.TEAM_ADDED, team)
            else:
                await self._acts.record(
                    connection,
                    by,
                    Tag.TEAM_ADDED,
                    outcome=Outcome.REFUSED,
                    detail=refusal.name.lower(),
                )
        if refusal is not None:
            raise ActRefused(refusal)
        return team

    async def list(self, by: ActingMember) -> tuple[Team, ...]:
        async with self._database.tenant(by.organization.id) as connection:
            return await teams.fetch_all(connection, by.organization.id)

    async def add_member(self, by: ActingMember, team: TeamId, member: MemberId) -> None:
        """Add somebody, who waits until a holder's or officer's session lets them in (`LetIn`).

        Raises `ActRefused`, which is recorded.
        """
        await self._acts.permit(self._database, by, Permission.KEEP_TEAMS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            refusal = await self._why_not_add(connection, by, team, member)
            if refusal is None:
                await teams.ask_to_join(connection, organization, team, member)
            await self._record(connection, by, Tag.TEAM_MEMBER_ADDED, team, member, refusal)
        if refusal is not None:
            raise ActRefused(refusal)

    async def remove_member(self, by: ActingMember, team: TeamId, member: MemberId) -> None:
        """Take somebody out: what is written from now on goes to a key that they never had.

        Raises `ActRefused`, which is recorded.
        """
        await self._acts.permit(self._database, by, Permission.KEEP_TEAMS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await members.lock_all(connection, organization)
            found = await teams.fetch(connection, organization, team)
            refusal = None
            if found is None or member not in (*found.members, *found.pending):
                refusal = ActRefusal.NO_SUCH_MEMBER
            elif found.members == (member,):
                refusal = ActRefusal.ONLY_ONE_LEFT
            else:
                await teams.remove_member(connection, organization, team, member)
                await threads.assign_anew(connection, organization, member, team)
                if member in found.members:
                    left = tuple(one for one in found.members if one != member)
                    await self._keys.renew(connection, organization, team, left)
                    await self._acts.record(connection, by, Tag.TEAM_KEY_RENEWED, team)
            await self._record(connection, by, Tag.TEAM_MEMBER_REMOVED, team, member, refusal)
        if refusal is not None:
            raise ActRefused(refusal)

    async def _why_not_add(
        self, connection: Connection, by: ActingMember, team: TeamId, member: MemberId
    ) -> ActRefusal | None:
        organization = by.organization.id
        found = await teams.fetch(connection, organization, team)
        if found is None:
            return ActRefusal.NO_SUCH_TEAM
        row = await members.fetch(connection, organization, member)
        if row is None or not row.may_act or not is_allowed(row.role, Permission.READ_MESSAGES):
            return ActRefusal.NO_SUCH_MEMBER
        if member in (*found.members, *found.pending):
            return ActRefusal.IN_IT_ALREADY
        return None

    async def _record(
        self,
        connection: Connection,
        by: ActingMember,
        tag: Tag,
        team: TeamId,
        member: MemberId,
        refusal: ActRefusal | None,
    ) -> None:
        """Record an act on a team; the detail is who it was about, or why it wasn't done."""
        await self._acts.record(
            connection,
            by,
            tag,
            team,
            outcome=Outcome.DONE if refusal is None else Outcome.REFUSED,
            detail=str(member) if refusal is None else refusal.name.lower(),
        )

    async def _why_not(
        self, connection: Connection, by: ActingMember, first: Sequence[MemberId]
    ) -> ActRefusal | None:
        organization = by.organization.id
        if not first:
            return ActRefusal.TEAM_NEEDS_MEMBERS
        for member in first:
            row = await members.fetch(connection, organization, member)
            if row is None or not row.may_act:
                return ActRefusal.NO_SUCH_MEMBER
        if len(await teams.fetch_all(connection, organization)) >= MOST:
            return ActRefusal.TOO_MANY
        return None
