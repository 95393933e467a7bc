"""Teams: an inbox that several members share, under a key that each of them can open."""

from collections.abc import Sequence

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import MOST, ActRefusal, ActRefused, one_line_name
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, TeamId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.team import Team
from licorne.store import members, teams
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
